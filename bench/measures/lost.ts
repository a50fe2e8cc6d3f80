import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { type Alertmanager, startAlertmanager } from '../parts/alertmanager.ts';
import { alertBody, alertIn, webhookBody } from '../parts/bodies.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import { type Hikeshi, startHikeshi } from '../parts/hikeshi.ts';
import { liftPace } from './commit.ts';

const ALERTS = 10;
/** For a message in the hands of a killed process it takes a lease, 60 s, until another one looks for it. */
const SHOWN_WITHIN_MS = 80_000;
const PEER_WITHIN_MS = 40_000;
const LOOK_EVERY_MS = 500;
const METHOD = 'chat.postMessage';

interface Fault {
  readonly what: string;
  readonly fault: Readonly<Record<string, unknown>>;
  readonly killed?: true;
}

const FAULTS: readonly Fault[] = [
  { what: 'each answered 429 once, Retry-After 1 s', fault: { kind: 'rate-limited', retryAfter: 1, times: ALERTS } },
  {
    what: 'each answered `ok:false`, internal_error, once',
    fault: { kind: 'error', code: 'internal_error', times: ALERTS },
  },
  {
    what: 'Slack answers 503; the process is killed and started again, Slack is well again',
    fault: { kind: 'http503' },
    killed: true,
  },
];

/** Something that takes alerts and tells Slack of them. */
interface Notifier {
  readonly kind: string;
  readonly withinMs: number;
  give(n: number): Promise<number>;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** How many of ten alerts, given once, Slack never shows: ours beside Alertmanager's own notifier, under the same faults. */
export async function measureLost(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const ours = oursIn(run, slack);
  const theirs = theirsIn(run, slack);
  await ours.start();
  await theirs.start();
  const version = theirs.version();
  const rows: Row[] = [];
  for (const [i, fault] of FAULTS.entries()) {
    const lost = await lostBy(slack, ours, fault, i);
    const peer = version === undefined ? undefined : await lostBy(slack, theirs, fault, i);
    rows.push({
      what: `Lost of ${ALERTS} alerts: ${fault.what}`,
      target: '0',
      ours: String(lost),
      peer:
        peer === undefined
          ? 'peer missing'
          : `Alertmanager ${version}, own notifier: ${peer} within ${PEER_WITHIN_MS / 1_000} s`,
      met: lost === 0,
    });
  }
  await ours.kill();
  if (version !== undefined) await theirs.kill();
  return rows;
}

async function lostBy(slack: FakeSlack, by: Notifier, { fault, killed }: Fault, i: number): Promise<number> {
  const since = await slack.length();
  await slack.set('faults', { ...fault, method: METHOD });
  for (let n = 0; n < ALERTS; n++) await by.give(n + i * ALERTS);
  if (killed) {
    await sleep(2_000);
    await by.kill();
    await slack.set('clear-faults');
    await by.start();
  }
  const end = performance.now() + by.withinMs;
  let shown = 0;
  while (shown < ALERTS && performance.now() < end) {
    await sleep(LOOK_EVERY_MS);
    shown = await shownOf(slack, by.kind, since);
  }
  await slack.set('clear-faults');
  return ALERTS - shown;
}

async function shownOf(slack: FakeSlack, kind: string, since: number): Promise<number> {
  const calls = (await slack.calls(METHOD, since)).filter((call) => !call.refused);
  return new Set(calls.map((call) => alertIn(kind, JSON.stringify(call.args))).filter((n) => n !== undefined)).size;
}

const OURS = 'Kept';
const THEIRS = 'Told';

function oursIn(run: Run, slack: FakeSlack): Notifier {
  const dataDir = run.dataDir('lost');
  let running: Hikeshi | undefined;
  return {
    kind: OURS,
    withinMs: SHOWN_WITHIN_MS,
    give: (n) => running!.webhook(webhookBody(OURS, n)),
    kill: async () => running?.stop('SIGKILL'),
    async start() {
      const first = running === undefined;
      running = await startHikeshi(run, slack, dataDir);
      if (first) await liftPace(await running.databaseUrl('admin'));
    },
  };
}

function theirsIn(run: Run, slack: FakeSlack): Notifier & { version(): string | undefined } {
  let running: Alertmanager | undefined;
  return {
    kind: THEIRS,
    withinMs: PEER_WITHIN_MS,
    version: () => running?.version,
    give: (n) => running!.alert(alertBody(THEIRS, n)),
    kill: async () => running?.stop('SIGKILL'),
    async start() {
      running = await startAlertmanager(run, slack);
    },
  };
}
