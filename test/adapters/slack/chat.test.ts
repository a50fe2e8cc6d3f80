import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BOT_USER_ID, CHANNELS, PEOPLE } from '../../../sandbox/slack/index.ts';
import { createSlack } from '../../../src/adapters/slack/index.ts';
import { person } from '../../../src/domain/content.ts';
import { type Chat, ChatError, type ChatErrorKind } from '../../../src/ports/chat.ts';
import { lastingPort } from '../../support/ports.ts';
import { type Bench, mark, say, startBench } from './support/bench.ts';
import { read } from './support/rendered.ts';

let bench: Bench;
let chat: Chat;
const alerts = CHANNELS.alerts;
const ever = new Date(0);

beforeEach(async () => {
  bench = await startBench();
  chat = bench.adapter.chat;
});
afterEach(() => bench.close());

const posts = () => bench.slack.channel('alerts').posts();

describe('sending', () => {
  test('a post stands in the channel and tells whom it mentions', async () => {
    const at = await chat.post(
      alerts,
      { text: ['down'], blocks: [{ kind: 'text', text: ['down, ', person(PEOPLE.kenji)] }] },
      mark(1),
    );
    expect(at).toEqual({ channelId: alerts, ts: posts()[0]?.ts });
    expect(bench.slack.user('kenji').notifications).toMatchObject([{ why: 'mention', channel: alerts, ts: at.ts }]);
  });

  test('a reply stands in the thread, and in the channel when broadcast', async () => {
    const parent = await chat.post(alerts, say('parent'), mark(1));
    await chat.post(alerts, say('quiet'), { ...mark(2), threadTs: parent.ts });
    await chat.post(alerts, say('loud'), { ...mark(3), threadTs: parent.ts, broadcast: true });
    expect(bench.slack.channel('alerts').thread(parent.ts).map(read)).toEqual(['quiet', 'loud']);
    expect(posts().map(read)).toEqual(['parent', 'loud']);
  });

  test('an update replaces words and buttons, keeps the mark, and leaves no edited sign', async () => {
    const at = await chat.post(alerts, say('open'), mark(4));
    await chat.update(at, say('resolved'));
    expect(read(posts()[0]!)).toBe('resolved');
    expect(posts()[0]).toMatchObject({ metadata: { event_payload: { row: 4 } } });
    expect(posts()[0]?.edited).toBeUndefined();
  });

  test('to a person: their direct conversation, whose own id comes back, and which can be updated', async () => {
    const at = await chat.post(PEOPLE.kenji, say('paged'), mark(5));
    expect(at.channelId).toBe(await chat.directChannel(PEOPLE.kenji));
    await chat.update({ ...at, channelId: PEOPLE.kenji }, say('resolved'));
    expect(bench.slack.user('kenji').directMessages.map(read)).toEqual(['resolved']);
  });

  test('a whisper is on one person’s screen only', async () => {
    await chat.whisper({ channelId: alerts }, PEOPLE.kenji, say('only you'));
    expect(bench.slack.user('kenji').ephemerals.map(read)).toEqual(['only you']);
    expect(posts()).toEqual([]);
  });

  test('removing what is not there any more is done already', async () => {
    const at = await chat.post(alerts, say('twice'), mark(6));
    await chat.remove(at);
    await chat.remove(at);
    expect(posts()).toEqual([]);
  });

  test('a permalink leads to the post', async () => {
    const at = await chat.post(alerts, say('here'), mark(7));
    expect(await chat.permalink(at)).toContain(`/archives/${alerts}/p${at.ts.replace('.', '')}`);
  });
});

