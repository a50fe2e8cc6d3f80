import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHANNELS, type FakeSlack, PEOPLE } from '../../../sandbox/slack/index.ts';
import type { SenderOptions } from '../../../src/core/outbox/sender.ts';
import { CLASS, sayLines } from '../../../src/core/outbox/write.ts';
import { type Bench as SlackBench, startBench } from '../../adapters/slack/support/bench.ts';
import { read } from '../../adapters/slack/support/rendered.ts';
import { Bench, LIMITS } from './support.ts';

/** The sender with the real adapter, on a workspace that keeps Slack's limits by the clock that the test moves. */
let bench: Bench;
let side: SlackBench;
let slack: FakeSlack;
const alerts = CHANNELS.alerts;

beforeEach(async () => {
  bench = await Bench.open();
  side = await startBench({ fake: { now: () => bench.clock.now().getTime(), limits: 'slack' } });
  slack = side.slack;
});
afterEach(async () => {
  await bench.close();
  await side.close();
});

const start = (more: Partial<SenderOptions> = {}) => bench.start({ chat: side.adapter.chat, limits: LIMITS, ...more });
const shown = (channel: string): string[] => slack.channel(channel).posts().map(read);
/** Moves time until so many messages have been delivered. */
async function untilDelivered(count: number, stepMs = LIMITS.channel.everyMs): Promise<void> {
  const delivered = (): number => bench.settled.filter((s) => s.outcome === 'delivered').length;
  while (delivered() < count) {
    const before = delivered();
    await bench.ended('delivered', before + 1);
    bench.advance(stepMs);
  }
}

test('a storm into one channel: all visible, in order, and nothing refused', async () => {
  for (let i = 1; i <= 12; i++) await bench.post(`post ${i}`, { channel: alerts });
  start();
  await untilDelivered(12);
  expect(shown('alerts')).toEqual(Array.from({ length: 12 }, (_, i) => `post ${i + 1}`));
  expect(slack.calls().filter((c) => c.refused)).toEqual([]);
});

test('edits of a storm: all of them, none refused', async () => {
  for (let i = 1; i <= 6; i++) await bench.post(`open ${i}`, { channel: alerts });
  start();
  await untilDelivered(6);
  for (let i = 1; i <= 6; i++) {
    await bench.change(`incident:${i}`, `acked ${i}`, i === 6 ? CLASS.click : CLASS.update);
    await bench.change(`incident:${i}`, `resolved ${i}`, i === 6 ? CLASS.click : CLASS.resolved);
  }
  bench.wake();
  await untilDelivered(12, LIMITS.updates.everyMs);
  expect(shown('alerts')).toEqual([1, 2, 3, 4, 5, 6].map((i) => `resolved ${i}`));
  expect(slack.calls('chat.update').length).toBe(6);
  expect(slack.calls().filter((c) => c.refused)).toEqual([]);
});

test('a thread: reply, broadcast and lines together', async () => {
  const id = await bench.post('main', { channel: alerts });
  await bench.say('ping', { threadPostId: id, channel: alerts });
  await bench.say('fires again', {
    threadPostId: id,
    channel: alerts,
    payload: { say: 'shout' },
    class: CLASS.resolved,
  });
  const lines = ['one', 'two'].map((text) => ({ event: text, payload: { text } }));
  await sayLines(
    bench.db,
    lines.map((line) => ({ ...line, subject: 'incident:1', channel: alerts, threadPostId: id })),
    bench.clock.now(),
  );
  start();
  await untilDelivered(3);
  bench.advance(15_000);
  await untilDelivered(4);
  const { ts } = await bench.postRow(id);
  expect(slack.channel('alerts').thread(ts!).map(read)).toEqual(['ping', 'fires again', 'one\ntwo']);
  expect(shown('alerts')).toEqual(['main', 'fires again']);
});

test('a person is written to directly', async () => {
  await bench.post('paged', { channel: PEOPLE.hana, purpose: 'dm' });
  start();
  await bench.ended('delivered');
  await bench.change('incident:1', 'resolved');
  bench.wake();
  await bench.ended('delivered', 2);
  expect(slack.user('hana').directMessages.map(read)).toEqual(['resolved']);
});

test.each(['accept-then-reset', 'accept-then-error', 'http500'] as const)(
  '%s: found or sent again, once',
  async (kind) => {
    await bench.post('once', { channel: alerts });
    await bench.say('and to a person', { channel: PEOPLE.hana });
    slack.faults.add({ kind, method: 'chat.postMessage', times: 2, code: 'fatal_error' });
    start();
    await bench.ended('again', 2);
    bench.advance(2_000);
    await bench.ended('delivered', 2);
    expect(shown('alerts')).toEqual(['once']);
    expect(slack.user('hana').directMessages.map(read)).toEqual(['and to a person']);
  },
);

test('a kill while Slack answers: the successor finds it', async () => {
  await bench.post('once', { channel: alerts });
  const hold = slack.faults.hold({ method: 'chat.postMessage', when: 'after' });
  const first = start();
  await hold.arrived;
  await first.stop(10);
  hold.release();
  await bench.expireLeases();
  bench.advance(LIMITS.channel.everyMs);
  start();
  await bench.ended('delivered');
  expect(shown('alerts')).toEqual(['once']);
});

test('429 is honoured; what is archived goes to the fallback channel', async () => {
  slack.faults.add({ kind: 'rate-limited', method: 'chat.postMessage', times: 1, retryAfter: 5 });
  await bench.post('later', { channel: alerts });
  start({ fallbackChannel: CHANNELS.ops });
  await bench.ended('again');
  expect(bench.refused).toEqual([5_000]);
  await bench.post('astray', { channel: CHANNELS['archived-old'] });
  bench.wake();
  await bench.ended('delivered', 1);
  expect(shown('ops')[0]).toContain('it is archived');
  bench.advance(5_000);
  await bench.ended('delivered', 2);
  expect(shown('alerts')).toEqual(['later']);
});

test('the main post was deleted: a new one, once', async () => {
  const id = await bench.post('main', { channel: alerts });
  start();
  await bench.ended('delivered');
  const { ts } = await bench.postRow(id);
  await side.adapter.chat.remove({ channelId: alerts, ts: ts! });
  await bench.change('incident:1', 'acknowledged');
  bench.advance(LIMITS.channel.everyMs);
  await bench.ended('delivered', 2);
  expect(shown('alerts')).toEqual([expect.stringContaining('acknowledged')]);
  expect(await bench.postRow(id)).toMatchObject({ moved: true });
});
