import { setTimeout as sleep } from 'node:timers/promises';
import { openLoop } from '../lib/load.ts';
import type { Row } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { alertIn, webhookBody } from '../parts/bodies.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import { postWebhook, startProgram } from '../parts/hikeshi.ts';
import { type SharedStore, startSharedStore } from '../parts/shared-store.ts';
import { liftPace } from './commit.ts';

const MESSAGES = 1_000;
const ANSWER_MS = 150;
const TURNS = 2;
const SENT_WITHIN_MS = 120_000;
const TARGET = 1.7;
const WHAT = `Two workers beside one: ${MESSAGES} waiting messages, Slack answers after ${ANSWER_MS} ms, pace lifted`;

/** How fast a heap of waiting messages leaves by one process and by two. */
export async function measureReplicas(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const target = `≥ ${TARGET} × one, ≤ 20 sends at once each`;
  const store = await startSharedStore(run, 'shared');
  if (!store) return [{ what: WHAT, target, ours: 'not measured: there is no redis-server' }];
  await liftPace(store.adminUrl);
  const one: number[] = [];
  const two: number[] = [];
  try {
    for (let turn = 0; turn < TURNS; turn++) {
      one.push(await sentPerSecond(run, slack, store, `One${turn}a`, 1));
      two.push(await sentPerSecond(run, slack, store, `Two${turn}a`, 2));
    }
  } finally {
    await slack.set('clear-faults');
    await store.stop();
  }
  const mean = (rates: readonly number[]): number => rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const ratio = mean(two) / mean(one);
  const words = `${mean(one).toFixed(0)}/s with one, ${mean(two).toFixed(0)}/s with two: ${ratio.toFixed(2)} ×`;
  return [{ what: WHAT, target, ours: words, met: ratio >= TARGET }];
}

async function sentPerSecond(
  run: Run,
  slack: FakeSlack,
  store: SharedStore,
  kind: string,
  workers: number,
): Promise<number> {
  const web = await startProgram(run, slack, ['--roles', 'web'], store.env);
  const send = (n: number): Promise<number> => postWebhook(web.door, webhookBody(kind, n));
  await openLoop({ rate: MESSAGES, seconds: 1, from: 0, send, now: run.now });
  await web.door.close();
  await web.child.stop('SIGINT');
  const since = await slack.length();
  await slack.set('faults', { kind: 'delay', method: 'chat.postMessage', ms: ANSWER_MS });
  const started = Array.from({ length: workers }, () => startProgram(run, slack, ['--roles', 'worker'], store.env));
  const programs = await Promise.all(started);
  const times = await untilSent(slack, kind, since);
  for (const { door, child } of programs) {
    await door.close();
    await child.stop('SIGINT');
  }
  await slack.set('clear-faults');
  // While the processes warm up and while the last ones leave, it is not the number of them that counts.
  const middle = times.slice(Math.floor(times.length * 0.3), Math.ceil(times.length * 0.9));
  return ((middle.length - 1) * 1_000) / (middle.at(-1)! - middle[0]!);
}

/** When Slack was done with each, in order. */
async function untilSent(slack: FakeSlack, kind: string, since: number): Promise<readonly number[]> {
  const end = performance.now() + SENT_WITHIN_MS;
  for (;;) {
    await sleep(1_000);
    const calls = await slack.calls('chat.postMessage', since);
    const ours = calls.filter((call) => !call.refused && alertIn(kind, String(call.args['text'])) !== undefined);
    if (ours.length >= MESSAGES) return ours.map((call) => call.at).toSorted((a, b) => a - b);
    if (performance.now() > end) throw new Error(`${ours.length} of ${MESSAGES} messages were sent in time`);
  }
}
