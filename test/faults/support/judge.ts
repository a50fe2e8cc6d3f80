import { type FakeSlack, type Message, visibleText } from '../../../sandbox/slack/index.ts';
import { seenIn, visibleIn } from './seen.ts';

/** What people see, from the workspace alone. */

/** Posts in any channel (not of threads, not direct) that show this alert; its name is a word. */
export function postsOf(slack: FakeSlack, name: string): readonly Message[] {
  return seenIn(slack).posts(name);
}

export interface Tally {
  readonly sent: number;
  readonly shown: number;
  readonly lost: number;
  readonly doubled: number;
}

/** What was sent and answered 2xx: an alert, and how it was at last. */
export interface Sent {
  readonly name: string;
  readonly last: 'firing' | 'resolved';
  /** Resolved before anybody can have been told: there is one post, and it says both. */
  readonly meanwhile?: boolean;
}

export interface Verdict extends Tally {
  /** Each alert that is not as it should be, and what it is instead. */
  readonly troubles: readonly string[];
}

/** Of alerts that were answered 2xx: how many are shown, not at all, more than once. */
export function tally(slack: FakeSlack, names: readonly string[]): Tally {
  const { posts, taken } = seenIn(slack);
  const shown = names.filter((name) => posts(name).length > 0).length;
  const doubled = names.filter((name) => Math.max(taken(name), posts(name).length) > 1).length;
  return { sent: names.length, shown, lost: names.length - shown, doubled };
}

/**
 * As `tally`, where shown means: in its last state.
 * @param again those of which a second post is no trouble; they are counted all the same
 */
export function judge(slack: FakeSlack, sent: readonly Sent[], again: readonly string[] = []): Verdict {
  const names = sent.map((one) => one.name);
  const { posts, taken } = seenIn(slack);
  const wrong = sent.flatMap((one) => {
    const words = posts(one.name).map(visibleIn);
    const trouble = troubleOf(one, words);
    return trouble === undefined ? [] : [`${one.name}: ${trouble}`];
  });
  const twice = names.filter((name) => Math.max(taken(name), posts(name).length) > 1);
  const doubled = twice
    .filter((name) => !again.includes(name))
    .map((name) => `${name}: posted ${taken(name)} times, there ${posts(name).length} times`);
  return {
    sent: sent.length,
    shown: sent.length - wrong.length,
    lost: wrong.length,
    doubled: twice.length,
    troubles: [...wrong, ...doubled],
  };
}

function troubleOf({ last, meanwhile }: Sent, posts: readonly string[]): string | undefined {
  if (posts.length === 0) return 'not shown';
  const says = posts.some((words) => /Resolved at/.test(words)) ? 'resolved' : 'firing';
  if (says !== last) return `${last}, but shown as ${says}`;
  if (meanwhile && !posts.some((words) => words.includes(BOTH))) return 'not said to have fired and resolved';
  return undefined;
}

const BOTH = 'fired and resolved before this was told';

/** What the only post of an alert says now. */
export function wordsOf(slack: FakeSlack, name: string): string {
  return postsOf(slack, name).map(visibleIn).join('\n---\n');
}

export function threadOf(slack: FakeSlack, post: Message): readonly string[] {
  return slack.channel(post.channel).thread(post.ts).map(visibleText);
}

/** How many messages rang for somebody, in channels and alone. Who was mentioned once also hears of what follows in the thread. */
export function toldTo(slack: FakeSlack, person: string): { readonly channel: number; readonly direct: number } {
  const notifications = slack.user(person).notifications.filter(({ why }) => why !== 'thread');
  const direct = notifications.filter(({ channel }) => channel.startsWith('D')).length;
  return { channel: notifications.length - direct, direct };
}
