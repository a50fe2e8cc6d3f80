import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Matcher, matches, parseMatchers } from '../../src/domain/matchers.ts';
import { type FakeSilence, type Given, silencedBy, silencesAnswer } from './silences.ts';

/** An alert as Alertmanager's own notifier writes it. */
export interface AlertBody {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** As much of Alertmanager's API as is asked: alerts, groups, silences and status, of one process. */
export interface FakeAlertmanager {
  readonly url: string;
  /** Fingerprints of what it has, or alerts; `away`: every answer is 503. */
  says: readonly (string | FakeAlert)[] | 'away';
  /** When the process began, by its own clock. */
  startedAt: Date;
  /** Its own clock. */
  now: () => Date;
  /** It does what it is told to, and its answer gets lost. */
  losesAnswers: boolean;
  /** Its silences, as it answers them. */
  readonly silences: FakeSilence[];
  /** Another answer for a path (`/alerts`), as it goes over the wire; `undefined`: no answer at all. */
  readonly answers: Map<string, Given | undefined>;
  /** So often it was asked for alerts because of a doubt. */
  readonly asked: number;
  /** So often it was looked at by reconcile. */
  readonly looks: number;
  /** Headers of the last request. */
  readonly lastHeaders: IncomingMessage['headers'];
  close(): Promise<void>;
}

export interface FakeAlert {
  readonly alert: AlertBody;
  /** Default: active. */
  readonly state?: 'active' | 'suppressed' | 'unprocessed';
  readonly mutedBy?: readonly string[];
  /** Default: chatops. */
  readonly receiver?: string;
  /** Labels that the route groups by; default: alertname. */
  readonly groupBy?: readonly string[];
}

const LONG_AGO_MS = 30 * 86_400_000;

export async function startAlertmanager(): Promise<FakeAlertmanager> {
  let asked = 0;
  let looks = 0;
  let lastHeaders: IncomingMessage['headers'] = {};
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://am').pathname.replace('/api/v2', '');
    lastHeaders = request.headers;
    if (path === '/alerts' && request.headers['user-agent'] === 'Hikeshi (doubt)') asked += 1;
    if (path === '/alerts' && request.headers['user-agent'] === 'Hikeshi (reconcile)') looks += 1;
    const given = fake.answers.has(path)
      ? fake.answers.get(path)
      : fake.says === 'away'
        ? { status: 503, body: 'away' }
        : ((await silencesAnswer(request, fake)) ?? usual(path, fake, filtersOf(request)));
    if (fake.losesAnswers && request.method === 'POST') request.socket.destroy();
    if (!given) return;
    const headers = {
      'content-type': 'application/json',
      date: fake.now().toUTCString(),
      ...(given.gzip && { 'content-encoding': 'gzip' }),
    };
    response.writeHead(given.status ?? 200, headers).end(given.gzip ? gzipSync(given.body) : given.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeAlertmanager = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    says: [],
    startedAt: new Date(Date.now() - LONG_AGO_MS),
    now: () => new Date(),
    answers: new Map(),
    silences: [],
    losesAnswers: false,
    get asked() {
      return asked;
    },
    get looks() {
      return looks;
    },
    get lastHeaders() {
      return lastHeaders;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

type State = Pick<FakeAlertmanager, 'says' | 'startedAt' | 'silences' | 'now'>;

function filtersOf(request: IncomingMessage): readonly Matcher[] {
  const filters = new URL(request.url!, 'http://am').searchParams.getAll('filter');
  return filters.flatMap((filter) => parseMatchers(filter));
}

function usual(path: string, fake: State, filters: readonly Matcher[]): Given {
  const { says, startedAt } = fake;
  if (says === 'away') return { status: 503, body: 'away' };
  const alerts = says.map((one) => (typeof one === 'string' ? undefined : one)).filter((one) => one !== undefined);
  const asked = says.filter((one) => typeof one === 'string' || matches(filters, one.alert.labels));
  switch (path) {
    case '/alerts':
      return {
        body: JSON.stringify(
          asked.map((one) => (typeof one === 'string' ? { fingerprint: one } : gettable(one, fake))),
        ),
      };
    case '/alerts/groups':
      return { body: JSON.stringify(groupsOf(alerts, fake)) };
    case '/status':
      return { body: JSON.stringify({ uptime: startedAt.toISOString(), versionInfo: { version: '0.25.0' } }) };
    default:
      return { status: 404, body: 'no such page' };
  }
}

function gettable(
  { alert, state, mutedBy, receiver = 'chatops' }: FakeAlert,
  fake: Pick<State, 'silences' | 'now'>,
): object {
  const { status: _status, endsAt: _ends, ...rest } = alert;
  const by = silencedBy(fake, alert.labels);
  const is = state ?? (by.length > 0 ? 'suppressed' : 'active');
  const status = { state: is, silencedBy: by, inhibitedBy: [], ...(mutedBy && { mutedBy }) };
  return {
    ...rest,
    endsAt: '2099-01-01T00:00:00.000Z',
    updatedAt: alert.startsAt,
    receivers: [{ name: receiver }],
    status,
  };
}

function groupsOf(alerts: readonly FakeAlert[], fake: State): readonly object[] {
  const groups = new Map<string, { labels: object; receiver: { name: string }; alerts: object[] }>();
  for (const one of alerts) {
    const { receiver = 'chatops', groupBy = ['alertname'] } = one;
    const labels = Object.fromEntries(
      groupBy.flatMap((name) => (one.alert.labels[name] ? [[name, one.alert.labels[name]]] : [])),
    );
    const key = JSON.stringify([receiver, labels]);
    const group = groups.get(key) ?? { labels, receiver: { name: receiver }, alerts: [] };
    group.alerts.push(gettable(one, fake));
    groups.set(key, group);
  }
  return [...groups.values()];
}
