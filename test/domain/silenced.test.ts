import { describe, expect, it } from 'vitest';
import { decideSilenced, type SilencesLook, type Watched } from '../../src/domain/silenced.ts';

const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 22, 3, minutes));
const LOOK = 10;

/** `{a: ['s1']}`: the alert a fires there and is silenced by s1. Silences end at their number times ten minutes past the look. */
function look(by: Readonly<Record<string, readonly string[]>>): SilencesLook {
  const ids = ['s1', 's2', 's3'];
  return {
    at: at(LOOK),
    present: new Set(Object.keys(by)),
    silences: new Map(ids.map((id, i) => [id, { id, endsAt: at(LOOK + (i + 1) * 10) }])),
    silencedBy: new Map(Object.entries(by)),
  };
}

function watched(more: Partial<Watched> & { readonly fires?: readonly string[] } = {}): Watched {
  const { fires = ['a', 'b'], ...rest } = more;
  const firing = fires.map((fingerprint) => ({ fingerprint, changedAt: at(0) }));
  const base = { state: 'open' as const, since: at(0), silenced: false, snoozedUntil: null, known: new Set<string>() };
  return { ...base, firing, ...rest };
}

const asleep = (until: number, known: readonly string[]) =>
  ({ state: 'snoozed', silenced: true, snoozedUntil: at(until), known: new Set(known) }) as const;

describe('what silences make of an incident', () => {
  it.each([
    ['nothing is silenced', watched(), { a: [], b: [] }, { seen: [] }],
    ['one of two alerts is', watched(), { a: ['s1'], b: [] }, { seen: ['s1'] }],
    [
      'both are: until the first of them is not',
      watched(),
      { a: ['s1'], b: ['s2'] },
      { seen: ['s1', 's2'], snoozeUntil: at(20) },
    ],
    [
      'of two for one alert the longer counts',
      watched(),
      { a: ['s1', 's3'], b: ['s2'] },
      { seen: ['s1', 's3', 's2'], snoozeUntil: at(30) },
    ],
    [
      'acknowledged ones sleep too',
      watched({ state: 'acknowledged' }),
      { a: ['s1'], b: ['s1'] },
      { seen: ['s1'], snoozeUntil: at(20) },
    ],
    [
      'one that somebody woke is left awake',
      watched({ known: new Set(['s1']) }),
      { a: ['s1'], b: ['s1'] },
      { seen: [] },
    ],
    [
      'one that somebody snoozed for longer keeps that',
      watched({ state: 'snoozed', snoozedUntil: at(90) }),
      { a: ['s1'], b: ['s1'] },
      { seen: ['s1'] },
    ],
    [
      'one that somebody snoozed for less sleeps longer',
      watched({ state: 'snoozed', snoozedUntil: at(15) }),
      { a: ['s1'], b: ['s1'] },
      { seen: ['s1'], snoozeUntil: at(20) },
    ],
    ['asleep, and nothing has changed', watched(asleep(20, ['s1'])), { a: ['s1'], b: ['s1'] }, { seen: [] }],
    [
      'asleep, and the silence ends at another time',
      watched(asleep(99, ['s1'])),
      { a: ['s1'], b: ['s1'] },
      { seen: [], moveTo: at(20) },
    ],
    ['asleep, and it was ended', watched(asleep(20, ['s1'])), { a: [], b: [] }, { seen: [], wake: true }],
    [
      'asleep, and an alert joined that it does not hold for',
      watched(asleep(20, ['s1'])),
      { a: ['s1'], b: [] },
      { seen: [], wake: true },
    ],
    [
      'asleep, and an alert has gone, which is no reason to call',
      watched(asleep(20, ['s1'])),
      { a: ['s1'] },
      { seen: [] },
    ],
    ['asleep, and all have gone', watched(asleep(20, ['s1'])), {}, { seen: [] }],
    ['resolved', watched({ state: 'resolved' }), { a: ['s1'], b: ['s1'] }, { seen: [] }],
    ['it changed after the look', watched({ ...asleep(20, ['s1']), since: at(11) }), { a: [], b: [] }, { seen: [] }],
  ])('%s', (_what, one, by, decision) => {
    expect(decideSilenced(one, look(by))).toEqual(decision);
  });

  it('an alert that changed after the look is left to the next one', () => {
    const one = watched(asleep(20, ['s1']));
    const firing = one.firing.map((alert) => ({ ...alert, changedAt: at(11) }));
    expect(decideSilenced({ ...one, firing }, look({ a: [], b: [] }))).toEqual({ seen: [] });
  });
});
