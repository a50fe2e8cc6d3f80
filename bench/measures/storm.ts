import { setTimeout as sleep } from 'node:timers/promises';
import { endpoint } from '../lib/http.ts';
import { openLoop } from '../lib/load.ts';
import { ms, type Row, spreadWords } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { spreadOf } from '../lib/stats.ts';
import { alertIn, alertName, webhookBody } from '../parts/bodies.ts';
import type { Call, FakeSlack } from '../parts/fake-slack.ts';
import { type Hikeshi, startHikeshi } from '../parts/hikeshi.ts';
import { pressables, presser } from '../parts/presses.ts';

const STORM = 1_000;
const PRESSES = 5;
const POSTED_WITHIN_MS = 30_000;
const SHOWN_WITHIN_MS = 10_000;
const PACED = 40;
const PACED_LONG = 300;

/**
 * With our pace on and Slack's limits on: a thousand groups at once into one channel, what somebody presses meanwhile, and a
 * critical one that comes last; then so many groups into the channel at its pace. `long`: as many as the design's target has.
 */
export async function measureStorm(run: Run, slack: FakeSlack, long: boolean): Promise<readonly Row[]> {
  await slack.set('limits', { limits: 'slack' });
  const first = await startHikeshi(run, slack, run.dataDir('storm'));
  const storm = await stormOf(run, slack, first);
  await first.stop();
  const second = await startHikeshi(run, slack, run.dataDir('paced'));
  const paced = await pacedOf(run, slack, second, long ? PACED_LONG : PACED);
  await second.stop();
  await slack.set('limits', { limits: 'off' });
  return [...storm, ...paced];
}

async function stormOf(run: Run, slack: FakeSlack, hikeshi: Hikeshi): Promise<readonly Row[]> {
  const send = (n: number): Promise<number> => hikeshi.webhook(webhookBody('Flood', n));
  await openLoop({ rate: STORM, seconds: 1, from: 0, send, now: run.now });
  const posts = await until(POSTED_WITHIN_MS, async () => {
    const found = await pressables(slack, 'Flood');
    return found.length >= PRESSES ? found : undefined;
  });
  const door = endpoint(hikeshi.url);
  const press = presser(slack, door);
  const shown: number[] = [];
  for (const post of posts.slice(0, PRESSES)) {
    const since = await slack.length();
    const pressed = run.now();
    await press.click('ack', post);
    shown.push((await firstEdit(slack, post.ts, since)) - pressed);
  }
  await door.close();
  const worst = run.now();
  await hikeshi.webhook(webhookBody('Worst', 0, 'critical'));
  const critical = (await firstPost(slack, alertName('Worst', 0))) - worst;
  const spread = spreadOf(shown);
  return [
    {
      what: `A press shown while ${STORM} posts wait for one channel`,
      target: '< 1 s',
      ours: spreadWords(spread),
      met: spread.count === PRESSES && spread.max < 1_000,
    },
    { what: 'A new critical one that comes last, in Slack', ours: ms(critical) },
  ];
}

async function pacedOf(run: Run, slack: FakeSlack, hikeshi: Hikeshi, count: number): Promise<readonly Row[]> {
  const since = await slack.length();
  const began = run.now();
  const send = (status: 'firing' | 'resolved') => (n: number) =>
    hikeshi.webhook(webhookBody('Paced', n, 'high', status));
  await openLoop({ rate: count, seconds: 1, from: 0, send: send('firing'), now: run.now });
  const visible = await lastOf(slack, 'chat.postMessage', since, count, () => true);
  const cleared = run.now();
  await openLoop({ rate: count, seconds: 1, from: 0, send: send('resolved'), now: run.now });
  const over = await lastOf(slack, 'chat.update', since, count, (call) =>
    JSON.stringify(call.args).includes('esolved'),
  );
  const calls = [...(await slack.calls('chat.postMessage', since)), ...(await slack.calls('chat.update', since))];
  const refused = calls.filter((call) => call.refused).length;
  const within = { visible: count * 1_050, over: count * 2_000 };
  const few = refused < calls.length / 100;
  return [
    {
      what: `${count} groups at once into one channel: all visible`,
      target: `< ${within.visible / 1_000} s, under 1 % refused`,
      ours: `${((visible - began) / 1_000).toFixed(1)} s, ${refused} of ${calls.length} calls refused`,
      met: few && visible - began < within.visible,
    },
    {
      what: `${count} groups at once into one channel: all shown resolved`,
      target: `< ${within.over / 1_000} s`,
      ours: `${((over - cleared) / 1_000).toFixed(1)} s`,
      met: over - cleared < within.over,
    },
  ];
}

/** When the last of so many different alerts got its first such call. */
async function lastOf(
  slack: FakeSlack,
  method: string,
  since: number,
  count: number,
  counts: (call: Call) => boolean,
): Promise<number> {
  return until(count * 3_000 + POSTED_WITHIN_MS, async () => {
    const first = new Map<number, number>();
    for (const call of await slack.calls(method, since)) {
      const n = alertIn('Paced', String(call.args['text']));
      if (n !== undefined && !call.refused && counts(call) && !first.has(n)) first.set(n, call.at);
    }
    return first.size === count ? Math.max(...first.values()) : undefined;
  });
}

/** The edit by response_url, or the one by the outbox. */
async function firstEdit(slack: FakeSlack, ts: string, since: number): Promise<number> {
  return until(SHOWN_WITHIN_MS, async () => {
    const calls = await slack.calls('chat.update', since);
    return calls.find((call) => !call.refused && call.args['ts'] === ts)?.at;
  });
}

async function firstPost(slack: FakeSlack, name: string): Promise<number> {
  return until(POSTED_WITHIN_MS, async () => {
    const calls = await slack.calls('chat.postMessage');
    return calls.find((call) => !call.refused && JSON.stringify(call.args).includes(name))?.at;
  });
}

async function until<T>(withinMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`Slack did not get it within ${withinMs / 1_000} s`);
    await sleep(200);
  }
}
