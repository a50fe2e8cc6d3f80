import { lineMask, type TimedLine } from '../../domain/log-lines.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { breathe, timeLimit } from '../wake.ts';
import type { LogSource } from './which.ts';

/** What to read of each log. */
export interface LogWish {
  readonly previous: boolean;
  /** Lines that are wanted of each. */
  readonly tail: number;
  readonly sinceSeconds?: number;
  /** Absent: every line is wanted. It sees lines as they will be shown: nobody finds out a secret by asking for its letters. */
  readonly wanted?: (line: string) => boolean;
}

export type LogRead =
  | {
      readonly source: LogSource;
      readonly state: 'read';
      readonly lines: readonly TimedLine[];
      readonly older: boolean;
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
  const maxBytes = Math.min(MOST_BYTES, Math.floor(ALL_BYTES / Math.max(1, sources.length)));
  return Promise.all(sources.map((source) => readOne(source, wish, { maxBytes, logMs }, signal)));
}

async function readOne(
  source: LogSource,
  wish: LogWish,
  { maxBytes, logMs }: { readonly maxBytes: number; readonly logMs: number },
  signal: AbortSignal,
): Promise<LogRead> {
  const { cluster, pod, container } = source;
  const { namespace, name, node } = pod.pod;
  const { previous, sinceSeconds, wanted } = wish;
  const tail = wanted ? SEARCHED : wish.tail;
  const query = { namespace, pod: name, container, previous, tail, sinceSeconds, maxBytes };
  const inTime = timeLimit(logMs, signal);
  try {
    const log = await cluster.logs(query, { signal: inTime });
    if (!log) return { source, state: 'gone', detail: '' };
    if (log.state !== 'read') return { source, state: log.state, detail: log.state === 'waiting' ? log.reason : '' };
    if (log.lines.length === 0 && node === undefined) return { source, state: 'waiting', detail: pod.pod.status };
    const lines = await seen(log.lines, wanted, signal);
    return { source, state: 'read', lines: lines.slice(-wish.tail), older: log.more };
  } catch (error) {
    if (error instanceof ClusterError && (error.kind === 'away' || error.kind === 'invalid')) {
      signal.throwIfAborted();
      if (inTime.aborted) return { source, state: 'late', detail: '' };
      return { source, state: 'failed', detail: error.message };
    }
    throw error;
  }
}

/** The lines as they may be shown, those that are wanted. */
async function seen(
  lines: readonly TimedLine[],
  wanted: LogWish['wanted'],
  signal: AbortSignal,
): Promise<readonly TimedLine[]> {
  const found: TimedLine[] = [];
  const masked = lineMask(lines.map(({ text }) => text));
  let since = 0;
  for (const line of lines) {
    const text = masked(line.text.slice(0, LINE_MOST * 2)).slice(0, LINE_MOST);
    if (!wanted || wanted(text)) found.push({ ...line, text });
    since += line.text.length;
    if (since < BREATH) continue;
    since = 0;
    await breathe();
    signal.throwIfAborted();
  }
  return found;
}
