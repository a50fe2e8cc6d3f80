import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOT_USER_ID, CHANNELS, DEFAULT_SCOPES, type FakeSlack, PEOPLE } from '../../../sandbox/slack/index.ts';
import { type Answer, call, stillSlack } from './help.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await stillSlack();
});

afterEach(async () => slack.close());

const names = (answer: Answer): unknown[] => (answer['channels'] as { name: string }[]).map((channel) => channel.name);
const texts = (answer: Answer): unknown[] => (answer['messages'] as { text: string }[]).map((message) => message.text);
const cursorOf = (answer: Answer): string => (answer['response_metadata'] as { next_cursor: string }).next_cursor;

describe('conversations.list', () => {
  it('gives public channels, and private ones the bot is in when asked for', async () => {
    slack.addChannel({ id: 'C0SECRET01', name: 'secret', kind: 'private', members: [PEOPLE.hana] });
    expect(names(await call(slack, 'conversations.list'))).toEqual(['alerts', 'ops', 'general', 'archived-old']);
    expect(names(await call(slack, 'conversations.list', { types: 'private_channel' }))).toEqual(['oncall']);
  });

  it('makes short pages when archived ones are left out', async () => {
    const first = await call(slack, 'conversations.list', { limit: 3, exclude_archived: true });
    expect(names(first)).toEqual(['alerts', 'ops', 'general']);
    const second = await call(slack, 'conversations.list', {
      limit: 3,
      exclude_archived: true,
      cursor: cursorOf(first),
    });
    expect(second).toMatchObject({ ok: true, channels: [], response_metadata: { next_cursor: '' } });
  });

  it('refuses a limit of 1000, a made-up cursor, an unknown type, a type without its scope', async () => {
    expect(await call(slack, 'conversations.list', { limit: 1000 })).toMatchObject({ error: 'invalid_limit' });
    expect(await call(slack, 'conversations.list', { cursor: 'abc' })).toMatchObject({ error: 'invalid_cursor' });
    expect(await call(slack, 'conversations.list', { types: 'secret' })).toMatchObject({ error: 'invalid_types' });
    slack.setScopes(['channels:read']);
    expect(await call(slack, 'conversations.list', { types: 'public_channel,private_channel' })).toMatchObject({
      error: 'missing_scope',
      needed: 'groups:read',
    });
  });
});

describe('conversations.info and .members', () => {
  it.each(['conversations.info', 'conversations.members'])(
    '%s refuses what the bot cannot see, and asks for the scope of the kind',
    async (method) => {
      slack.addChannel({ id: 'C0SECRET01', name: 'secret', kind: 'private', members: [PEOPLE.hana] });
      expect(await call(slack, method, { channel: 'C0SECRET01' })).toMatchObject({ error: 'channel_not_found' });
      slack.setScopes(['channels:read']);
      expect(await call(slack, method, { channel: CHANNELS.oncall })).toMatchObject({
        error: 'missing_scope',
        needed: 'groups:read',
      });
    },
  );

  it('describes a channel and pages its members', async () => {
    expect(await call(slack, 'conversations.info', { channel: CHANNELS.ops, include_num_members: true })).toMatchObject(
      { channel: { name: 'ops', is_member: true, is_ext_shared: true, num_members: 8 } },
    );
    expect(await call(slack, 'conversations.info', { channel: CHANNELS.general })).toMatchObject({
      channel: { is_member: false, is_general: true },
    });
    const first = await call(slack, 'conversations.members', { channel: CHANNELS.oncall, limit: 3 });
    expect(first['members']).toEqual([PEOPLE.kenji, PEOPLE.mika, PEOPLE.taro]);
    expect(
      await call(slack, 'conversations.members', { channel: CHANNELS.oncall, limit: 3, cursor: cursorOf(first) }),
    ).toMatchObject({ members: [BOT_USER_ID] });
  });
});

describe('users.conversations', () => {
  it('gives the channels the bot, or somebody, is in', async () => {
    expect(
      names(
        await call(slack, 'users.conversations', { types: 'public_channel,private_channel', exclude_archived: true }),
      ),
    ).toEqual(['alerts', 'ops', 'oncall']);
    expect(names(await call(slack, 'users.conversations', { user: PEOPLE.gil }))).toEqual(['ops']);
    expect(await call(slack, 'users.conversations', { user: 'U0NOBODY01' })).toMatchObject({ error: 'user_not_found' });
  });
});

