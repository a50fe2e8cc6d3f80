import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import { firstMoment } from './local-time.ts';

/**
 * Times that come again and again, as the clock of a zone shows them. One that the clock skips comes when it jumps; one that it
 * shows twice comes the first time only. So what is meant for each day is done once on each.
 */
export interface Times {
  /** Five fields of cron: minute, hour, day of month, month, day of week. */
  readonly at: string;
  /** IANA: `Asia/Tokyo`. */
  readonly zone: string;
}

/** Times that were missed are counted no further than this. */
export const MISSED_MOST = 100;

const MINUTE_MS = 60_000;

/** Nothing comes oftener than this. */
export const OFTENEST_MS = 5 * 60_000;

export type TimesProblem = 'unreadable' | 'never' | 'too-often';

/** From here on an expression is tried out: one that is wrong is so at any time. */
const TRIED_FROM = Date.UTC(2026, 0, 1);
const TRIED = 50;

/** What is wrong with an expression; `undefined`: nothing. */
export function timesProblem(at: string): TimesProblem | undefined {
  try {
    if (at.trim().split(/\s+/).length !== 5) return 'unreadable';
    const found = clockOf(at).nextRuns(TRIED, new Date(TRIED_FROM));
    if (found.length === 0) return 'never';
    const gaps = found.slice(1).map((time, i) => time.getTime() - found[i]!.getTime());
    return gaps.some((gap) => gap < OFTENEST_MS) ? 'too-often' : undefined;
  } catch {
    return 'unreadable';
  }
}

/** The first one later than `after`; `undefined`: none comes any more. */
export function nextTime({ at, zone }: Times, after: Date): Date | undefined {
  return nextOf(clockOf(at), zone, after);
}

function nextOf(clock: Cron, zone: string, after: Date): Date | undefined {
  let local = localOf(after, zone);
  for (;;) {
    const next = clock.nextRun(local);
    if (!next) return undefined;
    const moment = firstMoment(plainOf(next), zone);
    // The clock has shown it before, or jumped over it together with one that has come.
    if (moment > after.getTime()) return new Date(moment);
    local = next;
  }
}

/** Those later than `after` and not later than `until`, oldest first, and no more than `most`. */
export function timesBetween({ at, zone }: Times, after: Date, until: Date, most = Infinity): readonly Date[] {
  const clock = clockOf(at);
  const found: Date[] = [];
  let next = nextOf(clock, zone, after);
  while (next && next <= until && found.length < most) {
    found.push(next);
    next = nextOf(clock, zone, next);
  }
  return found;
}

/** The newest that is later than `after` and not later than `until`; in some twenty steps, however many there are. */
export function lastTime({ at, zone }: Times, after: Date, until: Date): Date | undefined {
  const clock = clockOf(at);
  let newest: Date | undefined;
  let from = after.getTime();
  let to = until.getTime();
  // None comes after `to`; and none comes sooner than a minute after another.
  for (let middle = from; to - from >= MINUTE_MS || !newest; middle = Math.floor((from + to) / 2)) {
    const next = nextOf(clock, zone, new Date(middle));
    if (next && next <= until) {
      newest = next;
      from = next.getTime();
    } else if (middle === from) return newest;
    else to = middle;
  }
  return newest;
}

/** `2026-11-24T20:00`, as the clock of the zone shows it. */
export function timeName(at: Date, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDateTime();
  return local.toString({ smallestUnit: 'minute' });
}

/** Works on what a clock shows, kept as if it were UTC: what the zone does is decided here, not by the library. */
function clockOf(at: string): Cron {
  return new Cron(at, { timezone: 'UTC', mode: '5-part', paused: true });
}

function localOf(moment: Date, zone: string): Date {
  const local = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(zone).toPlainDateTime();
  return new Date(local.toZonedDateTime('UTC').epochMilliseconds);
}

function plainOf(local: Date): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(local.getTime()).toZonedDateTimeISO('UTC').toPlainDateTime();
}
