import { Temporal } from 'temporal-polyfill';

/** For how long an incident can be snoozed, as buttons carry it. `morning`: until the next 9:00 of the team's zone. */
export const SNOOZES = ['1h', '4h', 'morning'] as const;

export type SnoozeFor = (typeof SNOOZES)[number];

const HOUR_MS = 3_600_000;
const MORNING = 9;
/** A morning that is nearer than this is over before anybody sleeps. */
const LEAST_MS = HOUR_MS;

/** Monday is 0. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export function weekdayOf(at: Date, zone: string): Weekday {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  return (local.dayOfWeek - 1) as Weekday;
}

/** When a snooze of this length ends that begins now. `zone`: IANA, such as Asia/Tokyo. */
export function snoozeEnd(length: SnoozeFor, now: Date, zone: string): Date {
  if (length !== 'morning') return new Date(now.getTime() + (length === '1h' ? 1 : 4) * HOUR_MS);
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime() + LEAST_MS).toZonedDateTimeISO(zone);
  const today = local
    .toPlainDate()
    .toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from({ hour: MORNING }) });
  const morning =
    Temporal.ZonedDateTime.compare(today, local) >= 0
      ? today
      : local
          .toPlainDate()
          .add({ days: 1 })
          .toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from({ hour: MORNING }) });
  return new Date(morning.epochMilliseconds);
}
