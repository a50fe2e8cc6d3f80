import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { snoozeEnd } from '../../src/domain/snooze.ts';

const ends = (length: Parameters<typeof snoozeEnd>[0], at: string, zone = 'Asia/Tokyo'): string =>
  snoozeEnd(length, new Date(at), zone).toISOString();

describe('the end of a snooze', () => {
  test('in hours is by the clock that runs, not by the one on the wall', () => {
    expect(ends('1h', '2026-03-29T00:30:00Z', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
    expect(ends('4h', '2026-03-29T00:30:00Z', 'Europe/Berlin')).toBe('2026-03-29T04:30:00.000Z');
  });

  test('in the morning is the next 9:00 of the team', () => {
    expect(ends('morning', '2026-11-22T18:00:00Z')).toBe('2026-11-23T00:00:00.000Z'); // 03:00 in Tokyo
    expect(ends('morning', '2026-11-22T03:00:00Z')).toBe('2026-11-23T00:00:00.000Z'); // noon
    expect(ends('morning', '2026-11-22T23:30:00Z')).toBe('2026-11-24T00:00:00.000Z'); // 08:30 is morning already
  });

  test('follows the zone when its clocks are set', () => {
    expect(ends('morning', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T07:00:00.000Z');
    expect(ends('morning', '2026-03-27T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-28T08:00:00.000Z');
  });

  test('is always 9:00 there, an hour to 25 hours and a clock change away', () => {
    const at = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    const zone = fc.constantFrom('Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC');
    fc.assert(
      fc.property(at, zone, (now, where) => {
        const end = snoozeEnd('morning', now, where);
        const local = Temporal.Instant.fromEpochMilliseconds(end.getTime()).toZonedDateTimeISO(where);
        expect(local.toPlainTime().toString()).toBe('09:00:00');
        const hours = (end.getTime() - now.getTime()) / 3_600_000;
        expect(hours).toBeGreaterThanOrEqual(1);
        expect(hours).toBeLessThanOrEqual(26);
      }),
    );
  });
});
