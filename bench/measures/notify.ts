import { setTimeout as sleep } from 'node:timers/promises';
import { cpuDuring, cpuOf, cpuOfFamily } from '../lib/cpu.ts';
import { openLoop, type Shot } from '../lib/load.ts';
import { cpuWords, ms, type Row } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { type Spread, spreadOf } from '../lib/stats.ts';
import type { Alertmanager } from '../parts/alertmanager.ts';
import { alertBody, alertIn, webhookBody } from '../parts/bodies.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import type { Hikeshi } from '../parts/hikeshi.ts';

const RATE = 10;
const WARM_UP_S = 3;
/** In turns with the peer, so that a noisy neighbour meets both. */
const TURNS = 2;
const TURN_S = 5;
const ARRIVED_WITHIN_MS = 10_000;
/** Names of alerts: which program they were given to. */
export const OURS = 'Ours';
const THEIRS = 'Theirs';

export interface NotifyParts {
  readonly run: Run;
  readonly slack: FakeSlack;
  readonly hikeshi: Hikeshi;
  readonly alertmanager: Alertmanager | undefined;
  /** p50 of one commit, ms. */
  readonly commitMs: number;
}

type Kind = Pick<Runner, 'kind'>;

interface Runner {
  readonly kind: string;
  /** How much CPU each of its processes has used. */
  readonly cpu: readonly (() => Promise<number | undefined>)[];
  readonly post: (n: number) => Promise<number>;
}

/** From the POST of an alert until the fake Slack has its message: ours beside Alertmanager's own notifier. */
export async function measureNotify(parts: NotifyParts): Promise<readonly Row[]> {
  const { run, hikeshi, alertmanager } = parts;
  const server = await hikeshi.postgresPid();
  const ours: Runner = {
    kind: OURS,
    cpu: [() => cpuOf(hikeshi.pid), () => cpuOfFamily(server)],
    post: (n) => hikeshi.webhook(webhookBody(OURS, n)),
  };
  const theirs: Runner | undefined = alertmanager && {
    kind: THEIRS,
    cpu: [() => cpuOf(alertmanager.pid)],
    post: (n) => alertmanager.alert(alertBody(THEIRS, n)),
  };
  const runners = theirs ? [ours, theirs] : [ours];
  const shoot = (runner: Runner, from: number, seconds: number): Promise<readonly Shot[]> =>
    openLoop({ rate: RATE, seconds, from, send: runner.post, now: run.now });

  const cold = new Map<string, readonly Shot[]>();
  const warm = new Map<string, readonly Shot[]>();
  const cpu = new Map<string, readonly (number | undefined)[]>();
  for (const runner of runners) cold.set(runner.kind, await shoot(runner, 0, WARM_UP_S));
  for (let turn = 0; turn < TURNS; turn++)
    for (const runner of runners) {
      const from = RATE * (WARM_UP_S + turn * TURN_S);
      const { done, used } = await cpuDuring(runner.cpu, () => shoot(runner, from, TURN_S));
      warm.set(runner.kind, [...(warm.get(runner.kind) ?? []), ...done]);
      cpu.set(runner.kind, added(cpu.get(runner.kind), used));
    }
  const each = RATE * (WARM_UP_S + TURNS * TURN_S);
  const arrivals = await waitForArrivals(parts.slack, runners, each);
  const spread = (kind: string, shots: ReadonlyMap<string, readonly Shot[]>): Spread =>
    spreadOf(sinceDue(shots.get(kind) ?? [], arrivals.get(kind) ?? new Map()));
  const sent = RATE * TURNS * TURN_S;
  const cpuRow: Row = {
    what: `Webhook to Slack call, ${RATE}/s: CPU for one, idle work of the process included`,
    ours: cpuWords(cpu.get(OURS) ?? [], ['Node', 'PostgreSQL'], sent),
    peer: theirs ? cpuWords(cpu.get(THEIRS) ?? [], ['Alertmanager'], sent) : 'peer missing',
  };
  return [...rowsOf(spread(OURS, warm), spread(OURS, cold), theirs && spread(THEIRS, warm), parts, sent), cpuRow];
}

function added(
  before: readonly (number | undefined)[] | undefined,
  more: readonly (number | undefined)[],
): readonly (number | undefined)[] {
  return more.map((ms, i) => (ms === undefined ? undefined : ms + (before?.[i] ?? 0)));
}

function rowsOf(warm: Spread, cold: Spread, peer: Spread | undefined, parts: NotifyParts, sent: number): Row[] {
  const p50Target = 10 + 2 * parts.commitMs;
  const complete = warm.count === sent;
  const what = `Webhook to Slack call, ${RATE}/s (pace lifted)`;
  const name = parts.alertmanager ? `Alertmanager ${parts.alertmanager.version}, own notifier: ` : '';
  return [
    {
      what: `${what}: p50`,
      target: `< 10 ms + 2 commits = ${ms(p50Target)}`,
      ours: `${ms(warm.p50)} (n=${warm.count} of ${sent})`,
      cold: ms(cold.p50),
      peer: peer ? `${name}${ms(peer.p50)} (n=${peer.count})` : 'peer missing',
      met: complete && warm.p50 < p50Target,
    },
    {
      what: `${what}: p99`,
      target: '< 50 ms',
      ours: ms(warm.p99),
      cold: ms(cold.p99),
      peer: peer ? `${name}${ms(peer.p99)}` : 'peer missing',
      met: complete && warm.p99 < 50,
    },
  ];
}

type Arrivals = ReadonlyMap<string, ReadonlyMap<number, number>>;

async function waitForArrivals(slack: FakeSlack, runners: readonly Kind[], each: number): Promise<Arrivals> {
  const end = performance.now() + ARRIVED_WITHIN_MS;
  for (;;) {
    const arrivals = await readArrivals(slack, runners);
    if ([...arrivals.values()].every((of) => of.size === each) || performance.now() > end) return arrivals;
    await sleep(200);
  }
}

/** When each of so many alerts of this kind was at the fake; those that were not in time are left out. */
export async function arrivalsOf(slack: FakeSlack, kind: string, count: number): Promise<ReadonlyMap<number, number>> {
  const kinds = [{ kind }];
  const all = await waitForArrivals(slack, kinds, count);
  return all.get(kind) ?? new Map();
}

/** When the first accepted message about each alert was at the fake. */
async function readArrivals(slack: FakeSlack, runners: readonly Kind[]): Promise<Arrivals> {
  const calls = await slack.calls('chat.postMessage');
  const arrivals = new Map(runners.map(({ kind }) => [kind, new Map<number, number>()]));
  for (const { at, refused, args } of calls) {
    if (refused) continue;
    const text = JSON.stringify(args);
    for (const [kind, times] of arrivals) {
      const n = alertIn(kind, text);
      if (n !== undefined && !times.has(n)) times.set(n, at);
    }
  }
  return arrivals;
}

function sinceDue(shots: readonly Shot[], arrivals: ReadonlyMap<number, number>): number[] {
  return shots.flatMap(({ n, due }) => {
    const at = arrivals.get(n);
    return at === undefined ? [] : [at - due];
  });
}
