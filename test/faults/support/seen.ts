import { type FakeSlack, type LogLine, type Message, visibleText } from '../../../sandbox/slack/index.ts';

/** What a workspace shows and was asked to, by the words in it. */
export interface Seen {
  /** Posts (not of threads, not direct) that show this word now. */
  readonly posts: (word: string) => readonly Message[];
  /** How often Slack took a first post that shows it, those that were deleted again included. */
  readonly taken: (word: string) => number;
}

interface Book {
  /** Lines of the log that are in it. */
  read: number;
  /** Channels that anything was posted in. */
  readonly channels: Set<string>;
  readonly taken: Map<string, number>;
  posts: ReadonlyMap<string, readonly Message[]>;
}

const books = new WeakMap<FakeSlack, Book>();

/** Whoever waits looks again and again: only what has come to the log since is read. */
export function seenIn(slack: FakeSlack): Seen {
  const book = books.get(slack) ?? { read: 0, channels: new Set(), taken: new Map(), posts: new Map() };
  books.set(slack, book);
  const fresh = slack.log.slice(book.read);
  if (fresh.length > 0) {
    book.read += fresh.length;
    for (const line of fresh) note(book, line);
    book.posts = postsByWord(slack, book.channels);
  }
  return { posts: (word) => book.posts.get(word) ?? [], taken: (word) => book.taken.get(word) ?? 0 };
}

function note({ channels, taken }: Book, line: LogLine): void {
  if (line.kind === 'change' && line.what === 'posted' && line.channel?.startsWith('C')) channels.add(line.channel);
  if (line.kind !== 'call' || line.method !== 'chat.postMessage') return;
  const { refused, args } = line;
  if (refused || args['thread_ts'] !== undefined || !String(args['channel']).startsWith('C')) return;
  for (const word of new Set(wordsOfCall(args).match(WORDS))) taken.set(word, (taken.get(word) ?? 0) + 1);
}

const WORDS = /\w+/g;

/** A line that its thread does not take, and that is said elsewhere instead, shows no alert. */
function wordsOfCall(args: Readonly<Record<string, unknown>>): string {
  const { blocks } = args;
  return visibleText({ ...args, blocks: typeof blocks === 'string' ? JSON.parse(blocks) : blocks });
}

function postsByWord(slack: FakeSlack, channels: ReadonlySet<string>): ReadonlyMap<string, readonly Message[]> {
  const found = new Map<string, Message[]>();
  for (const id of channels) {
    for (const post of slack.channel(id).posts()) {
      if (post.broadcast) continue;
      for (const word of readOf(post).words) {
        const known = found.get(word);
        if (known) known.push(post);
        else found.set(word, [post]);
      }
    }
  }
  return found;
}

interface Read {
  readonly text: string;
  readonly blocks: unknown;
  readonly visible: string;
  readonly words: ReadonlySet<string>;
}

const read = new WeakMap<Message, Read>();

/** As `visibleText`, read once for each form that it takes. */
export const visibleIn = (post: Message): string => readOf(post).visible;

/** An edit gives a message other blocks, or another text. */
function readOf(post: Message): Read {
  const { text, blocks } = post;
  const before = read.get(post);
  if (before && before.text === text && before.blocks === blocks) return before;
  const visible = visibleText(post);
  const now = { text, blocks, visible, words: new Set(visible.match(WORDS)) };
  read.set(post, now);
  return now;
}
