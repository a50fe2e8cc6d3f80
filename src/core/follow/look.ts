import { isErrorLine } from '../../domain/log-lines.ts';
import type { Environments } from '../environments.ts';
import { cursorFrom, type LogCursor } from '../logs/cursor.ts';
import { bytesOfEach, type LogRead, type LogWish, readLog, SEARCHED } from '../logs/read.ts';
import { newestFitting, showLines } from '../logs/show.ts';
import { type ChosenLogs, chooseLogs, type LogSource } from '../logs/which.ts';
import { wantedBy, wishOf } from '../logs/wish.ts';
import { type FoundPod, lookForPods, searchPods } from '../pod-search.ts';
import { isPodOf } from '../target-words.ts';
import { environmentFor } from '../targets.ts';
import type { Followed, FollowState } from './rows.ts';

/** Of each pod when nothing was said: what came before is context. */
const TAIL_BEFORE = 20;
/** The clocks of a node and of ours may differ by so much. */
const SKEW_MS = 60_000;
/** Names that are kept of pods that have gone. */
const LEFT = 10;

export interface Looking {
  readonly environments: Environments;
  readonly now: Date;
  readonly signal: AbortSignal;
}

type Read = Extract<LogRead, { readonly state: 'read' }>;

/**
 * What has been written since the last look, in all pods that there are by now.
 * @throws UserError and ClusterError as for plain logs
 */
export async function lookAgain(
  followed: Followed,
  before: FollowState | undefined,
  { environments, now, signal }: Looking,
): Promise<FollowState> {
  const { environment, cluster, words } = followed;
  // Words that name one which is gone could be read as something else.
  environmentFor(environment, { environments });
  const search = await searchPods(words, environments, { environment, cluster, signal });
  const seen = await lookForPods(search, signal);
  // What merely has the name within its own is something else.
  const meant = ({ pod }: FoundPod): boolean =>
    search.looking.length === 0 || search.looking.some(({ reading }) => isPodOf(pod.name, reading));
  const pods = seen.pods.filter(meant);
  if (pods.length === 0) return withoutPods(before, seen.away, now);
  const first = new Set(Object.keys(before?.logs ?? {}));
  const chosen = chooseLogs(search, pods, { container: words.container, now, first });
  const limits = { maxBytes: bytesOfEach(chosen.sources.length) };
  const logs = await Promise.all(chosen.sources.map((source) => readNew(source, { followed, before, limits, signal })));
  const uids = new Set(pods.map(({ pod }) => pod.uid));
  // Who is in a cluster that does not answer is not gone.
  const stays = seen.away.length > 0 ? () => true : (uid: string) => uids.has(uid);
  return together(before, { chosen, logs, stays, away: seen.away, now });
}

/** Before the first look. */
export const NOTHING: Omit<FollowState, 'lookedAt'> = {
  logs: {},
  lines: [],
  found: 0,
  older: false,
  gaps: 0,
  left: [],
  unread: [],
  away: [],
  more: 0,
  absent: 0,
};

function withoutPods(before: FollowState | undefined, away: readonly string[], now: Date): FollowState {
  const known = before ?? { ...NOTHING, lookedAt: now };
  if (away.length > 0) return { ...known, away: [...away], lookedAt: now };
  const left = leftNow(known, () => false);
  return { ...known, logs: {}, left, unread: [], away: [], absent: known.absent + 1, lookedAt: now };
}

/** One log as far as it is new; `gap`: lines are missing before that. */
interface NewOfLog {
  readonly log: LogRead;
  readonly gap: boolean;
}

interface Reading {
  readonly followed: Followed;
  readonly before: FollowState | undefined;
  readonly limits: { readonly maxBytes: number };
  readonly signal: AbortSignal;
}