describe('looking for a post whose answer was lost', () => {
  test('in the channel, in a thread, in a direct conversation', async () => {
    const parent = await chat.post(alerts, say('parent'), mark(10));
    bench.slack.addFault({ kind: 'accept-then-reset', method: 'chat.postMessage', times: 3 });
    for (const [to, threadTs] of [[alerts], [alerts, parent.ts], [PEOPLE.mika]] as const) {
      await expect(chat.post(to, say('lost'), { ...mark(11), threadTs })).rejects.toMatchObject({ kind: 'ambiguous' });
    }
    expect(await chat.find({ channelId: alerts }, 11, ever)).toHaveLength(1);
    expect(await chat.find({ channelId: alerts, threadTs: parent.ts }, 11, ever)).toHaveLength(1);
    expect(await chat.find({ channelId: PEOPLE.mika }, 11, ever)).toHaveLength(1);
  });

  test('oldest first, over several pages, and not before the time given', async () => {
    const first = await chat.post(alerts, say('1'), mark(12));
    for (let i = 0; i < 220; i += 1) bench.slack.as('hana').say('alerts', `noise ${i}`);
    const second = await chat.post(alerts, say('2'), mark(12, 'a2'));
    expect(await chat.find({ channelId: alerts }, 12, ever)).toEqual([first, second]);
    expect(bench.slack.calls('conversations.history')).toHaveLength(2);
    expect(await chat.find({ channelId: alerts }, 12, new Date(Number(second.ts) * 1_000))).toEqual([second]);
  });

  test('a thread that is gone holds nothing', async () => {
    expect(await chat.find({ channelId: alerts, threadTs: '1.000001' }, 13, ever)).toEqual([]);
  });
});

describe('every kind of failure', () => {
  const post = (to: string = alerts) => chat.post(to, say('x'), { ...mark(1), timeoutMs: 300 });
  const fault = (kind: 'http500' | 'http503' | 'hang' | 'reset' | 'accept-then-hang' | 'accept-then-reset') => () => {
    bench.slack.addFault({ kind, method: 'chat.postMessage' });
    return post();
  };
  const code = (said: string) => () => {
    bench.slack.addFault({ kind: 'error', method: 'chat.postMessage', code: said });
    return post();
  };
  const withScopes = (scopes: readonly string[]) => () => {
    bench.slack.setScopes(scopes);
    return post();
  };

  const cases: readonly (readonly [kind: ChatErrorKind, what: string, run: () => Promise<unknown>])[] = [
    ['passing', 'http 503', fault('http503')],
    ['passing', 'service_unavailable', code('service_unavailable')],
    ['ambiguous', 'http 500', fault('http500')],
    ['ambiguous', 'no answer in time', fault('hang')],
    ['ambiguous', 'done, and no answer in time', fault('accept-then-hang')],
    ['ambiguous', 'connection reset', fault('reset')],
    ['ambiguous', 'done, and connection reset', fault('accept-then-reset')],
    ['ambiguous', 'fatal_error', code('fatal_error')],
    ['ambiguous', 'internal_error', code('internal_error')],
    ['ambiguous', 'request_timeout', code('request_timeout')],
    ['channel', 'archived', () => post(CHANNELS['archived-old'])],
    ['channel', 'not a member', () => post(CHANNELS.general)],
    ['channel', 'no such channel', () => post('C0NOTHERE1')],
    ['channel', 'restricted', code('restricted_action_read_only_channel')],
    ['gone', 'the message is not there', () => chat.update({ channelId: alerts, ts: '1.000001' }, say('x'))],
    ['token', 'missing scope', withScopes([])],
    ['token', 'revoked', code('token_revoked')],
    ['invalid', 'a code nobody knows', code('something_new')],
    ['expired', 'a trigger run out', code('expired_trigger_id')],
  ];

  test.each(cases)('%s: %s', async (kind, _, run) => {
    await expect(run()).rejects.toBeInstanceOf(ChatError);
    await expect(run()).rejects.toMatchObject({ kind });
  });

  test('rate-limited: says when to come back, and other calls are not held up', async () => {
    bench.slack.addFault({ kind: 'rate-limited', method: 'chat.postMessage', retryAfter: 7 });
    await expect(post()).rejects.toMatchObject({ kind: 'rate-limited', retryAfterMs: 7_000 });
    await expect(chat.directChannel(PEOPLE.hana)).resolves.toMatch(/^D/);
  });

  test('edit window closed: gone', async () => {
    const at = await chat.post(alerts, say('x'), mark(1));
    bench.slack.switch({ editWindowMs: -1 });
    await expect(chat.update(at, say('y'))).rejects.toMatchObject({ kind: 'gone', code: 'edit_window_closed' });
  });

  test('a missing scope is named', async () => {
    bench.slack.setScopes([]);
    await expect(post()).rejects.toThrow(/chat:write/);
  });

  test('nothing is sent twice by the client', async () => {
    bench.slack.addFault({ kind: 'http500', method: 'chat.postMessage' });
    await expect(post()).rejects.toThrow();
    expect(bench.slack.calls('chat.postMessage')).toHaveLength(1);
  });

  test('the caller’s signal ends a call under way, and stops one that has not begun', async () => {
    const stop = new AbortController();
    const held = bench.slack.hold({ method: 'chat.postMessage', when: 'before' });
    const sending = chat.post(alerts, say('x'), { ...mark(1), signal: stop.signal });
    await held.arrived;
    stop.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'ambiguous', code: 'aborted' });
    await expect(chat.post(alerts, say('x'), { ...mark(1), signal: stop.signal })).rejects.toMatchObject({
      kind: 'passing',
    });
  });
});

