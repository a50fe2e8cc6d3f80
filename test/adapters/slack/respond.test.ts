import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHANNELS } from '../../../sandbox/slack/index.ts';
import { createRespond } from '../../../src/adapters/slack/inbound/respond.ts';
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

test.each<[ChatErrorKind, 'http500' | 'http503' | 'reset' | 'error', string?]>([
  ['ambiguous', 'http500'],
  ['passing', 'http503'],
  ['ambiguous', 'reset'],
  ['ambiguous', 'error', 'internal_error'],
  ['invalid', 'error', 'invalid_blocks'],
])('%s: %s %s; and it is not sent again', async (kind, fault, code) => {
  bench.slack.addFault({ kind: fault, method: 'response_url', ...(code ? { code } : {}) });
  await expect(reply.private(say('x'))).rejects.toMatchObject({ kind });
  expect(bench.slack.calls('response_url')).toHaveLength(1);
});

test('a 429 was not delivered: it waits its turn, up to three times', async () => {
  bench.slack.addFault({ kind: 'rate-limited', method: 'response_url', times: 2, retryAfter: 0 });
  await reply.private(say('in the end'));
  expect(bench.slack.user('kenji').ephemerals).toHaveLength(1);
  bench.slack.addFault({ kind: 'rate-limited', method: 'response_url', retryAfter: 0 });
  await expect(reply.private(say('never'))).rejects.toMatchObject({ kind: 'rate-limited' });
  expect(bench.slack.calls('response_url')).toHaveLength(6);
});

test('one that says to come back much later is not waited for', async () => {
  bench.slack.addFault({ kind: 'rate-limited', method: 'response_url', retryAfter: 60 });
  await expect(reply.private(say('x'))).rejects.toMatchObject({ kind: 'rate-limited' });
  expect(bench.slack.calls('response_url')).toHaveLength(1);
});

test.each([
  'http://169.254.169.254/latest/meta-data/',
  'https://hooks.slack.com.evil.test/actions/x',
  'https://evil.test/?https://hooks.slack.com/',
  'https://hooks.slack.com@evil.test/',
  'http://hooks.slack.com/actions/x',
  'file:///etc/passwd',
  'hooks.slack.com/actions/x',
  '',
])("an address that is not Slack's is never called: %s", async (url) => {
  for (const apiUrl of [undefined, bench.slack.apiUrl])
    await expect(createRespond((words) => words, apiUrl)(url, {})).rejects.toMatchObject({ code: 'foreign_url' });
});
