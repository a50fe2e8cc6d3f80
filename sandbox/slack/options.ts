import type { Channel, Group, Person, Restriction } from './types.ts';

/** Lines of the reference that are remembered rather than documented, and numbers that are unpublished. Defaults are the harder reading. */
export interface Switches {
  /** `expired_trigger_id` as the API pages say, or `trigger_expired` as a guide says. */
  triggerErrors: 'expired_trigger_id' | 'trigger_expired';
  /** Posts over 4,000 characters: refused (msg_too_long, as seen), or cut at 40,000 with a warning, as documented. */
  longPosts: 'refuse' | 'truncate';
  /** A thread_ts that names no message: refused (thread_not_found), or posted where nobody looks. */
  missingThread: 'refuse' | 'orphan';
  /** Largest metadata, in bytes of JSON. */
  metadataMax: number;
  /** Largest `blocks`, in characters of JSON: msg_blocks_too_long beyond. */
  blocksMax: number;
  /** Bots may edit for this long. */
  editWindowMs: number;
  /** A click's response_url without replace_original overwrites a source of the same visibility. */
  replaceWhenOmitted: boolean;
  /** HTTP status of a response_url that refuses. */
  responseUrlRefusal: number;
  /** Mentions in `text` beside blocks are heard. */
  mentionsBesideBlocks: boolean;
  /** `<!channel>` and the like inside code are mentions all the same. */
  mentionsInCode: boolean;
  /** `<!channel>` in a thread reply reaches the whole channel. */
  threadBroadcast: boolean;
  /** Who is told when an edit adds a mention. */
  editsNotify: 'nobody' | 'new-mentions';
  /** What admins' limit on @channel does to a bot's. */
  broadcastLimit: 'none' | 'plain' | 'refused';
  /** Posts that a burst let through within a second are answered, but never shown. */
  burstsVanish: boolean;
  /** users.list wants a limit. */
  usersListNeedsLimit: boolean;
  /** channel_name of a command in a private channel. */
  privateChannelName: 'privategroup' | 'name';
  escapedUser: 'id' | 'id-and-name';
  escapedPrivateChannel: 'empty-label' | 'bare';
  escapeEntities: boolean;
  /** A Socket Mode URL works once. */
  singleUseTickets: boolean;
  /** Without a socket commands and clicks fail at once; otherwise they run into the time limit. */
  failWithoutSocket: boolean;
  /** Delay between completeUploadExternal and the message that shows the file, on the fake's clock. */
  fileShareMs: number;
  optionValueMax: number;
  maxReactions: number;
  maxGroupMembers: number;
  /** Which clock signs requests: the host's, or the fake's own. */
  signWith: 'wall' | 'fake';
}

export const DEFAULT_SWITCHES: Switches = {
  triggerErrors: 'expired_trigger_id',
  longPosts: 'refuse',
  missingThread: 'refuse',
  metadataMax: 2048,
  blocksMax: 100_000,
  editWindowMs: Number.POSITIVE_INFINITY,
  replaceWhenOmitted: true,
  responseUrlRefusal: 400,
  mentionsBesideBlocks: false,
  mentionsInCode: true,
  threadBroadcast: false,
  editsNotify: 'nobody',
  broadcastLimit: 'none',
  burstsVanish: false,
  usersListNeedsLimit: true,
  privateChannelName: 'privategroup',
  escapedUser: 'id-and-name',
  escapedPrivateChannel: 'empty-label',
  escapeEntities: true,
  singleUseTickets: true,
  failWithoutSocket: true,
  fileShareMs: 300,
  optionValueMax: 75,
  maxReactions: 23,
  maxGroupMembers: 10_000,
  signWith: 'wall',
};

export interface Limits {
  /** Posts a second and channel, and how many may come at once. */
  postsPerSecond: number;
  postBurst: number;
  /** Posts a minute in the workspace. */
  workspacePosts: number;
  /** Calls a minute, by tier. */
  tier1: number;
  tier2: number;
  tier3: number;
  tier4: number;
}

const SLACK_LIMITS: Limits = {
  postsPerSecond: 1,
  postBurst: 3,
  workspacePosts: 300,
  tier1: 1,
  tier2: 20,
  tier3: 50,
  tier4: 100,
};

export type LimitsOption = 'slack' | 'off' | Partial<Limits>;

/** How things reach the app: one request URL, or sockets; never both. */
export type DeliveryOption = { kind: 'http'; url?: string } | { kind: 'socket' };

export interface SlashCommand {
  command: string;
  should_escape?: boolean;
}

/** The parts of an app manifest that change what Slack does. */
export interface AppSettings {
  slashCommands: SlashCommand[];
  botEvents: string[];
  homeTab: boolean;
  messagesTab: boolean;
  messagesTabReadOnly: boolean;
}

export interface TeamSeed {
  id: string;
  name: string;
  domain: string;
  plan: 'free' | 'paid';
  /** A bot may change user groups only where everyone may. */
  groupsManagedBy: 'admins' | 'everyone';
  /** Quiet hours of everyone without own ones. */
  quiet?: { from: string; to: string };
}

export type PersonSeed = Partial<Person> & Pick<Person, 'id' | 'name'>;
export type GroupSeed = Pick<Group, 'id' | 'handle' | 'members'> & Partial<Group>;
export interface ChannelSeed {
  id: string;
  name: string;
  kind?: Channel['kind'];
  members: string[];
  archived?: boolean;
  general?: boolean;
  shared?: boolean;
  restricted?: Restriction;
}

export interface SlackOptions {
  port?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
  team?: Partial<TeamSeed>;
  people?: PersonSeed[];
  channels?: ChannelSeed[];
  groups?: GroupSeed[];
  /** The bot token's scopes. */
  scopes?: readonly string[];
  limits?: LimitsOption;
  delivery?: DeliveryOption;
  app?: Partial<AppSettings>;
  switches?: Partial<Switches>;
  /** What was said in it before, as `FakeSlack.kept` tells. */
  kept?: Buffer;
}

export function settleLimits(option: LimitsOption | undefined): Limits | undefined {
  if (option === undefined || option === 'off') return undefined;
  return option === 'slack' ? SLACK_LIMITS : { ...SLACK_LIMITS, ...option };
}
