import { CHANNELS, type Fault, PEOPLE } from '../../sandbox/slack/index.ts';
import type { ChatErrorKind } from '../../src/ports/chat.ts';
import { startBench } from '../adapters/slack/support/bench.ts';
import { read } from '../adapters/slack/support/rendered.ts';
import { chatContract } from './chat.ts';

const METHODS = { post: 'chat.postMessage', find: 'conversations.history' } as const;

/** How Slack does what the port calls by kind. */
function faultOf(kind: ChatErrorKind, done: boolean, retryAfterMs: number | undefined): Omit<Fault, 'method'> {
  if (done) return { kind: 'accept-then-reset' };
  if (kind === 'rate-limited') return { kind: 'rate-limited', retryAfter: (retryAfterMs ?? 1_000) / 1_000 };
  if (kind === 'passing') return { kind: 'http503' };
  if (kind === 'token') return { kind: 'error', code: 'token_revoked' };
  if (kind === 'invalid') return { kind: 'error', code: 'invalid_blocks' };
  return { kind: 'http500' };
}

chatContract('the adapter, on the fake Slack', async () => {
  const bench = await startBench();
  const { slack } = bench;
  return {
    chat: bench.adapter.chat,
    channel: CHANNELS.alerts,
    archived: CHANNELS['archived-old'],
    person: PEOPLE.hana,
    read: (channelId, threadTs) => {
      const channel = slack.channel(channelId);
      return (threadTs === undefined ? channel.posts() : channel.thread(threadTs)).map(read);
    },
    fail: (kind, method, { done = false, retryAfterMs } = {}) => {
      slack.faults.add({ ...faultOf(kind, done, retryAfterMs), method: METHODS[method], times: 1 });
    },
    holdPost: () => slack.faults.hold({ method: METHODS.post, when: 'after' }),
    close: () => bench.close(),
  };
});
