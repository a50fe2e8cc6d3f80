import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOT_USER_ID, CHANNELS, DEFAULT_SCOPES, type FakeSlack, PEOPLE } from '../../../sandbox/slack/index.ts';
import { call, posted, postJson, section, stillSlack } from './help.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await stillSlack();
});

afterEach(async () => slack.close());

const post = (args: Record<string, unknown>) => call(slack, 'chat.postMessage', { channel: CHANNELS.alerts, ...args });
const long = (length: number): string => 'x'.repeat(length);

describe('chat.postMessage', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['nothing to say', {}, 'no_text'],
    ['a channel the bot is not in', { channel: CHANNELS.general, text: 'x' }, 'not_in_channel'],
    ['an archived channel', { channel: CHANNELS['archived-old'], text: 'x' }, 'is_archived'],
    ['no channel', { channel: 'C0NOWHERE1', text: 'x' }, 'channel_not_found'],
    ['a channel by its name', { channel: 'alerts', text: 'x' }, 'channel_not_found'],
    ['a partner in person', { channel: PEOPLE.fran, text: 'x' }, 'channel_not_found'],
    ['blocks that are no JSON', { blocks: '[{' }, 'invalid_blocks_format'],
    ['bad blocks', { blocks: [section('')] }, 'invalid_blocks'],
    ['bad blocks in an attachment', { attachments: [{ blocks: [section('')] }] }, 'invalid_attachments'],
    ['101 attachments', { attachments: Array.from({ length: 101 }, () => ({ text: 'x' })) }, 'too_many_attachments'],
    [
      'blocks that are too long',
      { blocks: Array.from({ length: 50 }, () => section(long(2990))) },
      'msg_blocks_too_long',
    ],
    ['markdown beside text', { markdown_text: 'x', text: 'x' }, 'markdown_text_conflict'],
    ['markdown beside blocks', { markdown_text: 'x', blocks: [section('x')] }, 'markdown_text_conflict'],
    ['markdown of 12,001', { markdown_text: long(12_001) }, 'msg_too_long'],
    ['text of 4,001', { text: long(4001) }, 'msg_too_long'],
    ['a thread that is not there', { text: 'x', thread_ts: '1600000000.000001' }, 'thread_not_found'],
    ['metadata that is no JSON', { text: 'x', metadata: '{' }, 'invalid_metadata_format'],
    ['metadata without a type', { text: 'x', metadata: { event_payload: {} } }, 'invalid_metadata_schema'],
    [
      'metadata that is deep',
      { text: 'x', metadata: { event_type: 'a', event_payload: { b: { c: { d: 1 } } } } },
      'invalid_metadata_schema',
    ],
    [
      'metadata of 2 KB',
      { text: 'x', metadata: { event_type: 'a', event_payload: { b: long(2048) } } },
      'metadata_too_large',
    ],
  ])('refuses %s', async (_what, args, error) => {
    expect(await post(args)).toMatchObject({ ok: false, error });
    expect(slack.channel('alerts').messages).toHaveLength(0);
  });

  it('explains bad blocks', async () => {
    const line = 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]';
    expect(await post({ blocks: [section(long(3001))] })).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: [line],
      response_metadata: { messages: [`[ERROR] ${line}`] },
    });
  });

  it('hides private channels and direct messages of others', async () => {
    slack.addChannel({ id: 'C0SECRET01', name: 'secret', kind: 'private', members: [PEOPLE.hana] });
    slack.addChannel({ id: 'D0TWO00001', name: '', kind: 'im', members: [PEOPLE.hana, PEOPLE.mika] });
    expect(await post({ channel: 'C0SECRET01', text: 'x' })).toMatchObject({ error: 'channel_not_found' });
    expect(await post({ channel: 'D0TWO00001', text: 'x' })).toMatchObject({ error: 'channel_not_found' });
    expect(await post({ channel: CHANNELS.oncall, text: 'x' })).toMatchObject({ ok: true });
  });

  it('needs chat:write.public where the bot is no member', async () => {
    slack.setScopes([...DEFAULT_SCOPES, 'chat:write.public']);
    expect(await post({ channel: CHANNELS.general, text: 'x' })).toMatchObject({ ok: true });
  });

  it.each([
    ['admins', 'restricted_action', 'restricted_action'],
    ['read-only', 'restricted_action_read_only_channel', 'restricted_action_read_only_channel'],
    ['thread-only', 'restricted_action_thread_only_channel', undefined],
    ['non-threadable', undefined, 'restricted_action_non_threadable_channel'],
  ] as const)('respects a channel for %s', async (restriction, outside, inThread) => {
    const { ts } = await post({ text: 'parent' });
    slack.channel('alerts').restrict(restriction);
    expect((await post({ text: 'x' })).error).toBe(outside);
    expect((await post({ text: 'x', thread_ts: ts })).error).toBe(inThread);
  });

  it('respects a locked thread', async () => {
    const { ts } = await post({ text: 'parent' });
    slack.channel('alerts').lockThread(ts);
    expect(await post({ text: 'x', thread_ts: ts })).toMatchObject({ error: 'restricted_action_thread_locked' });
    expect(await post({ text: 'x' })).toMatchObject({ ok: true });
  });

  it('answers a reply only under its parent, and a float of a ts finds nothing', async () => {
    const { ts } = await post({ text: 'parent' });
    const reply = await post({ text: 'reply', thread_ts: ts });
    expect(reply).toMatchObject({ ok: true, message: { thread_ts: ts } });
    expect(await post({ text: 'x', thread_ts: reply.ts })).toMatchObject({ error: 'thread_not_found' });
    const float = await postJson(
      `${slack.apiUrl}chat.postMessage`,
      { channel: CHANNELS.alerts, text: 'x', thread_ts: Number(`${ts}0`) + 0.0000001 },
      { authorization: `Bearer ${slack.botToken}` },
    );
    expect(await float.json()).toMatchObject({ error: 'thread_not_found' });
  });

  it('opens the direct conversation for a user id', async () => {
    const answer = await post({ channel: PEOPLE.hana, text: 'hello' });
    expect(answer.channel).toMatch(/^D/);
    expect(slack.user('hana').directMessages).toMatchObject([{ text: 'hello', user: BOT_USER_ID }]);
    expect(await post({ channel: PEOPLE.dai, text: 'x' })).toMatchObject({ error: 'channel_not_found' });
  });

  it('gives unique, increasing strings as ts, even when time stands still', async () => {
    const all = [await post({ text: '1' }), await post({ text: '2' }), await post({ text: '3' })].map(({ ts }) => ts);
    expect(all[0]).toBe('1700000000.000000');
    expect(new Set(all).size).toBe(3);
    expect(all.toSorted()).toEqual(all);
  });

  it('fills in block_id and action_id', async () => {
    const message = await posted(slack, 'alerts', {
      blocks: [
        section('x'),
        { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'b' } }] },
      ],
    });
    expect(message.blocks).toMatchObject([
      { block_id: expect.any(String) },
      { block_id: expect.any(String), elements: [{ action_id: expect.any(String) }] },
    ]);
  });

  it('is told apart where the messages tab is off', async () => {
    const closed = await stillSlack({ app: { messagesTab: false } });
    expect(await call(closed, 'chat.postMessage', { channel: PEOPLE.hana, text: 'x' })).toMatchObject({
      error: 'messages_tab_disabled',
    });
    await closed.close();
  });

  it('cuts at 40,000 with a warning, and posts into nowhere, where the switches say so', async () => {
    slack.switch({ longPosts: 'truncate', missingThread: 'orphan' });
    expect(await post({ text: long(40_001) })).toMatchObject({
      ok: true,
      warning: 'message_truncated',
      message: { text: long(40_000) },
    });
    expect(await post({ text: 'x', thread_ts: '1600000000.000001' })).toMatchObject({ ok: true });
  });
});

