import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import { type SimulatedCluster, startCluster } from '../../sandbox/cluster/index.ts';
import { type FakeSlack, type SlackOptions, startSlack } from '../../sandbox/slack/index.ts';
import { knownSecrets } from '../../src/app/known-secrets.ts';
import { loadFromEnvironment } from '../../src/app/load.ts';
import { createLog } from '../../src/app/log.ts';
import { type App, startApp } from '../../src/app/start.ts';
import type { Limits } from '../../src/core/outbox/limits.ts';
import { UNLIMITED } from './limits.ts';
import { type FreshDatabase, freshDatabase } from './postgres.ts';

/** The whole program in this process, on a database of its own, with a workspace and a cluster to talk to. */
export interface TestApp {
  readonly slack: FakeSlack;
  readonly cluster: SimulatedCluster;
  readonly database: FreshDatabase;
  /** The running one; another after `restart`. */
  app(): App;
  /** Business time, Slack's included. */
  now(): Date;
  /** Lets time pass for the program and for Slack; nothing sleeps. */
  move(ms: number): void;
  /** POSTs a webhook body, or whatever else is given as text. */
  send(body: unknown, options?: SendOptions): Promise<Sent>;
  get(path: string): Promise<Sent>;
  /** Writes the config file anew; the running program is told by `app().live.reload()`. */
  writeConfig(yaml: string): Promise<void>;
  /**
   * Waits until nothing is due and nothing is on its way: what is not in Slack then will not come by itself before time
   * moves. Fails with what is still open.
   */
  atRest(timeoutMs?: number): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface SendOptions {
  readonly source?: string;
  readonly token?: string | null;
}

export interface Sent {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface TestAppOptions {
  /** `hikeshi.yaml`; `KUBECONFIG_FILE` in it becomes the simulated cluster's. */
  readonly config?: string;
  readonly slack?: SlackOptions;
  readonly delivery?: 'http' | 'socket';
  /** An address of Redis; without one the queue is in PostgreSQL. */
  readonly redis?: string;
  /** Default: as fast as it goes. */
  readonly limits?: Limits;
  /** Milliseconds between two looks of the cluster's controllers. */
  readonly stepMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Takes each line of the program's own log, all of them. */
  readonly logTo?: (line: string) => void;
  /** Start with `start()` instead. */
  readonly started?: false;
}

export const TOKEN = 'webhook-token-0123456789';

/** Criticals call taro at once and the SRE group ten minutes later; kenji may act. */
export const TEAM = `
slack: {channel: alerts, oncall: ['@taro']}
environments:
  production: {clusters: {main: {kubeconfig: KUBECONFIG_FILE}}}
routes:
  - {match: ['severity="critical"'], policy: urgent, runbook: checkout}
policies:
  urgent: [{after: 0s, page: ['@taro']}, {after: 10m, page: ['@sre']}]
runbooks:
  checkout: {link: 'https://runbooks.example.test/checkout', actions: [restart]}
roles: {operator: ['@kenji', '@mika'], admin: ['@sato']}
`;

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const time = { movedMs: 0 };
  const now = (): number => Date.now() + time.movedMs;
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-app-'));
  const database = await freshDatabase();
  const slack = await startSlack({
    limits: 'off',
    ...options.slack,
    now,
    switches: { signWith: 'fake', ...options.slack?.switches },
  });
  const cluster = await startCluster({ stepMs: options.stepMs ?? 20, now: () => new Date(now()) });
  const files = { config: join(dir, 'hikeshi.yaml'), kubeconfig: join(dir, 'kubeconfig.yaml') };
  await writeFile(files.kubeconfig, cluster.kubeconfig);
  const writeConfig = (yaml: string): Promise<void> =>
    writeFile(files.config, yaml.replaceAll('KUBECONFIG_FILE', files.kubeconfig));
  await writeConfig(options.config ?? TEAM);
  let running: App | undefined;
  const app = (): App => running ?? fail('the program is not running');

