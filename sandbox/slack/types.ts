import type { Fields } from './json.ts';

export interface Person {
  readonly id: string;
  name: string;
  realName: string;
  /** What they chose to be shown as; default: the name. */
  displayName?: string;
  email?: string;
  /** The foreign team of a Slack Connect partner; the workspace's own where not said. */
  team?: string;
  tz: string;
  tzOffset: number;
  locale: string;
  admin?: boolean;
  guest?: 'single-channel' | 'multi-channel';
  deactivated?: boolean;
  bot?: boolean;
  /** `@here` and ephemerals reach only the active. */
  presence: 'active' | 'away';
  /** Do-not-disturb hours in the person's own zone, or the workspace's default ones. */
  quiet?: { from: string; to: string };
  /** Snoozed until, in seconds since 1970. */
  snoozedUntil?: number;
  /** Ids of channels this person has muted. */
  muted: string[];
}

export interface Group {
  readonly id: string;
  handle: string;
  name: string;
  members: string[];
  disabled?: boolean;
}

/** Who may post where: the parts of `restricted_action`. */
export type Restriction = 'admins' | 'read-only' | 'thread-only' | 'non-threadable';

export interface Channel {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'im' | 'mpim';
  archived: boolean;
  general?: boolean;
  /** Shared with another company through Slack Connect. */
  shared?: boolean;
  restricted?: Restriction;
  topic: string;
  readonly created: number;
  readonly members: Set<string>;
  readonly lockedThreads: Set<string>;
  /** Oldest first, replies among them. */
  readonly messages: Message[];
}

export interface Reaction {
  name: string;
  users: string[];
  count: number;
}

/** A message as Slack's API shows it, with its channel. */
export interface Message {
  type: 'message';
  channel: string;
  ts: string;
  team: string;
  user?: string;
  bot_id?: string;
  app_id?: string;
  client_msg_id?: string;
  subtype?: string;
  text: string;
  blocks?: Fields[];
  attachments?: Fields[];
  metadata?: Fields;
  thread_ts?: string;
  edited?: { user: string; ts: string };
  reactions?: Reaction[];
  files?: Fields[];
  /** A thread reply that is shown in the channel as well. */
  broadcast?: boolean;
}

/** A message for one person's eyes: in no history, without a usable ts. */
export interface Ephemeral {
  readonly ephemeral: true;
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  text: string;
  blocks?: Fields[];
  attachments?: Fields[];
  thread_ts?: string;
  /** False where it never arrived: the person was away, or the thread had no replies. */
  readonly visible: boolean;
}

export type Why = 'dm' | 'mention' | 'group' | 'here' | 'channel' | 'everyone' | 'thread';

/** One person told of one message, once. */
export interface Notification {
  readonly user: string;
  readonly why: Why;
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly at: number;
  /** False under do-not-disturb or in a muted channel: no sound, no banner. */
  readonly device: boolean;
}

export interface View {
  readonly id: string;
  readonly user: string;
  readonly type: 'modal' | 'home';
  /** What the app sent, with generated ids filled in. */
  content: Fields;
  hash: string;
  rootId: string;
  previousId?: string;
  externalId?: string;
  /** What the person typed and chose: block_id, then action_id. */
  values: Record<string, Record<string, Fields>>;
  open: boolean;
  /** Where it was opened from, for response_urls of selects. */
  channel?: string;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly user: string;
  readonly created: number;
  readonly expected: number;
  bytes?: Buffer;
  completed: boolean;
  shares: { channel: string; ts: string }[];
}