describe('chat.update', () => {
  const update = (args: Record<string, unknown>) => call(slack, 'chat.update', { channel: CHANNELS.alerts, ...args });

  it("refuses a missing, another one's, an archived, a long, an empty one, and a user as channel", async () => {
    const { ts } = await post({ text: 'x' });
    expect(await update({ ts: '1.1', text: 'y' })).toMatchObject({ error: 'message_not_found' });
    expect(await update({ ts: slack.as('hana').say('alerts', 'mine').ts, text: 'y' })).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await update({ ts, text: long(4001) })).toMatchObject({ error: 'msg_too_long' });
    expect(await update({ ts })).toMatchObject({ error: 'no_text' });
    expect(await update({ ts, channel: PEOPLE.hana, text: 'y' })).toMatchObject({ error: 'channel_not_found' });
    slack.channel('alerts').archive();
    expect(await update({ ts, text: 'y' })).toMatchObject({ error: 'is_inactive' });
  });

  it('takes the blocks away with text alone, and keeps them without text', async () => {
    const message = await posted(slack, 'alerts', { text: 'old', blocks: [section('old')] });
    await update({ ts: message.ts, blocks: [section('new')] });
    expect(message).toMatchObject({ text: 'old', blocks: [{ text: { text: 'new' } }] });
    expect(message.edited).toBeUndefined();
    await update({ ts: message.ts, text: 'plain' });
    expect(message).toMatchObject({ text: 'plain', edited: { user: BOT_USER_ID } });
    expect(message.blocks).toBeUndefined();
  });

  it('keeps metadata unless sent; {} takes it away', async () => {
    const metadata = { event_type: 'incident', event_payload: { row: 7 } };
    const message = await posted(slack, 'alerts', { metadata });
    await update({ ts: message.ts, text: 'y' });
    expect(message.metadata).toEqual(metadata);
    await update({ ts: message.ts, text: 'z', metadata: {} });
    expect(message.metadata).toBeUndefined();
  });

  it('closes the edit window where there is one', async () => {
    slack.switch({ editWindowMs: 60_000 });
    const { ts } = await post({ text: 'x' });
    expect(await update({ ts, text: 'y' })).toMatchObject({ ok: true });
    slack.advance(60_001);
    expect(await update({ ts, text: 'z' })).toMatchObject({ error: 'edit_window_closed' });
  });
});