  const start = async (): Promise<void> => {
    running = await run(options, environment(options, slack, database, files.config), time);
    if (options.delivery !== 'socket') slack.deliverTo(`http://127.0.0.1:${running.port}/slack/events`);
  };
  const stop = async (): Promise<void> => {
    const stopping = running;
    running = undefined;
    await stopping?.stop();
  };
  const call = async (path: string, init?: RequestInit): Promise<Sent> => {
    const response = await fetch(`http://127.0.0.1:${app().port}${path}`, init);
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text || '{}') as Sent['body'] };
  };

  const test: TestApp = {
    slack,
    cluster,
    database,
    app,
    now: () => new Date(now()),
    move(ms) {
      time.movedMs += ms;
      running?.wake();
      slack.tick();
    },
    send(body, { source, token = TOKEN } = {}) {
      const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const path = `/webhooks/alertmanager${source === undefined ? '' : `/${source}`}`;
      return call(path, { method: 'POST', headers, body: text });
    },
    get: (path) => call(path),
    writeConfig,
    atRest: (timeoutMs) => atRest(app(), timeoutMs ?? 30_000),
    start,
    stop,
    async close() {
      await stop();
      await slack.close();
      await cluster.close();
      await database.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  if (options.started === false) return test;
  try {
    await start();
    await directoryKnown(app());
    return test;
  } catch (error) {
    await test.close();
    throw error;
  }
}

function fail(why: string): never {
  throw new Error(why);
}

function environment(
  { delivery, redis, env }: TestAppOptions,
  slack: FakeSlack,
  database: FreshDatabase,
  config: string,
): NodeJS.ProcessEnv {
  return {
    HIKESHI_CONFIG: config,
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: database.appUrl,
    DATABASE_MIGRATE_URL: database.ownerUrl,
    // Opening as many as a server of one's own may have is a fifth of what a started program costs PostgreSQL.
    DATABASE_CONNECTIONS: '6',
    ...(redis !== undefined && { REDIS_URL: redis }),
    SLACK_BOT_TOKEN: slack.botToken,
    ...(delivery === 'socket' ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    SLACK_API_URL: slack.apiUrl,
    ALERTMANAGER_WEBHOOK_TOKEN: TOKEN,
    ...env,
  };
}

async function run(
  { limits, redis, logTo }: TestAppOptions,
  env: NodeJS.ProcessEnv,
  time: { readonly movedMs: number },
): Promise<App> {
  // Redis is not missed: without it the queue is in PostgreSQL, as with an embedded one.
  const needs = ['database', 'slack', 'sources', ...(redis === undefined ? [] : (['redis'] as const))] as const;
  const load = () => loadFromEnvironment({ env, needs });
  const loaded = load();
  if (!loaded.config) throw new Error(`config: ${JSON.stringify(loaded.problems, undefined, 1)}`);
  const secrets = knownSecrets();
  secrets.learn(loaded.config);
  const log = logTo
    ? createLog('trace', secrets.mask, { write: logTo })
    : pino({ level: process.env['HIKESHI_TEST_LOG'] ?? 'silent' });
  return startApp({
    config: loaded.config,
    load,
    log,
    secrets,
    roles: ['web', 'worker'],
    env,
    limits: limits ?? UNLIMITED,
    monotonic: () => performance.now() + time.movedMs,
  });
}

/** Which workspace this is, and who is in it, is mirrored soon after the start. Until then nobody may do anything. */
async function directoryKnown({ database }: App): Promise<void> {
  await until('the directory is known', async () => {
    const { rows } = await sql<{ known: boolean }>`
      select exists (select from workspace) and exists (select from people)
        and exists (select from channels where members is not null) as known`.execute(database.db);
    return rows[0]!.known;
  });
}

async function atRest({ database, clock }: App, timeoutMs: number): Promise<void> {
  const open = async (): Promise<readonly string[]> => {
    const now = clock.now();
    const { rows } = await sql<{ what: string }>`
      select 'outbox ' || state || ' ' || subject || ' ' || coalesce(event, 'show') || ' ' || coalesce(error, '') as what
        from outbox o where state = 'sending' or (state = 'pending' and due_at <= ${now})
          or (state = 'waiting' and not exists (select from outbox its
            where its.post_id = o.thread_post_id and its.state = 'pending' and its.due_at > ${now}))
      union all select 'step of ' || subject from runs where state = 'running' and due_at <= ${now}
      union all select 'snooze of INC-' || number from incidents where state = 'snoozed' and snoozed_until <= ${now}
      union all select 'test INC-' || number from incidents where test_until <= ${now}
      union all select 'term of ' || action_id from terms where due_at <= ${now}
      union all select 'timetable ' || entry from timetable_runs r where look_at <= ${now}
        and not exists (select from jsonb_array_elements(r.tasks) t join actions a on a.id = (t ->> 'action')::uuid
          where a.state = 'awaiting-approval')
      union all select 'doubt ' || fingerprint from alerts where doubt_due <= ${now}
      union all select 'job ' || number from jobs
        where finished_at is null and not (kind = 'follow' and due_at > ${now})`.execute(database.db);
    return rows.map((row) => row.what);
  };
  let last: readonly string[] = [];
  await until(
    () => `at rest; open: ${last.join(', ')}`,
    async () => {
      last = await open();
      return last.length === 0;
    },
    timeoutMs,
  );
}

async function until(what: string | (() => string), look: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const began = performance.now();
  while (!(await look())) {
    if (performance.now() - began > timeoutMs)
      throw new Error(`not within ${timeoutMs} ms: ${typeof what === 'string' ? what : what()}`);
    await pause(15);
  }
}
