import { endpoint } from '../lib/http.ts';
import { openLoop } from '../lib/load.ts';
import { ms, type Row, spreadWords } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { spreadOf } from '../lib/stats.ts';
import { alertName, webhookBody } from '../parts/bodies.ts';
import { type FakeSlack, until } from '../parts/fake-slack.ts';
import { type Hikeshi, startHikeshi } from '../parts/hikeshi.ts';
import { pressables, presser } from '../parts/presses.ts';

const STORM = 1_000;
const PRESSES = 5;
const POSTED_WITHIN_MS = 30_000;
const SHOWN_WITHIN_MS = 10_000;

/** With our pace on and Slack's limits on: so many groups at once into one channel, what somebody presses, and a critical one. */
export async function measureStorm(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  await slack.set('limits', { limits: 'slack' });
  try {
    const hikeshi = await startHikeshi(run, slack, run.dataDir('storm'));
    const rows = await stormOf(run, slack, hikeshi);
    await hikeshi.stop();
    return rows;
  } finally {
    await slack.set('limits', { limits: 'off' });
  }
}

async function stormOf(run: Run, slack: FakeSlack, hikeshi: Hikeshi): Promise<readonly Row[]> {
  const storm = run.count(STORM);
  const send = (n: number): Promise<number> => hikeshi.webhook(webhookBody('Flood', n));
  await openLoop({ rate: storm, seconds: 1, from: 0, send, now: run.now });
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
  await hikeshi.webhook(webhookBody('Worst', 0, { severity: 'critical' }));
  const critical = (await firstPost(slack, alertName('Worst', 0))) - worst;
  const spread = spreadOf(shown);
  return [
    {
      what: `A press shown while ${storm} posts wait for one channel`,
      target: '< 1 s',
      ours: spreadWords(spread),
      met: spread.count === PRESSES && spread.max < 1_000,
    },
    { what: 'A new critical one that comes last, in Slack', ours: ms(critical) },
  ];
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
