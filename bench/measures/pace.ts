import { openLoop } from '../lib/load.ts';
import type { Row } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { alertIn, webhookBody } from '../parts/bodies.ts';
import { type Call, type FakeSlack, until } from '../parts/fake-slack.ts';
import { type Hikeshi, startHikeshi } from '../parts/hikeshi.ts';

const PACED = 300;
/** A second each, and a little. */
const VISIBLE_MS = 1_050;
/** 35 edits leave a minute. */
const OVER_MS = 2_000;
const AT_LEAST_MS = 30_000;
/** The log is long, and tells the time of each call. */
const LOOK_EVERY_MS = 2_000;

/** With our pace on and Slack's limits on: so many groups at once into one channel, and all of them resolved. */
export async function measurePace(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  await slack.set('limits', { limits: 'slack' });
  const hikeshi = await startHikeshi(run, slack, run.dataDir('pace'));
  const rows = await pacedOf(run, slack, hikeshi, run.count(PACED));
  await hikeshi.stop();
  return rows;
}

async function pacedOf(run: Run, slack: FakeSlack, hikeshi: Hikeshi, count: number): Promise<readonly Row[]> {
  const since = await slack.length();
  const began = run.now();
  const send = (status: 'firing' | 'resolved') => (n: number) => hikeshi.webhook(webhookBody('Paced', n, { status }));
  await openLoop({ rate: count, seconds: 1, from: 0, send: send('firing'), now: run.now });
  const visible = await lastOf(slack, 'chat.postMessage', since, count, () => true);
  const cleared = run.now();
  await openLoop({ rate: count, seconds: 1, from: 0, send: send('resolved'), now: run.now });
  const over = await lastOf(slack, 'chat.update', since, count, (call) =>
    JSON.stringify(call.args).includes('esolved'),
  );
  const calls = [...(await slack.calls('chat.postMessage', since)), ...(await slack.calls('chat.update', since))];
  const refused = calls.filter((call) => call.refused).length;
  const within = { visible: count * VISIBLE_MS, over: count * OVER_MS };
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
  return until(
    2 * count * OVER_MS + AT_LEAST_MS,
    async () => {
      const first = new Map<number, number>();
      for (const call of await slack.calls(method, since)) {
        const n = alertIn('Paced', String(call.args['text']));
        if (n !== undefined && !call.refused && counts(call) && !first.has(n)) first.set(n, call.at);
      }
      return first.size === count ? Math.max(...first.values()) : undefined;
    },
    LOOK_EVERY_MS,
  );
}
