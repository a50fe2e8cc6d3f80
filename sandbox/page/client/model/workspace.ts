import type { ChangeLine, Channel, Message, OpenView, Person, Workspace } from './types.ts';

/**
 * The workspace as the page knows it: a snapshot, kept up to date by the lines that follow it. Objects are replaced, never
 * changed, so that what is the same object looks the same.
 */

function put<T>(list: readonly T[], same: (one: T) => boolean, next: T): readonly T[] {
  const at = list.findIndex(same);
  return at < 0 ? [...list, next] : list.with(at, next);
}

/** The workspace after one more line; undefined where only a new snapshot can tell. */
export function applied(space: Workspace, line: ChangeLine): Workspace | undefined {
  if (line.seq <= space.seq) return space;
  const next = changed(space, line);
  return next && { ...next, seq: line.seq };
}

function changed(space: Workspace, line: ChangeLine): Workspace | undefined {
  switch (line.what) {
    case 'posted':
    case 'updated':
      return withMessage(space, line.channel, line.detail);
    case 'ephemeral':
    case 'ephemeral-updated':
      return { ...space, ephemerals: put(space.ephemerals, (one) => one.ts === line.ts, line.detail) };
    case 'ephemeral-deleted':
      return { ...space, ephemerals: space.ephemerals.filter((one) => one.ts !== line.ts) };
    case 'notified':
      return { ...space, notifications: [...space.notifications, line.detail] };
    case 'view-opened':
      return withViews(space, line.user, (all) => [...all, line.detail]);
    case 'view-updated':
      return withViews(space, line.user, (all) => all.map((one) => (one.id === line.detail.id ? line.detail : one)));
    case 'view-closed':
      return withViews(space, line.user, (all) => all.filter((one) => one.id !== line.detail.id));
    case 'home-published':
      return { ...space, homes: { ...space.homes, [line.user]: line.detail } };
    case 'socket':
      return space;
    default:
      return undefined;
  }
}

function withMessage(space: Workspace, id: string, message: Message): Workspace | undefined {
  if (!space.channels.some((one) => one.id === id)) return undefined;
  const add = (one: Channel): Channel => ({ ...one, messages: put(one.messages, (m) => m.ts === message.ts, message) });
  return { ...space, channels: space.channels.map((one) => (one.id === id ? add(one) : one)) };
}

type Views = readonly OpenView[];

function withViews(space: Workspace, user: string, change: (views: Views) => Views): Workspace {
  return { ...space, views: { ...space.views, [user]: change(space.views[user] ?? []) } };
}

/** Names for ids, as a reader sees them. */
export interface Names {
  readonly person: (id: string) => string;
  readonly group: (id: string) => string;
  readonly channel: (id: string) => string;
}

export function namesIn(space: Pick<Workspace, 'people' | 'groups' | 'channels'>): Names {
  return {
    person: (id) => personIn(space, id)?.name ?? id,
    group: (id) => space.groups.find((one) => one.id === id)?.handle ?? id,
    channel: (id) => space.channels.find((one) => one.id === id)?.name ?? id,
  };
}

export function personIn(space: Pick<Workspace, 'people'>, id: string | undefined): Person | undefined {
  return space.people.find((one) => one.id === id);
}

/** The one app of the workspace. */
export function botOf(space: Pick<Workspace, 'people'>): Person | undefined {
  return space.people.find((one) => one.bot === true && one.name === 'hikeshi');
}

/** A channel one is in; for `dm` one's conversation with the bot, if there is one yet. */
export function channelOf(space: Workspace, where: string, me: string): Channel | undefined {
  const mine = space.channels.filter((one) => one.members.includes(me));
  if (where !== 'dm') return mine.find((one) => one.id === where);
  const bot = botOf(space)?.id;
  return mine.find((one) => one.kind === 'im' && bot !== undefined && one.members.includes(bot));
}

/** The channels of a person's sidebar, by name. */
export function channelsOf(space: Workspace, me: string): readonly Channel[] {
  const named = (one: Channel): boolean => one.kind !== 'im' && !one.is_archived && one.members.includes(me);
  return space.channels.filter(named).sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
}

export function isReply(message: Message): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

const byTs = (a: Message, b: Message): number => (a.ts < b.ts ? -1 : 1);

/** What a person sees in a channel, or in one of its threads, oldest first. */
export function messagesFor(space: Workspace, channel: Channel, me: string, thread?: string): readonly Message[] {
  const here = (one: Message): boolean =>
    thread === undefined ? !isReply(one) || one.broadcast === true : one.ts === thread || one.thread_ts === thread;
  const own = space.ephemerals.filter((one) => one.channel === channel.id && isFor(one, me));
  return [...channel.messages, ...own].filter(here).sort(byTs);
}

function isFor(message: Message, me: string): boolean {
  return message.user === me && message.visible === true;
}

export function repliesTo(channel: Channel, ts: string): readonly Message[] {
  return channel.messages.filter((one) => one.thread_ts === ts && one.ts !== ts);
}

export interface Unread {
  /** Whether anything is new. */
  readonly any: boolean;
  /** How often one was called. */
  readonly called: number;
}

/** What is new since the message `read`. */
export function unread(space: Workspace, channel: Channel, me: string, read: string): Unread {
  const mine = space.notifications.filter((one) => one.user === me && one.channel === channel.id && one.ts > read);
  const any = channel.messages.some((one) => one.ts > read && one.user !== me && !isReply(one));
  return { any, called: mine.length };
}

/** What is new to a person anywhere, as a badge on the outside says it. */
export function unreadAnywhere(space: Workspace, me: string, readUpTo: (channel: string) => string): Unread {
  const all = space.channels
    .filter((one) => !one.is_archived && one.members.includes(me))
    .map((one) => unread(space, one, me, readUpTo(one.id)));
  return { any: all.some((one) => one.any), called: all.reduce((sum, one) => sum + one.called, 0) };
}
