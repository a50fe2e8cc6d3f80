import { openLoop } from '../lib/load.ts';
import type { Row } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { alertIn, lanes, webhookBody } from '../parts/bodies.ts';
import { type FakeSlack, until } from '../parts/fake-slack.ts';
import { postWebhook, startProgram } from '../parts/hikeshi.ts';
import { type SharedStore, startSharedStore } from '../parts/shared-store.ts';
import { liftPace } from './commit.ts';

const MESSAGES = 1_500;
const ANSWER_MS = 150;
const TURNS = 2;
const SENT_WITHIN_MS = 120_000;
const TARGET = 1.7;
const MOST_AT_ONCE = 20;
/** Channels that the messages are spread over. */
const LANES = lanes(40);
const CONFIG = `slack: { channel: alerts }\nchannels: { allowed: [${LANES.join(', ')}] }\n`;

/** How fast a heap of waiting messages leaves by one process and by two. */
export async function measureReplicas(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const messages = run.count(MESSAGES);
  const what = `Two workers beside one: ${messages} waiting messages in ${LANES.length} channels, Slack answers after ${ANSWER_MS} ms, pace lifted`;
  const target = `≥ ${TARGET} × one, ≤ ${MOST_AT_ONCE} sends at once each`;
  const store = await startSharedStore(run, 'shared');
  if (!store) return [{ what, target, ours: 'not measured: there is no redis-server' }];
  await liftPace(store.adminUrl);
  const one: Left[] = [];
  const two: Left[] = [];
  try {
    for (let turn = 0; turn < TURNS; turn++) {
      one.push(await leave({ run, slack, store, messages, kind: `One${turn}a`, workers: 1 }));
      two.push(await leave({ run, slack, store, messages, kind: `Two${turn}a`, workers: 2 }));
    }
  } finally {
    await slack.set('clear-faults');
    await store.stop();
  }
  const mean = (left: readonly Left[]): number => left.reduce((sum, { rate }) => sum + rate, 0) / left.length;
  const most = Math.max(...one.map((left) => left.atOnce));
  const ratio = mean(two) / mean(one);
  const words = `${mean(one).toFixed(0)}/s with one, ${mean(two).toFixed(0)}/s with two: ${ratio.toFixed(2)} ×, ${most} at once by one`;
  return [{ what, target, ours: words, met: ratio >= TARGET && most <= MOST_AT_ONCE }];
}

interface Leaving {
  readonly run: Run;
  readonly slack: FakeSlack;
  readonly store: SharedStore;
  readonly messages: number;
  readonly kind: string;
  readonly workers: number;
}

interface Left {
  /** Messages a second. */
  readonly rate: number;
  /** The most that were on their way at any time. */
  readonly atOnce: number;
}

async function leave({ run, slack, store, messages, kind, workers }: Leaving): Promise<Left> {
  const web = await startProgram(run, slack, ['--roles', 'web'], store.env, { config: CONFIG });
  const send = (n: number): Promise<number> =>
    postWebhook(web.door, webhookBody(kind, n, { channel: LANES[n % LANES.length]! }));
  await openLoop({ rate: messages, seconds: 1, from: 0, send, now: run.now });
  await web.door.close();
  await web.child.stop('SIGINT');
  const since = await slack.length();
  await slack.set('faults', { kind: 'delay', method: 'chat.postMessage', ms: ANSWER_MS });
  const begun = Array.from({ length: workers }, () =>
    startProgram(run, slack, ['--roles', 'worker'], store.env, { config: CONFIG }),
  );
  const programs = await Promise.all(begun);
  const times = await until(SENT_WITHIN_MS, () => sentOf(slack, kind, messages, since), 1_000);
  for (const { door, child } of programs) {
    await door.close();
    await child.stop('SIGINT');
  }
  await slack.set('clear-faults');
  // While the processes warm up and while the last ones leave, it is not the number of them that counts.
  const middle = times.slice(Math.floor(times.length * 0.3), Math.ceil(times.length * 0.9));
  const rate = ((middle.length - 1) * 1_000) / (middle.at(-1)! - middle[0]!);
  return { rate, atOnce: mostWithin(ANSWER_MS, times) };
}

/** When Slack was done with each, in order; `undefined` until it is with all. */
async function sentOf(slack: FakeSlack, kind: string, messages: number, since: number) {
  const calls = await slack.calls('chat.postMessage', since);
  const ours = calls.filter((call) => !call.refused && alertIn(kind, String(call.args['text'])) !== undefined);
  return ours.length >= messages ? ours.map((call) => call.at).toSorted((a, b) => a - b) : undefined;
}

/** Each was on its way for so long before Slack was done with it. */
function mostWithin(ms: number, times: readonly number[]): number {
  return Math.max(...times.map((at, i) => i - times.findIndex((before) => before > at - ms) + 1));
}
