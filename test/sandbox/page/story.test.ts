import { describe, expect, it } from 'vitest';
import {
  begun,
  labelsOf,
  postOf,
  type Seen,
  STEPS,
  type Story,
  walked,
} from '../../../sandbox/page/client/model/story.ts';
import { LABELS, STORY_WORDS } from '../../../sandbox/page/client/model/story-words.ts';
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
const JOB = said('203.000100', 'JOB-1 restarts checkout', { thread_ts: OPEN.ts });

const BROKEN = { ready: 0, desired: 3 };
const WELL = { ready: 3, desired: 3 };

function seen(messages: readonly Message[], more: Partial<Seen> = {}): Seen {
  const alerts = { id: 'C1', name: 'alerts', kind: 'public' as const, is_archived: false, members: [], messages };
  return { space: { people: [BOT], channels: [alerts] }, checkout: BROKEN, thread: '', ...more };
}

const stepOf = (story: Story, now: Seen): number => walked(story, now).step;

describe('the guided story', () => {
  it('goes on with what really happens, step by step', () => {
    const story = begun(seen([]).space);
    const at = (messages: readonly Message[], more: Partial<Seen> = {}) => STEPS[stepOf(story, seen(messages, more))];
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
    expect(STEPS[stepOf(story, seen([OPEN, JOB]))]).toBe('ready');
    expect(STEPS[stepOf(story, seen([OVER], { checkout: WELL }))]).toBe('next');
    const asked = { ...story, step: STEPS.indexOf('ask') };
    expect(STEPS[stepOf(asked, seen([ACKED, FINDING], { thread: '' }))]).toBe('ask');
  });

  it('does not pass an incident that nobody has taken by what is read or asked of it', () => {
    const story = begun(seen([]).space);
    expect(STEPS[stepOf(story, seen([OPEN, FINDING], { thread: OPEN.ts }))]).toBe('acknowledge');
    expect(STEPS[stepOf(story, seen([OPEN, FINDING, AGAIN], { thread: OPEN.ts }))]).toBe('acknowledge');
    expect(STEPS[stepOf(story, seen([ACKED, FINDING, AGAIN], { thread: OPEN.ts }))]).toBe('restart');
    expect(STEPS[stepOf(story, seen([OPEN, FINDING, JOB], { thread: OPEN.ts }))]).toBe('ready');
  });

  it('begins with the incident that is open, and with none that is over', () => {
    expect(postOf(seen([OPEN]).space, begun(seen([OPEN]).space))).toBe(OPEN);
    const before = [OVER, FINDING, JOB];
    const again = begun(seen(before).space);
    expect(STEPS[stepOf(again, seen(before, { checkout: WELL }))]).toBe('break');
    expect(postOf(seen(before).space, again)).toBeUndefined();
    const next = said('300.000100', 'PodCrashLooping checkout', controls('ack'));
    expect(STEPS[stepOf(again, seen([...before, next]))]).toBe('acknowledge');
  });

  it('is not about other posts, nor what somebody else says of it', () => {
    const story = begun(seen([]).space);
    const others = [said('1.1', 'KubePodNotReady'), said('1.2', 'PodCrashLooping?', { user: 'UHANA' }), FINDING];
    expect(STEPS[stepOf(story, seen(others))]).toBe('break');
    expect(begun({ people: [BOT], channels: [] })).toEqual({ since: expect.any(Number), step: 0 });
  });

  it('has a title and a text for each step in both languages', () => {
    for (const name of STEPS)
      for (const { title, text } of [STORY_WORDS.en[name], STORY_WORDS.ja[name]])
        expect([title.length > 1, text(LABELS.en).length > 20], name).toEqual([true, true]);
  });

  it('counts what happens in this walk, where the same incident is opened again', () => {
    const first = [OVER, FINDING, AGAIN, JOB];
    let story = begun(seen(first).space);
    const at = (messages: readonly Message[], more: Partial<Seen> = {}) => {
      story = walked(story, seen(messages, more));
      return STEPS[story.step];
    };
    const rest = first.slice(1);
    const found = { thread: OPEN.ts };
    expect(at(first, { checkout: WELL })).toBe('break');
    expect(at([OPEN, ...rest])).toBe('acknowledge');
    expect(at([OPEN, ...rest], { checkout: WELL }), 'a job of before is not of now').toBe('acknowledge');
    expect(at([ACKED, ...rest])).toBe('finding');
    expect(at([ACKED, ...rest], found), 'nobody has asked again in this walk').toBe('ask');
    const asked = said('301.000100', 'killed, limit 512Mi', { thread_ts: OPEN.ts });
    expect(at([ACKED, ...rest, asked], found)).toBe('restart');
    const job = said('302.000100', 'JOB-2 restarts checkout', { thread_ts: OPEN.ts });
    expect(at([ACKED, ...rest, asked, job], found)).toBe('ready');
    expect(at([ACKED, ...rest, asked, job], { checkout: WELL })).toBe('resolved');
    expect(at([OVER, ...rest, asked, job], { checkout: WELL })).toBe('next');
  });

  it('left and begun again, is where the incident is now: nobody has acknowledged it, or a job runs', () => {
    const before = [OPEN, FINDING, AGAIN, JOB];
    expect(STEPS[stepOf(begun(seen(before).space), seen(before))]).toBe('acknowledge');
    const runs = { ...JOB, ...controls('job-cancel') };
    expect(STEPS[stepOf(begun(seen([ACKED, FINDING, runs]).space), seen([ACKED, FINDING, runs]))]).toBe('ready');
    const other = said('303.000100', 'JOB-3 scales cart', controls('job-cancel'));
    expect(STEPS[stepOf(begun(seen([ACKED, other]).space), seen([ACKED, other]))]).toBe('finding');
  });

  it('names the buttons as they stand in the post, whatever language its reader has', () => {
    expect(labelsOf(OPEN, LABELS.ja)).toEqual({ ack: 'ack', action: 'action', diagnose: '原因を調べる' });
    expect(labelsOf(undefined, LABELS.ja)).toEqual(LABELS.ja);
    const { acknowledge, restart } = STORY_WORDS.ja;
    expect(acknowledge.text(labelsOf(OPEN, LABELS.ja))).toContain('「ack」');
    expect(restart.text(LABELS.en)).toContain('「Restart checkout」');
  });
});
