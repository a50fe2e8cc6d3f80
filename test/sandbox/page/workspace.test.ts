import { describe, expect, it } from 'vitest';
import { spotOf } from '../../../sandbox/page/client/model/permalink.ts';
import type { ChangeLine, Channel, Message, OpenView, Workspace } from '../../../sandbox/page/client/model/types.ts';
import {
  applied,
  channelOf,
  messagesFor,
  unread,
  unreadAnywhere,
} from '../../../sandbox/page/client/model/workspace.ts';

const message = (ts: string, text: string, more: Partial<Message> = {}): Message => ({
  channel: 'C1',
  ts,
  text,
  user: 'UB',
  ...more,
});
const channel: Channel = {
  id: 'C1',
  name: 'alerts',
  kind: 'public',
  is_archived: false,
  members: ['U1'],
  messages: [message('1.0', 'post')],
};
const space: Workspace = {
  seq: 5,
  team: { name: 'team', domain: 'demo' },
  app: { homeTab: true },
  people: [],
  groups: [],
  channels: [channel],
  ephemerals: [],
  notifications: [],
  views: {},
  homes: {},
};
const view = (id: string, root = id): OpenView => ({
  id,
  root_view_id: root,
  blocks: [],
  title: null,
  close: null,
  submit: null,
  state: { values: {} },
});

type Unnumbered<T> = T extends ChangeLine ? Omit<T, 'seq' | 'kind'> : never;

function following(...lines: Unnumbered<ChangeLine>[]): Workspace | undefined {
  return lines.reduce<Workspace | undefined>(
    (now, line) => now && applied(now, { ...line, seq: now.seq + 1, kind: 'change' }),
    space,
  );
}

const posted = (one: Message, what: 'posted' | 'updated' = 'posted') => ({
  what,
  channel: 'C1',
  ts: one.ts,
  detail: one,
});

describe('the page’s copy of the workspace', () => {
  it('takes posts and edits, and leaves what it had as it was', () => {
    const now = following(posted(message('2.0', 'new')), posted(message('1.0', 'edited'), 'updated'));
    expect(now?.channels[0]?.messages.map((one) => one.text)).toEqual(['edited', 'new']);
    expect(channel.messages[0]?.text).toBe('post');
  });

  it('skips a line it knows, and asks anew for one it cannot read', () => {
    expect(applied(space, { ...posted(message('9', 'x')), seq: 5, kind: 'change' })).toBe(space);
    expect(following({ what: 'deleted', detail: undefined })).toBeUndefined();
    expect(following({ ...posted(message('2.0', 'x')), channel: 'D9' })).toBeUndefined();
  });

  it('opens, stacks, updates and closes modals of a person; keeps a home', () => {
    const opened = { what: 'view-opened', user: 'U1' } as const;
    const two = following({ ...opened, detail: view('V1') }, { ...opened, detail: view('V2', 'V1') });
    expect(two?.views['U1']?.map((one) => one.id)).toEqual(['V1', 'V2']);
    const changed = { ...view('V1'), title: { type: 'plain_text', text: 'new' } as const };
    const one = applied(applied(two!, { seq: 8, kind: 'change', what: 'view-updated', user: 'U1', detail: changed })!, {
      seq: 9,
      kind: 'change',
      what: 'view-closed',
      user: 'U1',
      detail: { id: 'V2' },
    });
    expect(one?.views['U1']).toEqual([changed]);
    expect(following({ what: 'home-published', user: 'U1', detail: view('H1') })?.homes['U1']?.id).toBe('H1');
  });

  it('shows whispers to one, replies in their thread, broadcasts in both', () => {
    const whisper = message('4.0', 'psst', { user: 'U1', visible: true, ephemeral: true });
    const now = following(
      posted(message('2.0', 'reply', { thread_ts: '1.0' })),
      posted(message('3.0', 'both', { thread_ts: '1.0', broadcast: true })),
      { what: 'ephemeral', ts: '4.0', detail: whisper },
      { what: 'ephemeral', ts: '5.0', detail: { ...whisper, ts: '5.0', visible: false } },
    )!;
    const seen = (me: string, thread?: string) => messagesFor(now, now.channels[0]!, me, thread).map((one) => one.ts);
    expect(seen('U1')).toEqual(['1.0', '3.0', '4.0']);
    expect(seen('U2')).toEqual(['1.0', '3.0']);
    expect(seen('U2', '1.0')).toEqual(['1.0', '2.0', '3.0']);
  });

  it('counts what is new and how often one was called', () => {
    const call = { user: 'U1', channel: 'C1', ts: '2.0', text: '', why: 'mention', device: true } as const;
    const now = following(posted(message('2.0', 'new')), { what: 'notified', detail: call })!;
    expect(unread(now, now.channels[0]!, 'U1', '1.0')).toEqual({ any: true, called: 1 });
    expect(unread(now, now.channels[0]!, 'U1', '2.0')).toEqual({ any: false, called: 0 });
    expect(unread(now, now.channels[0]!, 'UB', '1.0'), 'what one wrote oneself').toEqual({ any: false, called: 0 });
  });

  it('says on the outside what is new anywhere one is', () => {
    const call = { user: 'U1', channel: 'C1', ts: '2.0', text: '', why: 'mention', device: true } as const;
    const now = following(posted(message('2.0', 'new')), { what: 'notified', detail: call })!;
    const other = { ...channel, id: 'C2', members: ['U2'], messages: [message('9.0', 'elsewhere')] };
    const all = { ...now, channels: [...now.channels, other] };
    expect(unreadAnywhere(all, 'U1', () => '1.0')).toEqual({ any: true, called: 1 });
    expect(unreadAnywhere(all, 'U1', () => '2.0')).toEqual({ any: false, called: 0 });
  });

  it('knows one’s conversation with the bot', () => {
    const bot = {
      id: 'UB',
      name: 'hikeshi',
      realName: 'Hikeshi',
      locale: 'en-US',
      bot: true,
      presence: 'active',
    } as const;
    const direct = { ...channel, id: 'D1', kind: 'im', members: ['U1', 'UB'] } as const;
    const now = { ...space, people: [bot], channels: [channel, direct] };
    expect([channelOf(now, 'dm', 'U1')?.id, channelOf(now, 'dm', 'U2'), channelOf(now, 'C1', 'U2')]).toEqual([
      'D1',
      undefined,
      undefined,
    ]);
  });
});

describe('a permalink', () => {
  const shared = message('1700000000.000300', 'file', {
    thread_ts: '1700000000.000100',
    files: [{ id: 'F1', name: 'pods.txt', title: '', size: 3 }],
  });
  const now = { ...space, channels: [{ ...channel, messages: [message('1700000000.000100', 'post'), shared] }] };
  const spots = (me: string, ...urls: string[]) => urls.map((url) => spotOf(url, now, me));
  const post = 'https://demo.slack.com/archives/C1/p1700000000000100';

  it('leads to its message, its thread, or where its file was shared', () => {
    expect(spots('U1', post, 'https://demo.slack.com/files/UB/F1/pods.txt')).toEqual([
      { where: 'C1', ts: '1700000000.000100' },
      { where: 'C1', thread: '1700000000.000100', ts: '1700000000.000300' },
    ]);
  });

  it('leads nobody where they are not, and is none elsewhere', () => {
    const others = [
      post.replace('demo', 'other'),
      post.replace('C1', 'C2'),
      `${post}9`.replace('0100', '0101'),
      'no url',
    ];
    expect([...spots('U2', post), ...spots('U1', ...others)]).toEqual(Array.from({ length: 5 }, () => undefined));
  });
});
