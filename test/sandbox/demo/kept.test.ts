import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CRITICAL } from '../../../sandbox/demo/scenario.ts';
import { type Demo, startDemo } from '../../../sandbox/demo/start.ts';
import { PEOPLE, visibleText } from '../../../sandbox/slack/index.ts';

const LIMIT_MS = 60_000;

let keep: string;
let demo: Demo | undefined;
beforeEach(() => {
  keep = join(mkdtempSync(join(tmpdir(), 'hikeshi-demo-kept-')), 'kept');
});
afterEach(async () => {
  await demo?.stop();
  rmSync(keep, { recursive: true, force: true });
}, LIMIT_MS);

const start = async (): Promise<Demo> => {
  demo = await startDemo({ lang: 'en', keep, stepMs: 50 });
  await demo.settled;
  return demo;
};

it('--keep keeps what was said with what is known of it: the post goes on after a restart', {
  timeout: 120_000,
}, async () => {
  const first = await start();
  first.alertmanager.fire(CRITICAL.labels, CRITICAL.annotations);
  const post = await first.slack.until((slack) => slack.channel('alerts').posts()[0]);
  await first.slack.until((slack) => slack.user('taro').directMessages.length > 0);
  await first.slack.as('taro').click(post, 'Acknowledge');
  await first.slack.until((slack) => /@?taro|U0TARO0001/.test(visibleText(slack.channel('alerts').message(post.ts)!)));
  await first.stop();

  const second = await start();
  const { slack } = second;
  const shows = (words: RegExp) => words.test(visibleText(slack.channel('alerts').message(post.ts) ?? {}));
  expect(shows(/PaymentLatencyHigh/)).toBe(true);
  expect(slack.snapshot()['notifications']).toContainEqual(expect.objectContaining({ user: PEOPLE.taro }));
  second.alertmanager.fire(CRITICAL.labels, CRITICAL.annotations);
  second.alertmanager.resolve(CRITICAL.labels);
  await slack.until(() => shows(/Resolved/));
  const posts = slack.channel('alerts').posts();
  expect(posts.map(({ ts }) => ts)).toEqual([post.ts]);
});
