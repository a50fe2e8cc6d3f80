import { Temporal } from 'temporal-polyfill';
import { firstMoment, lastMoment } from './local-time.ts';

/**
 * Times in which nothing is changed, in the clock time of a zone. What clocks do meanwhile neither opens a window nor tears it:
 * it begins when the clock first shows its start or later, and ends when the clock last leaves its end behind.
 */
export interface Freeze {
  readonly name: string;
  /** IANA: `Asia/Tokyo`. */
  readonly zone: string;
  readonly spans: readonly Span[];
}

export type Span =
  /** Local date-times: `2026-12-28T18:00`. */
  | { readonly every: 'never'; readonly from: string; readonly to: string }
  /** Minutes from Monday 00:00; an end that is not after the start is in the next week. */
  | { readonly every: 'week'; readonly from: number; readonly to: number }
  /** Minutes from midnight; an end that is not after the start is on the next day. */
  | { readonly every: 'day'; readonly from: number; readonly to: number };

/** Days of a week's span, from Monday on. */
export const DAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export interface Frozen {
  /** Of the first freeze that holds. */
  readonly name: string;
  /** When nothing is frozen any more; absent: no end within sight. */
  readonly until?: Date;
}

/** Freezes may follow each other without a gap; so many are followed. */
const MOST_IN_A_ROW = 60;

/** Is this moment frozen, by what, and until when? */
export function frozen(freezes: readonly Freeze[], at: Date): Frozen | undefined {
  const first = holding(freezes, at.getTime());
  if (!first) return undefined;
  let { until } = first;
  for (let i = 0; i < MOST_IN_A_ROW; i += 1) {
    const next = holding(freezes, until);
    if (!next) return { name: first.name, until: new Date(until) };
    until = next.until;
  }
  return { name: first.name };
}

function holding(
  freezes: readonly Freeze[],
  at: number,
): { readonly name: string; readonly until: number } | undefined {
  const found = freezes.flatMap(({ name, zone, spans }) =>
    spans.flatMap((span) => {
      const ends = occurrences(span, zone, at).flatMap(([from, to]) => (from <= at && at < to ? [to] : []));
      return ends.length > 0 ? [{ name, until: Math.max(...ends) }] : [];
    }),
  );
  const [first] = found;
  return first && { name: first.name, until: Math.max(...found.map(({ until }) => until)) };
}

type Interval = readonly [from: number, to: number];

/** Those that may hold at this time, ms since the epoch. */
function occurrences(span: Span, zone: string, at: number): readonly Interval[] {
  if (span.every === 'never') {
    const [from, to] = [Temporal.PlainDateTime.from(span.from), Temporal.PlainDateTime.from(span.to)];
    return [[firstMoment(from, zone), lastMoment(to, zone)]];
  }
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const days = span.every === 'week' ? 7 : 1;
  const start = span.every === 'week' ? today.subtract({ days: today.dayOfWeek - 1 }) : today;
  const length = span.to > span.from ? 0 : days;
  return [-1, 0, 1].map((times): Interval => {
    const day = start.add({ days: times * days });
    return [
      firstMoment(minutesInto(day, span.from), zone),
      lastMoment(minutesInto(day.add({ days: length }), span.to), zone),
    ];
  });
}

function minutesInto(day: Temporal.PlainDate, minutes: number): Temporal.PlainDateTime {
  return day.toPlainDateTime().add({ minutes });
}