describe('chat.delete', () => {
  const remove = (ts: string) => call(slack, 'chat.delete', { channel: CHANNELS.alerts, ts });

  it('deletes own messages only; replies stay under a tombstone', async () => {
    const { ts } = await post({ text: 'parent' });
    await post({ text: 'reply', thread_ts: ts });
    expect(await remove('1.1')).toMatchObject({ error: 'message_not_found' });
    expect(await remove(slack.as('hana').say('alerts', 'mine').ts)).toMatchObject({ error: 'cant_delete_message' });
    expect(await remove(ts)).toMatchObject({ ok: true });
    expect(await remove(ts)).toMatchObject({ error: 'message_not_found' });
    expect(slack.channel('alerts').thread(ts)).toHaveLength(1);
    const alone = await post({ text: 'alone' });
    await remove(alone.ts);
    expect(slack.channel('alerts').message(alone.ts)).toBeUndefined();
  });
});

describe('chat.postEphemeral', () => {
  const whisper = (args: Record<string, unknown>) =>
    call(slack, 'chat.postEphemeral', { channel: CHANNELS.alerts, user: PEOPLE.hana, text: 'psst', ...args });

  it.each<[string, Record<string, unknown>, string]>([
    ['somebody outside', { channel: CHANNELS.oncall }, 'user_not_in_channel'],
    ['somebody gone', { user: PEOPLE.dai }, 'user_not_in_channel'],
    ['a channel without the bot', { channel: CHANNELS.general }, 'not_in_channel'],
    ['text of 4,001', { text: long(4001) }, 'msg_too_long'],
    ['nothing to say', { text: '' }, 'no_text'],
    ['bad blocks', { blocks: [section('')] }, 'invalid_blocks'],
  ])('refuses %s', async (_what, args, error) => {
    expect(await whisper(args)).toMatchObject({ ok: false, error });
    expect(slack.user('hana').ephemerals).toHaveLength(0);
  });

  it('shows it to one person; its ts is good for nothing', async () => {
    const answer = await whisper({});
    const ts = String(answer['message_ts']);
    expect(slack.user('hana').ephemerals).toMatchObject([{ text: 'psst' }]);
    expect(await call(slack, 'chat.update', { channel: CHANNELS.alerts, ts, text: 'y' })).toMatchObject({
      error: 'message_not_found',
    });
    expect(await call(slack, 'chat.delete', { channel: CHANNELS.alerts, ts })).toMatchObject({
      error: 'message_not_found',
    });
    expect(await call(slack, 'conversations.history', { channel: CHANNELS.alerts })).toMatchObject({ messages: [] });
    slack.as('hana').reload();
    expect(slack.user('hana').ephemerals).toHaveLength(0);
  });

  it('is lost on the absent and in a thread without replies, and says nothing', async () => {
    const { ts } = await post({ text: 'parent' });
    expect(await whisper({ thread_ts: ts })).toMatchObject({ ok: true });
    expect(slack.user('hana').ephemerals).toHaveLength(0);
    await post({ text: 'reply', thread_ts: ts });
    await whisper({ thread_ts: ts });
    expect(slack.user('hana').ephemerals).toHaveLength(1);
    slack.user('hana').change({ presence: 'away' });
    await whisper({});
    expect(slack.user('hana').ephemerals).toHaveLength(1);
  });
});

describe('chat.getPermalink', () => {
  it('links a message, refuses a missing one', async () => {
    const { ts } = await post({ text: 'x' });
    expect(await call(slack, 'chat.getPermalink', { channel: CHANNELS.alerts, message_ts: ts })).toMatchObject({
      permalink: `https://hikeshi.slack.com/archives/${CHANNELS.alerts}/p${ts.replace('.', '')}`,
    });
    expect(await call(slack, 'chat.getPermalink', { channel: CHANNELS.alerts, message_ts: '1.1' })).toMatchObject({
      error: 'message_not_found',
    });
  });
});
