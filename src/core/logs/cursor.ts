import { createHash } from 'node:crypto';
import type { TimedLine } from '../../domain/log-lines.ts';

/** How far one log has been read, so that the next look begins where the last one ended: no line twice, and none lost unnoticed. Pure. */

/** Kept in rows; times are ms since 1970, by the node's clock. */
export interface LogCursor {
  /** Lines later than this are told from each other; the log is asked for from the whole second before it. */
  readonly since: number;
  /** How many of the lines that were read are later than that, and a digest of their times and beginnings. */
  readonly seen: number;
  readonly mark: string;
  /** Of the newest line that was read. */
  readonly latest: number;
  /** It ended within a private key. */
  readonly inKey?: true;
}

/** Two streams of one container may be written down in another order than their times have. */
const OVERLAP_MS = 1_000;
const SECOND = 1_000;
/** Of a line: its end may still be written when it is read first. */
const BEGINNING = 80;

/** For a log of which nothing has been read: all from then on is new. */
export function cursorFrom(at: Date): LogCursor {
  return { since: at.getTime(), seen: 0, mark: markOf([]), latest: at.getTime() };
}

/** For a log that has begun anew since: what is later than the newest line that was read is new. */
export function cursorAnew({ latest }: LogCursor): LogCursor {
  return cursorFrom(new Date(latest));
}

/** What to ask a log for. */
export function askedFrom({ since }: LogCursor): Date {
  return new Date(Math.floor(since / SECOND) * SECOND);
}

/**
 * The lines that are new. `whole`: those that were read before are still there, in front of them; else the log has been rotated, cut or
 * begun anew by a restart, and the lines in between are not in it.
 * @param lines what the log has from `askedFrom` on
 */
export function linesAfter<L extends TimedLine>(
  lines: readonly L[],
  cursor: LogCursor,
): { readonly fresh: readonly L[]; readonly whole: boolean } {
  const later = lines.filter(({ at }) => at === undefined || at.getTime() > cursor.since);
  const before = later.filter(({ at }) => at !== undefined).slice(0, cursor.seen);
  const whole = before.length === cursor.seen && markOf(before) === cursor.mark;
  if (!whole) return { fresh: later.filter(({ at }) => at === undefined || at.getTime() > cursor.latest), whole };
  const last = before.at(-1);
  return { fresh: last ? later.slice(later.indexOf(last) + 1) : later, whole };
}

/** @param cut the log has older lines than these */
export function cursorAfter(
  lines: readonly TimedLine[],
  before: LogCursor | undefined,
  cut: boolean,
): LogCursor | undefined {
  const stamped = lines.filter(({ at }) => at !== undefined);
  const known = stamped.filter((line) => before === undefined || timeOf(line) > before.since);
  if (known.length === 0) return before;
  const latest = known.reduce((a, line) => Math.max(a, timeOf(line)), before?.latest ?? timeOf(known[0]!));
  const from = Math.max(latest - OVERLAP_MS, before?.since ?? 0);
  const since = cut ? Math.max(from, Math.min(timeOf(stamped[0]!), latest - 1)) : from;
  const later = known.filter((line) => timeOf(line) > since);
  return { since, seen: later.length, mark: markOf(later), latest };
}

function timeOf({ at }: Pick<TimedLine, 'at'>): number {
  return at?.getTime() ?? 0;
}

function markOf(lines: readonly TimedLine[]): string {
  const told = lines.map((line) => [timeOf(line), line.text.slice(0, BEGINNING)]);
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 16);
}
