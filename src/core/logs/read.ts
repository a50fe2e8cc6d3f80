import { endsInKey, KEY_BEGIN, lineMask, type TimedLine } from '../../domain/log-lines.ts';
import { ClusterError, type ContainerLog } from '../../ports/cluster.ts';
import { breathe, timeLimit } from '../wake.ts';
import { askedFrom, cursorAfter, cursorAnew, type LogCursor, linesAfter } from './cursor.ts';
import type { LogSource } from './which.ts';

/** What to read of each log. */
export interface LogWish {
  readonly previous: boolean;
  /** Lines that are wanted of each. */
  readonly tail: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: Date;
  /** What was read before: only lines after that. Not beside the times. */
  readonly after?: LogCursor;
  /** Absent: every line is wanted. It sees lines as they will be shown: nobody finds out a secret by asking for its letters. */
  readonly wanted?: (line: string) => boolean;
}

export type LogRead =
  | {
      readonly source: LogSource;
      readonly state: 'read';
      readonly lines: readonly TimedLine[];
      /** There may be older ones, which were not read. */
      readonly older: boolean;
      /** For the next look; absent while nothing was ever read. */
      readonly cursor?: LogCursor;
      /** False: between what was read before and these, lines are missing. */
      readonly whole: boolean;
    }
  /** `detail`: of waiting its reason, of failed what the cluster says. */
  | { readonly source: LogSource; readonly state: Unread; readonly detail: string };

/** Why there is nothing of a log. */
export type Unread = 'waiting' | 'no-previous' | 'gone' | 'late' | 'failed';

/** Lines of each log that are searched for those that are wanted. */
export const SEARCHED = 10_000;
/** One log may take so long; what is in time is shown without it. Less than a command has. */
const LOG_MS = 6_000;
/** Of all logs of one answer together. */
const ALL_BYTES = 8 * 1024 * 1024;
const MOST_BYTES = 2 * 1024 * 1024;
/** What is looked at of a line; the rest of a longer one is not shown either. */
const LINE_MOST = 2_000;
/** Characters between two turns for everybody else. */
const BREATH = 20_000;

/**
 * Reads all at once. What cannot be read says why, and the others are read all the same.
 * @throws ClusterError when the account may not read logs; the signal's reason
 */
export async function readLogs(
  sources: readonly LogSource[],
  wish: LogWish,
  signal: AbortSignal,
  logMs = LOG_MS,
): Promise<readonly LogRead[]> {
  const maxBytes = bytesOfEach(sources.length);
  return Promise.all(sources.map((source) => readLog(source, wish, { maxBytes, logMs }, signal)));
}

/** What may be read of each of so many logs. */
export function bytesOfEach(logs: number): number {
  return Math.min(MOST_BYTES, Math.floor(ALL_BYTES / Math.max(1, logs)));
}

/** One of them. @throws ClusterError when the account may not read logs; the signal's reason */
export async function readLog(
  source: LogSource,
  wish: LogWish,
  { maxBytes, logMs = LOG_MS }: { readonly maxBytes: number; readonly logMs?: number },
  signal: AbortSignal,
): Promise<LogRead> {
  const { cluster, pod, container } = source;
  const { namespace, name, node } = pod.pod;
  const { previous, sinceSeconds, wanted, after } = wish;
  const tail = wanted || after ? SEARCHED : wish.tail;
  const sinceTime = after ? askedFrom(after) : wish.sinceTime;
  const query = { namespace, pod: name, container, previous, tail, sinceSeconds, sinceTime, maxBytes };
  const inTime = timeLimit(logMs, signal);
  try {
    const log = await cluster.logs(query, { signal: inTime });
    if (!log) return { source, state: 'gone', detail: '' };
    if (log.state !== 'read') return { source, state: log.state, detail: log.state === 'waiting' ? log.reason : '' };
    if (log.lines.length === 0 && node === undefined) return { source, state: 'waiting', detail: pod.pod.status };
    return { source, state: 'read', ...(await seen(log, wish, signal)) };
  } catch (error) {
    if (error instanceof ClusterError && (error.kind === 'away' || error.kind === 'invalid')) {
      signal.throwIfAborted();
      if (inTime.aborted) return { source, state: 'late', detail: '' };
      return { source, state: 'failed', detail: error.message };
    }
    throw error;
  }
}

type ReadLines = Extract<ContainerLog, { readonly state: 'read' }>;

/** The lines as they may be shown, those that are wanted and new. */
async function seen(
  { lines, more }: ReadLines,
  { wanted, tail, after }: LogWish,
  signal: AbortSignal,
): Promise<Omit<Extract<LogRead, { readonly state: 'read' }>, 'source' | 'state'>> {
  const { fresh, whole } = after ? linesAfter(lines, after) : { fresh: lines, whole: true };
  const isFresh = new Set(fresh);
  const texts = lines.map(({ text }) => text);
  const masked = lineMask(after?.inKey ? [KEY_BEGIN, ...texts] : texts);
  if (after?.inKey) masked(KEY_BEGIN);
  const found: TimedLine[] = [];
  let since = 0;
  for (const line of lines) {
    const text = masked(line.text.slice(0, LINE_MOST * 2)).slice(0, LINE_MOST);
    if (isFresh.has(line) && (!wanted || wanted(text))) found.push({ ...line, text });
    since += line.text.length;
    if (since < BREATH) continue;
    since = 0;
    await breathe();
    signal.throwIfAborted();
  }
  const cursor = cursorAfter(lines, after && !whole ? cursorAnew(after) : after, more);
  const inKey = endsInKey(texts, after?.inKey === true);
  return {
    lines: found.slice(-tail),
    older: more,
    whole,
    ...(cursor && { cursor: { ...cursor, ...(inKey && { inKey }) } }),
  };
}
