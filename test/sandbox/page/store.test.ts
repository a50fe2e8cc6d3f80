import { describe, expect, it } from 'vitest';
import { applied, messagesFor, unread, type Workspace } from './client.ts';

const channel = { id: 'C1', kind: 'public', members: ['U1'], messages: [{ ts: '1.0', user: 'UB', text: 'post' }] };
const space: Workspace = { seq: 5, channels: [channel], ephemerals: [], notifications: [], views: {} };

function following(...lines: Record<string, unknown>[]): Workspace | undefined {
  return lines.reduce<Workspace | undefined>(
    (now, line, i) => now && applied(now, { seq: now.seq + 1 + i, kind: 'change', ...line }),
    space,
  );
}

const messages = (now: Workspace | undefined) => now?.channels[0]?.['messages'] as { ts: string; text: string }[];

describe('the page’s copy of the workspace', () => {
  it('takes posts and edits, and leaves what it had as it was', () => {
    const now = following(
      { what: 'posted', channel: 'C1', ts: '2.0', detail: { ts: '2.0', text: 'new' } },
      { what: 'updated', channel: 'C1', ts: '1.0', detail: { ts: '1.0', text: 'edited' } },
    );
    expect(messages(now).map((one) => one.text)).toEqual(['edited', 'new']);
    expect(channel.messages[0]?.text).toBe('post');
  });

  it('skips a line it knows, and asks anew for one it cannot read', () => {
    expect(applied(space, { seq: 5, kind: 'change', what: 'posted', channel: 'C1', ts: '9', detail: {} })).toBe(space);
    expect(following({ what: 'deleted', channel: 'C1', ts: '1.0' })).toBeUndefined();
    expect(following({ what: 'posted', channel: 'D9', ts: '2.0', detail: {} })).toBeUndefined();
  });

  it('opens, updates and closes modals of a person', () => {
    const opened = following({ what: 'view-opened', user: 'U1', detail: { id: 'V1', hash: 'a' } });
    expect(opened?.views['U1']).toEqual([{ id: 'V1', hash: 'a' }]);
    const updated = applied(opened!, {
      seq: 9,
      kind: 'change',
      what: 'view-updated',
      user: 'U1',
      detail: { id: 'V1', hash: 'b' },
    });
    expect(updated?.views['U1']).toEqual([{ id: 'V1', hash: 'b' }]);
    expect(
      applied(updated!, { seq: 10, kind: 'change', what: 'view-closed', user: 'U1', detail: { id: 'V1' } })?.views[
        'U1'
      ],
    ).toEqual([]);
  });

  it('shows whispers to one, replies in their thread, broadcasts in both', () => {
    const now = following(
      { what: 'posted', channel: 'C1', ts: '2.0', detail: { ts: '2.0', thread_ts: '1.0', text: 'reply' } },
      {
        what: 'posted',
        channel: 'C1',
        ts: '3.0',
        detail: { ts: '3.0', thread_ts: '1.0', broadcast: true, text: 'both' },
      },
      { what: 'ephemeral', ts: '4.0', detail: { ts: '4.0', channel: 'C1', user: 'U1', visible: true, text: 'psst' } },
    )!;
    const seen = (me: string, thread?: string) =>
      messagesFor(now, now.channels[0]!, me, thread).map((one) => one['ts']);
    expect(seen('U1')).toEqual(['1.0', '3.0', '4.0']);
    expect(seen('U2')).toEqual(['1.0', '3.0']);
    expect(seen('U2', '1.0')).toEqual(['1.0', '2.0', '3.0']);
  });

  it('counts what is new and how often one was called', () => {
    const now = following(
      { what: 'posted', channel: 'C1', ts: '2.0', detail: { ts: '2.0', user: 'UB', text: 'new' } },
      { what: 'notified', detail: { user: 'U1', channel: 'C1', ts: '2.0' } },
    )!;
    expect(unread(now, now.channels[0]!, 'U1', '1.0')).toEqual({ any: true, called: 1 });
    expect(unread(now, now.channels[0]!, 'U1', '2.0')).toEqual({ any: false, called: 0 });
  });
});