describe('conversations.history', () => {
  const history = (args: Record<string, unknown> = {}) =>
    call(slack, 'conversations.history', { channel: CHANNELS.alerts, ...args });
  const post = (args: Record<string, unknown>) =>
    call(slack, 'chat.postMessage', { channel: CHANNELS.alerts, ...args });

  it('refuses where the bot is not', async () => {
    expect(await history({ channel: CHANNELS.general })).toMatchObject({ error: 'not_in_channel' });
    expect(await history({ channel: 'C0NOWHERE1' })).toMatchObject({ error: 'channel_not_found' });
    slack.setScopes(['channels:history']);
    expect(await history({ channel: CHANNELS.oncall })).toMatchObject({
      error: 'missing_scope',
      needed: 'groups:history',
    });
  });

  it('refuses a limit of 1000 and a time that is none', async () => {
    expect(await history({ limit: 1000 })).toMatchObject({ error: 'invalid_limit' });
    expect(await history({ oldest: 'yesterday' })).toMatchObject({ error: 'invalid_ts_oldest' });
    expect(await history({ latest: 'today' })).toMatchObject({ error: 'invalid_ts_latest' });
  });

  it('gives the newest first, without thread replies that were not broadcast, in pages', async () => {
    const { ts } = await post({ text: 'one' });
    await post({ text: 'reply', thread_ts: ts });
    await post({ text: 'shout', thread_ts: ts, reply_broadcast: true });
    await post({ text: 'two' });
    const first = await history({ limit: 2 });
    expect(texts(first)).toEqual(['two', 'shout']);
    expect(first['has_more']).toBe(true);
    const second = await history({ limit: 2, cursor: cursorOf(first) });
    expect(second).toMatchObject({ has_more: false, messages: [{ text: 'one', reply_count: 2, thread_ts: ts }] });
  });

  it('leaves its boundaries out unless told otherwise', async () => {
    const all = [await post({ text: 'a' }), await post({ text: 'b' }), await post({ text: 'c' })];
    const span = { oldest: all[0]!.ts, latest: all[2]!.ts };
    expect(texts(await history(span))).toEqual(['b']);
    expect(texts(await history({ ...span, inclusive: true }))).toEqual(['c', 'b', 'a']);
  });

  it('gives metadata whole only when asked', async () => {
    const metadata = { event_type: 'incident', event_payload: { row: 7, attempt: 'a' } };
    await post({ text: 'x', metadata });
    expect(await history()).toMatchObject({ messages: [{ metadata: { event_type: 'incident' } }] });
    expect(JSON.stringify(await history())).not.toContain('event_payload');
    expect(await history({ include_all_metadata: true })).toMatchObject({ messages: [{ metadata }] });
  });
});

describe('conversations.replies', () => {
  const replies = (args: Record<string, unknown>) =>
    call(slack, 'conversations.replies', { channel: CHANNELS.alerts, ...args });

  it('refuses a thread that is not there, gives the parent first, whoever of the thread is named', async () => {
    expect(await replies({ ts: '1600000000.000001' })).toMatchObject({ error: 'thread_not_found' });
    const parent = await call(slack, 'chat.postMessage', {
      channel: CHANNELS.alerts,
      text: 'parent',
      metadata: { event_type: 'e', event_payload: { a: 1 } },
    });
    const reply = await call(slack, 'chat.postMessage', {
      channel: CHANNELS.alerts,
      text: 'reply',
      thread_ts: parent.ts,
    });
    expect(texts(await replies({ ts: parent.ts }))).toEqual(['parent', 'reply']);
    expect(texts(await replies({ ts: reply.ts }))).toEqual(['parent', 'reply']);
    expect(JSON.stringify(await replies({ ts: parent.ts }))).not.toContain('event_payload');
    expect(JSON.stringify(await replies({ ts: parent.ts, include_all_metadata: true }))).toContain('event_payload');
  });
});

describe('conversations.open', () => {
  const open = (args: Record<string, unknown>) => call(slack, 'conversations.open', args);

  it.each<[string, Record<string, unknown>, string]>([
    ['somebody gone', { users: PEOPLE.dai }, 'user_disabled'],
    ['nobody', { users: 'U0NOBODY01' }, 'user_not_found'],
    ['a partner', { users: PEOPLE.fran }, 'user_not_found'],
    ['a bot', { users: PEOPLE.deploybot }, 'cannot_dm_bot'],
    ['no list', {}, 'not_enough_users'],
    ['nine people', { users: Array.from({ length: 9 }, (_, index) => `U${index}`).join(',') }, 'too_many_users'],
  ])('refuses %s', async (_what, args, error) => {
    expect(await open(args)).toMatchObject({ ok: false, error });
  });

  it('opens one conversation for the same people, and a group with its own scope', async () => {
    const first = await open({ users: PEOPLE.hana });
    expect(await open({ users: PEOPLE.hana })).toMatchObject({ channel: first['channel'], already_open: true });
    slack.setScopes(DEFAULT_SCOPES.filter((scope) => scope !== 'mpim:write'));
    expect(await open({ users: `${PEOPLE.hana},${PEOPLE.mika}` })).toMatchObject({
      error: 'missing_scope',
      needed: 'mpim:write',
    });
  });
});

describe('conversations.join', () => {
  it('joins public channels only', async () => {
    expect(await call(slack, 'conversations.join', { channel: CHANNELS.oncall })).toMatchObject({
      error: 'method_not_supported_for_channel_type',
    });
    expect(await call(slack, 'conversations.join', { channel: CHANNELS['archived-old'] })).toMatchObject({
      error: 'is_archived',
    });
    expect(await call(slack, 'conversations.join', { channel: CHANNELS.general })).toMatchObject({
      ok: true,
      channel: { is_member: true },
    });
    expect(await call(slack, 'conversations.join', { channel: CHANNELS.general })).toMatchObject({
      ok: true,
      warning: 'already_in_channel',
    });
  });
});
