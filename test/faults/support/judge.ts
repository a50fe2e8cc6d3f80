import { type FakeSlack, type Message, visibleText } from '../../../sandbox/slack/index.ts';

/** What people see, from the workspace alone. */

/** Posts in any channel (not of threads, not direct) that show this alert. */
export function postsOf(slack: FakeSlack, name: string): readonly Message[] {
  return channels(slack).flatMap((id) =>
    slack
      .channel(id)
      .posts()
      .filter((post) => !post.broadcast && visibleText(post).includes(name)),
  );
}

/** Channels that anything was posted in. */
function channels(slack: FakeSlack): readonly string[] {
  const posted = slack.log.flatMap((line) =>
    line.kind === 'change' && line.what === 'posted' && line.channel?.startsWith('C') ? [line.channel] : [],
  );
  return [...new Set(posted)];
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
  const { posts, taken } = seenOf(slack, names);
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
  const { posts, taken } = seenOf(slack, names);
  const wrong = sent.flatMap((one) => {
    const words = posts(one.name).map(visibleText);
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

interface Seen {
  /** Posts that show it now. */
  readonly posts: (name: string) => readonly Message[];
  /** How often Slack took a first post that shows it, those that were deleted again included. */
  readonly taken: (name: string) => number;
}

/** One pass over all that is there and all that was asked for; names are whole words. */
function seenOf(slack: FakeSlack, names: readonly string[]): Seen {
  const asked = `${slack.log.length} ${names.join(' ')}`;
  const before = lastSeen.get(slack);
  if (before?.asked === asked) return before.seen;
  const seen = lookAt(slack, names);
  lastSeen.set(slack, { asked, seen });
  return seen;
}

/** Whoever waits looks again and again at a workspace in which nothing has happened. */
const lastSeen = new WeakMap<FakeSlack, { readonly asked: string; readonly seen: Seen }>();

function lookAt(slack: FakeSlack, names: readonly string[]): Seen {
  const wanted = new Set(names);
  const namesIn = (text: string): ReadonlySet<string> =>
    new Set(text.match(/\w+/g)?.filter((word) => wanted.has(word)));
  const posts = new Map<string, Message[]>();
  for (const id of channels(slack)) {
    for (const post of slack
      .channel(id)
      .posts()
      .filter((one) => !one.broadcast))
      for (const name of namesIn(visibleText(post))) posts.set(name, [...(posts.get(name) ?? []), post]);
  }
  const taken = new Map<string, number>();
  for (const { refused, args } of slack.calls('chat.postMessage')) {
    if (refused || args['thread_ts'] !== undefined || !String(args['channel']).startsWith('C')) continue;
    for (const name of namesIn(wordsIn(args))) taken.set(name, (taken.get(name) ?? 0) + 1);
  }
  return { posts: (name) => posts.get(name) ?? [], taken: (name) => taken.get(name) ?? 0 };
}

const read = new WeakMap<object, string>();

/** What a message of these arguments shows. A line that its thread does not take, and that is said elsewhere, shows no alert. */
function wordsIn(args: Readonly<Record<string, unknown>>): string {
  const known = read.get(args);
  if (known !== undefined) return known;
  const { blocks } = args;
  const words = visibleText({ ...args, blocks: typeof blocks === 'string' ? JSON.parse(blocks) : blocks });
  read.set(args, words);
  return words;
}

/** What the only post of an alert says now. */
export function wordsOf(slack: FakeSlack, name: string): string {
  return postsOf(slack, name).map(visibleText).join('\n---\n');
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
