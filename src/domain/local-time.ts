import type { Temporal } from 'temporal-polyfill';

/** The first moment at which a zone's clock shows this time, ms since the epoch; where it is skipped, the moment that skips it. */
export function firstMoment(local: Temporal.PlainDateTime, zone: string): number {
  const zoned = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  return (shows(zoned, local) ? zoned : (zoned.getTimeZoneTransition('next') ?? zoned)).epochMilliseconds;
}

/** The last such moment. */
export function lastMoment(local: Temporal.PlainDateTime, zone: string): number {
  const zoned = local.toZonedDateTime(zone, { disambiguation: 'later' });
  return shows(zoned, local) ? zoned.epochMilliseconds : firstMoment(local, zone);
}

function shows(zoned: Temporal.ZonedDateTime, local: Temporal.PlainDateTime): boolean {
  return zoned.toPlainDateTime().equals(local);
}
