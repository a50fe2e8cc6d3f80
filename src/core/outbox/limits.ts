import { CLASS } from './write.ts';

/** A steady pace with a burst (GCRA): one each `everyMs`, and up to `burst` at once after a rest. */
export interface Limit {
  readonly everyMs: number;
  /** At least 1. */
  readonly burst: number;
  /**
   * Who leaves late by no more than this does not make those behind it late as well: the next one may follow so much sooner.
   * Default 0: on a busy machine each message's own way then adds to the pace.
   */
  readonly catchUpMs?: number;
}

/** What Slack takes from us. Its numbers are at https://docs.slack.dev/apis/web-api/rate-limits. */
export interface Limits {
  /** Posts into one channel; each DM is one. Edits are not posts and do not count. */
  readonly channel: Limit;
  /** chat.postMessage, workspace. */
  readonly posts: Limit;
  /** chat.update, workspace: what everybody may use. */
  readonly updates: Limit;
  /** chat.update: kept for what a click changed, so that a storm of updates does not hold buttons up. */
  readonly clicks: Limit;
  /** chat.update: the share of `updates` that progress of jobs may have. */
  readonly progress: Limit;
  /** conversations.history and .replies: looking whether a send whose answer was lost is there. */
  readonly lookUps: Limit;
}

/** At most `most` in any minute, of which `burst` at once: the burst is taken off the steady pace. */
export function perMinute(most: number, burst: number): Limit {
  return { everyMs: Math.ceil(60_000 / (most - burst)), burst };
}

/** The channel's second has 20 ms on top, because two calls never take equally long on their way. */
export const LIMITS: Limits = {
  channel: { everyMs: 1_020, burst: 1, catchUpMs: 400 },
  posts: perMinute(300, 20),
  updates: perMinute(35, 2),
  clicks: perMinute(15, 5),
  progress: perMinute(15, 3),
  lookUps: perMinute(40, 10),
};

/** What decides whom a row has to wait for. */
export interface Paced {
  readonly method: string;
  readonly class: number;
  /** Channel id, `#name` that nobody could resolve, or a person's id. */
  readonly place: string;
  /** It has to be looked for before it is sent again. */
  readonly lookUp: boolean;
}

/** A budget row by its key; without a limit it is a hold: the end of a Retry-After. */
export interface Need {
  readonly key: string;
  readonly limit?: Limit;
}

const POSTS_KEY = 'method:chat.postMessage';
export const UPDATES_KEY = 'method:chat.update';
const CLICKS_KEY = 'clicks:chat.update';
const PROGRESS_KEY = 'progress:chat.update';
export const LOOK_UPS_KEY = 'method:look-up';
export const WORKSPACE_KEYS = [POSTS_KEY, UPDATES_KEY, CLICKS_KEY, PROGRESS_KEY, LOOK_UPS_KEY] as const;

export const channelKey = (place: string): string => `channel:${place}`;
export const holdKey = (key: string): string => `hold:${key}`;

/** The budgets that a row draws on: one of these sets, all of its members. */
export function needsOf(row: Paced, limits: Limits): readonly (readonly Need[])[] {
  if (row.method === 'chat.update') return updateNeeds(row, limits);
  const channel = channelKey(row.place);
  const look: readonly Need[] = row.lookUp
    ? [{ key: LOOK_UPS_KEY, limit: limits.lookUps }, { key: holdKey(LOOK_UPS_KEY) }]
    : [];
  return [
    [
      { key: channel, limit: limits.channel },
      { key: POSTS_KEY, limit: limits.posts },
      { key: holdKey(channel) },
      { key: holdKey(POSTS_KEY) },
      ...look,
    ],
  ];
}

function updateNeeds(row: Paced, limits: Limits): readonly (readonly Need[])[] {
  const hold: Need = { key: holdKey(UPDATES_KEY) };
  const general: Need = { key: UPDATES_KEY, limit: limits.updates };
  if (row.class === CLASS.progress) return [[general, { key: PROGRESS_KEY, limit: limits.progress }, hold]];
  if (row.class <= CLASS.click)
    return [
      [{ key: CLICKS_KEY, limit: limits.clicks }, hold],
      [general, hold],
    ];
  return [[general, hold]];
}
