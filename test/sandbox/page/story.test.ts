import { describe, expect, it } from 'vitest';
import { begun, postOf, type Seen, STEPS, stepNow } from '../../../sandbox/page/client/model/story.ts';
import { STORY_WORDS } from '../../../sandbox/page/client/model/story-words.ts';
import type { Message, Person } from '../../../sandbox/page/client/model/types.ts';

const BOT: Person = {
  id: 'UBOT',
  name: 'hikeshi',
  realName: 'Hikeshi',
  locale: 'en-US',
  bot: true,
  presence: 'active',
};
const said = (ts: string, text: string, more: Partial<Message> = {}): Message => ({
  channel: 'C1',
  user: 'UBOT',
  ts,
  text,
  ...more,
});
const controls = (...ids: readonly string[]): Pick<Message, 'blocks'> => ({
  blocks: [
    {
      type: 'actions',
      elements: ids.map((id) => ({ type: 'button', action_id: id, text: { type: 'plain_text', text: id } })),
    },
  ],
});
const OPEN = said('200.000100', 'PodCrashLooping checkout', controls('ack', 'action'));
const ACKED = said('200.000100', 'PodCrashLooping checkout', controls('unack', 'action'));
const OVER = said('200.000100', 'PodCrashLooping checkout');
const FINDING = said('201.000100', 'killed, limit 512Mi', { thread_ts: OPEN.ts });
const AGAIN = said('202.000100', 'killed, limit 512Mi', { thread_ts: OPEN.ts });
const JOB = said('203.000100', 'JOB-1 restarts', { thread_ts: OPEN.ts });

const BROKEN = { ready: 0, desired: 3 };
const WELL = { ready: 3, desired: 3 };

function seen(messages: readonly Message[], more: Partial<Seen> = {}): Seen {
  const alerts = { id: 'C1', name: 'alerts', kind: 'public' as const, is_archived: false, members: [], messages };
  return { space: { people: [BOT], channels: [alerts] }, checkout: BROKEN, thread: '', ...more };
}

describe('the guided story', () => {
  it('goes on with what really happens, step by step', () => {
    const story = begun(seen([]).space);
    const at = (messages: readonly Message[], more: Partial<Seen> = {}) => STEPS[stepNow(story, seen(messages, more))];
    expect(at([])).toBe('break');
    expect(at([OPEN])).toBe('acknowledge');
    expect(at([ACKED])).toBe('finding');
    expect(at([ACKED], { thread: OPEN.ts })).toBe('finding');
    expect(at([ACKED, FINDING])).toBe('finding');
    expect(at([ACKED, FINDING], { thread: OPEN.ts })).toBe('ask');
    expect(at([ACKED, FINDING, AGAIN])).toBe('restart');
    expect(at([ACKED, FINDING, AGAIN, JOB])).toBe('ready');
    expect(at([ACKED, FINDING, AGAIN, JOB], { checkout: WELL })).toBe('resolved');
    expect(at([OVER, FINDING, AGAIN, JOB], { checkout: WELL })).toBe('next');
  });

  it('does not ask for what was left out, and never goes back', () => {
    const story = begun(seen([]).space);
    expect(STEPS[stepNow(story, seen([OPEN, JOB]))]).toBe('ready');
    expect(STEPS[stepNow(story, seen([OVER], { checkout: WELL }))]).toBe('next');
    const asked = { ...story, step: STEPS.indexOf('ask') };
    expect(STEPS[stepNow(asked, seen([ACKED, FINDING], { thread: '' }))]).toBe('ask');
  });

  it('begins with the incident that is open, and with none that is over', () => {
    expect(postOf(seen([OPEN]).space, begun(seen([OPEN]).space))).toBe(OPEN);
    const before = [OVER, FINDING, JOB];
    const again = begun(seen(before).space);
    expect(STEPS[stepNow(again, seen(before, { checkout: WELL }))]).toBe('break');
    expect(postOf(seen(before).space, again)).toBeUndefined();
    const next = said('300.000100', 'PodCrashLooping checkout', controls('ack'));
    expect(STEPS[stepNow(again, seen([...before, next]))]).toBe('acknowledge');
  });

  it('is not about other posts, nor what somebody else says of it', () => {
    const story = begun(seen([]).space);
    const others = [said('1.1', 'KubePodNotReady'), said('1.2', 'PodCrashLooping?', { user: 'UHANA' }), FINDING];
    expect(STEPS[stepNow(story, seen(others))]).toBe('break');
    expect(begun({ people: [BOT], channels: [] })).toEqual({ since: expect.any(Number), step: 0 });
  });

  it('has a title and a text for each step in both languages', () => {
    for (const name of STEPS)
      for (const { title, text } of [STORY_WORDS.en[name], STORY_WORDS.ja[name]])
        expect([title.length > 1, text.length > 20], name).toEqual([true, true]);
  });
});
