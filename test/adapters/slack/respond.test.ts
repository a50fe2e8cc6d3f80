import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHANNELS } from '../../../sandbox/slack/index.ts';
import type { ChatErrorKind, Reply } from '../../../src/ports/chat.ts';
import { type Bench, say, startBench } from './support/bench.ts';

let bench: Bench;
let reply: Reply;

beforeEach(async () => {
  bench = await startBench();
  await bench.slack.as('kenji').command('general', '/ops pods');
  const [request] = bench.requests;
  if (request?.kind !== 'ask') throw new Error('no command came');
  reply = request.reply;
});
afterEach(() => bench.close());

test('an answer reaches a channel where we are no member', async () => {
  await reply.private(say('2 pods'));
  expect(bench.slack.user('kenji').ephemerals).toMatchObject([{ channel: CHANNELS.general }]);
});

test('the sixth answer, and one after half an hour: expired', async () => {
  for (let i = 0; i < 5; i += 1) await reply.private(say(String(i)));
  await expect(reply.private(say('6'))).rejects.toMatchObject({ kind: 'expired', code: 'used_url' });
  bench.slack.advance(31 * 60_000);
  await expect(reply.private(say('7'))).rejects.toMatchObject({ kind: 'expired', code: 'expired_url' });
});

test('replacing has nothing to replace after a command: a new answer', async () => {
  await reply.private(say('1'));
  await reply.replace(say('2'));
  expect(bench.slack.user('kenji').ephemerals).toHaveLength(2);
});

test.each<[ChatErrorKind, 'http500' | 'http503' | 'reset' | 'rate-limited' | 'error', string?]>([
  ['ambiguous', 'http500'],
  ['passing', 'http503'],
  ['ambiguous', 'reset'],
  ['rate-limited', 'rate-limited'],
  ['ambiguous', 'error', 'internal_error'],
  ['invalid', 'error', 'invalid_blocks'],
])('%s: %s %s; and it is not sent again', async (kind, fault, code) => {
  bench.slack.addFault({ kind: fault, method: 'response_url', ...(code ? { code } : {}) });
  await expect(reply.private(say('x'))).rejects.toMatchObject({ kind });
  expect(bench.slack.calls('response_url')).toHaveLength(1);
});
