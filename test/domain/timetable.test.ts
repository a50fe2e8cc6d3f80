import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { lastTime, nextTime, timesBetween, timesProblem } from '../../src/domain/timetable.ts';

const MINUTE = 60_000;

/** What comes after this moment, as the clock of UTC shows it. */
const next = (at: string, zone: string, after: string, count = 1): readonly (string | undefined)[] => {
  const found: (string | undefined)[] = [];
  let from = new Date(after);
  for (let i = 0; i < count; i += 1) {
    const time = nextTime({ at, zone }, from);
    found.push(time?.toISOString().slice(0, 16));
    if (!time) break;
    from = time;
  }
  return found;
};

describe('the times of an entry', () => {
  it('are those of its zone, not of the machine', () => {
    expect(next('0 20 * * 1-5', 'Asia/Tokyo', '2026-11-20T11:00:00Z', 2)).toEqual([
      '2026-11-23T11:00',
      '2026-11-24T11:00',
    ]);
    expect(next('0 20 * * 1-5', 'Asia/Tokyo', '2026-11-20T10:59:59.999Z')).toEqual(['2026-11-20T11:00']);
    expect(next('30 7 1 * *', 'Asia/Kolkata', '2026-11-20T00:00:00Z')).toEqual(['2026-12-01T02:00']);
  });

  it.each([
    // Spring: 02:00 becomes 03:00.
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', ['2026-03-08T07:00', '2026-03-09T06:30']],
    [
      '*/15 * * * *',
      'America/New_York',
      '2026-03-08T06:30:00Z',
      ['2026-03-08T06:45', '2026-03-08T07:00', '2026-03-08T07:15'],
    ],
    ['0 3 * * *', 'America/New_York', '2026-03-07T12:00:00Z', ['2026-03-08T07:00', '2026-03-09T07:00']],
    // Autumn: 01:00 to 02:00 comes twice.
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', ['2026-11-01T05:30', '2026-11-02T06:30']],
    ['0 * * * *', 'America/New_York', '2026-11-01T04:30:00Z', ['2026-11-01T05:00', '2026-11-01T07:00']],
    // Asked in the hour that is shown again.
    ['*/30 * * * *', 'America/New_York', '2026-11-01T06:15:00Z', ['2026-11-01T07:00', '2026-11-01T07:30']],
    // Where midnight is skipped.
    ['0 0 * * *', 'Africa/Cairo', '2026-04-23T12:00:00Z', ['2026-04-23T22:00', '2026-04-24T21:00']],
    // By half an hour.
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', ['2026-10-03T15:30', '2026-10-04T15:15']],
  ])('%s in %s come once where clocks change', (at, zone, after, expected) => {
    expect(next(at, zone, after, expected.length)).toEqual(expected);
  });

  it('end where none comes', () => expect(nextTime({ at: '0 0 30 2 *', zone: 'UTC' }, new Date(0))).toBeUndefined());

  it.each([
    ['0 20 * * 1-5', undefined],
    ['*/5 * * * *', undefined],
    ['0 0 1 1 *', undefined],
    ['0 20 * * mon-fri', undefined],
    ['*/4 * * * *', 'too-often'],
    ['0,3 20 * * *', 'too-often'],
    ['58 23,0 * * *', undefined],
    ['0 0 30 2 *', 'never'],
    ['0 25 * * *', 'unreadable'],
    ['at eight', 'unreadable'],
    ['0 0 20 * * 1-5', 'unreadable'],
    ['@daily', 'unreadable'],
    ['', 'unreadable'],
  ])('of %j: %s', (at, problem) => expect(timesProblem(at)).toBe(problem));
});

const zone = fc.constantFrom(
  'America/New_York',
  'Europe/London',
  'Africa/Cairo',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Tokyo',
);
const moment = fc.integer({ min: Date.UTC(2024, 0, 1) / MINUTE, max: Date.UTC(2029, 0, 1) / MINUTE });
const daily = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });

describe('whatever the clock does', () => {
  it('what is meant for each day comes once on each, when the clock first shows it or has left it behind', () => {
    fc.assert(
      fc.property(zone, moment, daily, (zone, start, { hour, minute }) => {
        // Around a change of the clock, where there is one.
        const from = Temporal.Instant.fromEpochMilliseconds(start * MINUTE).toZonedDateTimeISO(zone);
        const change = from.getTimeZoneTransition('next') ?? from;
        const first = change.toPlainDate().subtract({ days: 1 });
        const before = first.toZonedDateTime(zone).epochMilliseconds - 1;
        const days = [0, 1, 2].map((days) => first.add({ days }));
        const until = first.add({ days: 3 }).toZonedDateTime(zone).epochMilliseconds - 1;
        const times = timesBetween({ at: `${minute} ${hour} * * *`, zone }, new Date(before), new Date(until));
        const wanted = days.map((day) => firstShown(day.toPlainDateTime({ hour, minute }), zone));
        expect(times.map((time) => time.getTime())).toEqual(wanted);
      }),
      { numRuns: 15 },
    );
  });

  it('a stretch of time has the times of its parts, each once, in order', () => {
    const at = fc.constantFrom('*/15 * * * *', '0 * * * *', '30 1,2 * * *', '5 0 * * 0', '0 0 1 * *');
    const stretch = fc.integer({ min: 1, max: 3 * 1440 });
    fc.assert(
      fc.property(zone, at, moment, stretch, stretch, (zone, at, start, first, second) => {
        const [a, b, c] = [start, start + first, start + first + second].map((minute) => new Date(minute * MINUTE));
        const times = { at, zone };
        const all = timesBetween(times, a!, c!);
        expect([...timesBetween(times, a!, b!), ...timesBetween(times, b!, c!)]).toEqual(all);
        expect([...new Set(all.map(Number))].toSorted((x, y) => x - y)).toEqual(all.map(Number));
        expect(all.every((time) => time > a! && time <= c!)).toBe(true);
        expect(lastTime(times, a!, c!)).toEqual(all.at(-1));
        expect(timesBetween(times, a!, c!, 3)).toEqual(all.slice(0, 3));
      }),
      { numRuns: 20 },
    );
  });
});

/** By looking at the clock minute by minute: the first at which it shows this or later. */
function firstShown(local: Temporal.PlainDateTime, zone: string): number {
  const utc = local.toZonedDateTime('UTC').epochMilliseconds;
  for (let at = utc - 15 * 60 * MINUTE; ; at += MINUTE) {
    const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
    if (Temporal.PlainDateTime.compare(shown, local) >= 0) return at;
  }
}
