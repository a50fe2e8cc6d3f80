import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Freeze, frozen, type Span } from '../../src/domain/freeze.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY_MINUTES = 24 * 60;
const ZONES = ['UTC', 'Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/St_Johns'];

/** Another reader of clocks than the one under test: what a wall in this zone shows, as if it were UTC. */
function wall(at: number, zone: string): Date {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  const p = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return new Date(Date.UTC(p['year']!, p['month']! - 1, p['day'], p['hour'], p['minute'], p['second']));
}

const weekMinute = (clock: Date): number =>
  ((clock.getUTCDay() + 6) % 7) * DAY_MINUTES + clock.getUTCHours() * 60 + clock.getUTCMinutes();

/** Does the clock on the wall stand within the window? */
function shown(span: Span, at: number, zone: string): boolean {
  const clock = wall(at, zone);
  if (span.every === 'never') {
    const text = clock.toISOString().slice(0, 16);
    return span.from <= text && text < span.to;
  }
  const now = weekMinute(clock) % (span.every === 'week' ? 7 * DAY_MINUTES : DAY_MINUTES);
  return span.from < span.to ? span.from <= now && now < span.to : now >= span.from || now < span.to;
}

/** Clocks change within a day of this moment. */
function nearChange(at: number, zone: string): boolean {
  const offset = (t: number): number => wall(t, zone).getTime() - Math.floor(t / 1000) * 1000;
  return offset(at - 26 * HOUR) !== offset(at + 26 * HOUR);
}

const zone = fc.constantFrom(...ZONES);
const moment = fc
  .oneof(
    fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) }),
    // Around the changes of the clocks of 2026, to the minute.
    fc
      .tuple(
        fc.constantFrom(
          Date.UTC(2026, 2, 8, 7),
          Date.UTC(2026, 2, 29, 1),
          Date.UTC(2026, 9, 25, 1),
          Date.UTC(2026, 10, 1, 6),
          Date.UTC(2026, 3, 4, 15),
          Date.UTC(2026, 9, 3, 15, 30),
        ),
        fc.integer({ min: -5 * 60, max: 5 * 60 }),
      )
      .map(([at, minutes]) => at + minutes * MINUTE),
  )
  .map((at) => Math.floor(at / 1000) * 1000);
const span = (days: number, every: 'week' | 'day'): fc.Arbitrary<Span> =>
  fc
    .tuple(fc.integer({ min: 0, max: days * DAY_MINUTES - 1 }), fc.integer({ min: 0, max: days * DAY_MINUTES - 1 }))
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => ({ every, from, to }));
const once: fc.Arbitrary<Span> = fc
  .tuple(moment, fc.integer({ min: 1, max: 20 * DAY_MINUTES }))
  .map(([at, minutes]) => ({
    every: 'never',
    from: new Date(at).toISOString().slice(0, 16),
    to: new Date(at + minutes * MINUTE).toISOString().slice(0, 16),
  }));
const anySpan = fc.oneof(span(7, 'week'), span(1, 'day'), once);
const one = (s: Span, z: string): readonly Freeze[] => [{ name: 'window', zone: z, spans: [s] }];

describe('a freeze', () => {
  it('holds whenever the clock on the wall stands within its window', () => {
    fc.assert(
      fc.property(anySpan, zone, moment, (s, z, at) => {
        if (shown(s, at, z)) expect(frozen(one(s, z), new Date(at))).toMatchObject({ name: 'window' });
      }),
      { numRuns: 1_500 },
    );
  });

  it('holds at no other time, but where clocks are set meanwhile', () => {
    fc.assert(
      fc.property(anySpan, zone, moment, (s, z, at) => {
        const held = frozen(one(s, z), new Date(at));
        if (held && !shown(s, at, z)) expect(nearChange(at, z)).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  });

  it('ends when it says so: frozen up to the moment, not at it, and not torn in between', () => {
    fc.assert(
      fc.property(
        fc.array(anySpan, { minLength: 1, maxLength: 3 }),
        zone,
        moment,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, z, at, part) => {
          const freezes = all.map((s, i) => ({ name: `w${i}`, zone: z, spans: [s] }));
          const until = frozen(freezes, new Date(at))?.until?.getTime();
          if (until === undefined) return;
          expect(until).toBeGreaterThan(at);
          expect(frozen(freezes, new Date(until))).toBeUndefined();
          expect(frozen(freezes, new Date(until - 1))?.until?.getTime()).toBe(until);
          expect(frozen(freezes, new Date(at + Math.floor((until - at - 1) * part)))?.until?.getTime()).toBe(until);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('clocks that are set', () => {
  const night: Span = { every: 'day', from: 2 * 60 + 30, to: 3 * 60 + 30 };
  const berlin = (s: Span, at: string) => frozen(one(s, 'Europe/Berlin'), new Date(at));

  it('skip the start: it begins with the moment that skips it', () => {
    expect(berlin(night, '2026-03-29T00:59:59Z')).toBeUndefined();
    expect(berlin(night, '2026-03-29T01:00:00Z')).toEqual({ name: 'window', until: new Date('2026-03-29T01:30:00Z') });
    expect(berlin(night, '2026-03-29T01:30:00Z')).toBeUndefined();
  });

  it('go back: it begins the first time and ends the last', () => {
    expect(berlin(night, '2026-10-25T00:29:59Z')).toBeUndefined();
    expect(berlin(night, '2026-10-25T00:30:00Z')?.until).toEqual(new Date('2026-10-25T02:30:00Z'));
    const early: Span = { every: 'day', from: 60, to: 2 * 60 + 30 };
    expect(berlin(early, '2026-10-25T01:15:00Z')?.until).toEqual(new Date('2026-10-25T01:30:00Z'));
  });

  it('leave other zones alone', () => {
    const s: Span = { every: 'never', from: '2026-12-28T18:00', to: '2027-01-04T09:00' };
    expect(frozen(one(s, 'Asia/Tokyo'), new Date('2026-12-28T08:59:59Z'))).toBeUndefined();
    expect(frozen(one(s, 'Asia/Tokyo'), new Date('2026-12-28T09:00:00Z'))?.until).toEqual(
      new Date('2027-01-04T00:00:00Z'),
    );
  });
});

it('windows that never leave a gap have no end', () => {
  const freezes: readonly Freeze[] = [
    { name: 'days', zone: 'UTC', spans: [{ every: 'day', from: 0, to: 12 * 60 }] },
    { name: 'nights', zone: 'UTC', spans: [{ every: 'day', from: 12 * 60, to: 0 }] },
  ];
  expect(frozen(freezes, new Date('2026-05-05T03:00:00Z'))).toEqual({ name: 'days' });
});