async function readNew(source: LogSource, { followed, before, limits, signal }: Reading): Promise<NewOfLog> {
  const { uid, restarts, createdAt } = source.pod.pod;
  const known = before?.logs[uid];
  const wanted = wantedBy(followed.words);
  const after = known ? (known.cursor ?? cursorFrom(new Date(0))) : afterOf(followed, before, createdAt);
  if (!after) return { log: await readEnd(source, wishOf(followed.words, TAIL_BEFORE), limits, signal), gap: false };
  const wish: LogWish = { previous: false, tail: SEARCHED, after, ...(wanted && { wanted }) };
  const log = await readLog(source, wish, limits, signal);
  const again = restarts - (known?.restarts ?? restarts);
  if (log.state !== 'read' || (log.whole && (again === 0 || after.seen > 0))) return { log, gap: false };
  const rest = await readLog(source, { ...wish, previous: true }, limits, signal);
  // What had ended was read to its end; of two runs that have come since, the first is nowhere any more.
  const nothingBetween = known?.ended === true && again === 1 && !log.older;
  if (rest.state !== 'read' || !rest.whole) return { log, gap: !nothingBetween };
  // While it waits for its next start both are the same log.
  const next = await readLog(source, { ...wish, after: rest.cursor ?? after }, limits, signal);
  if (next.state !== 'read') return { log: rest, gap: true };
  return { log: { ...next, lines: [...rest.lines, ...next.lines] }, gap: again > 1 };
}

const EVERY = (): boolean => true;

/**
 * What came before. More of it is read than is shown: lines of one millisecond can only be told apart where it is known which of them
 * come first.
 */
async function readEnd(
  source: LogSource,
  wish: LogWish,
  limits: Reading['limits'],
  signal: AbortSignal,
): Promise<LogRead> {
  const log = await readLog(source, { wanted: EVERY, ...wish, tail: wish.tail + 1 }, limits, signal);
  if (log.state !== 'read' || log.lines.length <= wish.tail) return log;
  return { ...log, lines: log.lines.slice(-wish.tail), older: true };
}

/** Of a log that is read for the first time; `undefined`: its end, as plain logs show it. */
function afterOf({ from }: Followed, before: FollowState | undefined, createdAt: Date): LogCursor | undefined {
  if (!before) return undefined;
  return createdAt.getTime() >= from.getTime() - SKEW_MS ? cursorFrom(new Date(0)) : undefined;
}

interface Found {
  readonly chosen: ChosenLogs;
  readonly logs: readonly NewOfLog[];
  readonly stays: (uid: string) => boolean;
  readonly away: readonly string[];
  readonly now: Date;
}

function together(before: FollowState | undefined, { chosen, logs, stays, away, now }: Found): FollowState {
  const known = before ?? { ...NOTHING, lookedAt: now };
  const reads = logs.map(({ log }) => log);
  const { lines, more } = showLines(reads, false, isErrorLine);
  const read = reads.filter((log): log is Read => log.state === 'read');
  const firstAt = known.firstAt ?? earliest(read);
  return {
    logs: { ...kept(known, stays), ...readUpTo(reads, known) },
    lines: [...newestFitting([...known.lines, ...lines])],
    found: known.found + lines.length + more,
    older: known.older || (!before && read.some(({ older }) => older)),
    gaps: known.gaps + logs.filter(({ gap }) => gap).length,
    left: leftNow(known, stays),
    unread: reads.filter(({ state }) => state === 'late' || state === 'failed').map(({ source }) => source.label),
    away: [...away],
    more: chosen.more,
    absent: 0,
    lookedAt: now,
    ...(firstAt && { firstAt }),
  };
}

function kept({ logs }: FollowState, stays: (uid: string) => boolean): FollowState['logs'] {
  return Object.fromEntries(Object.entries(logs).filter(([uid]) => stays(uid)));
}

/** What waits to start has nothing to lose: all that it will write is new. */
function readUpTo(reads: readonly LogRead[], known: FollowState): FollowState['logs'] {
  return Object.fromEntries(
    reads.flatMap((log) => {
      const { uid, restarts, stopped = [] } = log.source.pod.pod;
      const ended = stopped.includes(log.source.container);
      if (log.state !== 'read' && (log.state !== 'waiting' || known.logs[uid])) return [];
      const cursor = log.state === 'read' ? log.cursor : undefined;
      return [[uid, { label: log.source.label, restarts, ...(ended && { ended }), ...(cursor && { cursor }) }]];
    }),
  );
}

function leftNow({ logs, left }: FollowState, stays: (uid: string) => boolean): string[] {
  const gone = Object.entries(logs).flatMap(([uid, { label }]) => (stays(uid) ? [] : [label]));
  return [...left, ...gone].slice(-LEFT);
}

function earliest(reads: readonly Read[]): Date | undefined {
  const times = reads.flatMap(({ lines }) => lines.slice(0, 1).flatMap(({ at }) => at ?? []));
  return times.reduce<Date | undefined>((a, b) => (a && a < b ? a : b), undefined);
}