describe('answers that are not Slack’s', () => {
  async function against(answer: RequestListener): Promise<unknown> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
    const own = createSlack({
      botToken: 'xoxb-x',
      appToken: 'xapp-x',
      apiUrl,
      clock: { now: () => new Date() },
      log: pino({ level: 'silent' }),
      handler: async () => ({}),
      failed: () => say(''),
      onError: () => {},
      command: '/ops',
    });
    try {
      return await own.chat.post(alerts, say('x'), mark(1)).catch((error: unknown) => error);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test.each([[undefined], ['soon'], ['-1']])('429 with Retry-After %s: a wait of our own', async (retryAfter) => {
    const error = await against((_, response) =>
      response.writeHead(429, retryAfter ? { 'retry-after': retryAfter } : {}).end(),
    );
    expect(error).toMatchObject({ kind: 'rate-limited', retryAfterMs: 30_000 });
  });

  test.each([
    ['a page of a proxy', 200, '<html>'],
    ['ok without the fields', 200, '{"ok":true}'],
    ['a redirect', 302, ''],
  ])('%s: ambiguous', async (_, status, body) => {
    expect(
      await against((_request, response) => response.writeHead(status, { location: '/' }).end(body)),
    ).toMatchObject({ kind: 'ambiguous' });
  });

  test.each([400, 403, 404, 408, 413, 425])('HTTP %i is a proxy on the way: passing', async (status) => {
    const error = await against((_, response) => response.writeHead(status).end('<html>'));
    expect(error).toMatchObject({ kind: 'passing', code: `http_${status}` });
  });

  test('nobody listens: passing, for not a byte was sent', async () => {
    const own = createSlack({
      botToken: 'xoxb-x',
      appToken: 'xapp-x',
      apiUrl: `http://127.0.0.1:${await lastingPort()}/api/`,
      clock: { now: () => new Date() },
      log: pino({ level: 'silent' }),
      handler: async () => ({}),
      failed: () => say(''),
      onError: () => {},
      command: '/ops',
    });
    await expect(own.chat.post(alerts, say('x'), mark(1))).rejects.toMatchObject({
      kind: 'passing',
      code: 'econnrefused',
    });
  });
});

test('another app’s message with the same mark is not ours', async () => {
  const at = await chat.post(alerts, say('ours'), mark(20));
  const message = bench.slack.channel('alerts').message(at.ts);
  Object.assign(message!, { user: 'U0OTHERBOT', bot_id: 'B0OTHERBOT' });
  expect(BOT_USER_ID).not.toBe('U0OTHERBOT');
  expect(await chat.find({ channelId: alerts }, 20, ever)).toEqual([]);
});
