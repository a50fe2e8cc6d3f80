import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert, Notification } from '../../src/domain/alert.ts';
import { type Decision, decide, type Episode, type EpisodeIncident, fireDoubted } from '../../src/domain/episode.ts';
import type { AlertRecord, EpisodeRules } from '../../src/domain/episode-alerts.ts';

const T0 = Date.parse('2026-11-21T00:00:00Z');
const at = (seconds: number): Date => new Date(T0 + seconds * 1000);
const rules: EpisodeRules = {
  severityOf: (a) => (a.labels['severity'] === 'critical' ? 'critical' : 'medium'),
  reopenWindowMs: 900_000,
  hasApi: false,
};

const alert = (fingerprint: string, status: 'firing' | 'resolved', startsAt = 0, severity = 'medium'): Alert => ({
  fingerprint,
  status,
  labels: { alertname: 'X', pod: fingerprint, severity },
  annotations: {},
  startsAt: at(startsAt),
  ...(status === 'resolved' && { endsAt: at(startsAt + 1) }),
});

const body = (alerts: readonly Alert[], truncatedAlerts = 0): Notification => ({
  source: 's',
  groupKey: 'g',
  receiver: 'r',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  routeLabels: {},
  alerts,
  truncatedAlerts,
  repairs: [],
});

/** What the store would hold after a decision. */
function following(current: Episode | undefined, decision: Decision, now: Date): Episode | undefined {
  if (decision.kind === 'none') return current;
  if (decision.kind === 'open') {
    const incident: EpisodeIncident = {
      state: decision.state,
      severity: decision.severity,
      peakSeverity: decision.severity,
      refires: [],
      truncated: 0,
      ...(decision.state === 'resolved' && { resolvedAt: now }),
    };
    return { incident, alerts: new Map(decision.alerts.map((a) => [a.fingerprint, a])) };
  }
  return {
    incident: decision.incident,
    alerts: new Map([
      ...(current?.alerts ?? []),
      ...decision.alerts.map((a): [string, AlertRecord] => [a.fingerprint, a]),
    ]),
  };
}

function play(...steps: readonly (readonly [number, Notification])[]): {
  episode: Episode | undefined;
  outcomes: string[];
} {
  let episode: Episode | undefined;
  const outcomes: string[] = [];
  for (const [seconds, n] of steps) {
    const decision = decide(episode, n, rules, at(seconds));
    outcomes.push(decision.outcome);
    episode = following(episode, decision, at(seconds));
  }
  return { episode, outcomes };
}

/** As a person's resolve leaves it: what fires is held. */
function resolvedByPerson(episode: Episode, now: Date): Episode {
  return {
    incident: { ...episode.incident, state: 'resolved', resolvedBy: 'U1', resolvedAt: now },
    alerts: new Map([...episode.alerts].map(([fp, a]) => [fp, { ...a, held: a.status === 'firing' }])),
  };
}

describe('what a notification changes', () => {
  test('a repeat, a retry and an HA copy change nothing', () => {
    const fires = body([alert('a', 'firing')]);
    expect(play([0, fires], [1, fires], [600, fires]).outcomes).toEqual(['opened', 'unchanged', 'unchanged']);
  });

  test('an alert that is absent from a body is unchanged', () => {
    const { episode, outcomes } = play(
      [0, body([alert('a', 'firing'), alert('b', 'firing')])],
      [1, body([alert('a', 'resolved')])],
    );
    expect(outcomes).toEqual(['opened', 'changed']);
    expect(episode!.incident.state).toBe('open');
  });

  test('a first body that is all resolved makes a resolved incident that pages nobody', () => {
    expect(decide(undefined, body([alert('a', 'resolved')]), rules, at(5))).toMatchObject({
      kind: 'open',
      state: 'resolved',
    });
  });

  test('a truncated body never resolves', () => {
    const { episode } = play([0, body([alert('a', 'firing')])], [1, body([alert('a', 'resolved')], 2)]);
    expect(episode!.incident.state).toBe('open');
    expect(decide(undefined, body([alert('a', 'resolved')], 7), rules, at(5))).toMatchObject({
      kind: 'open',
      state: 'open',
    });
  });

  test('a late resolve of an earlier firing is ignored', () => {
    const { outcomes, episode } = play([0, body([alert('a', 'firing', 10)])], [20, body([alert('a', 'resolved', 5)])]);
    expect(outcomes).toEqual(['opened', 'ignored']);
    expect(episode!.incident.state).toBe('open');
  });

  test('fires again within the window: reopened; later: a new incident', () => {
    const steps = [
      [0, body([alert('a', 'firing')])],
      [10, body([alert('a', 'resolved')])],
    ] as const;
    expect(play(...steps, [100, body([alert('a', 'firing', 90)])]).outcomes.at(-1)).toBe('reopened');
    expect(play(...steps, [1000, body([alert('a', 'firing', 990)])]).outcomes.at(-1)).toBe('opened');
  });

  test('reopened, it has neither the end nor the resolver of before; its next end is its own', () => {
    const steps = [
      [0, body([alert('a', 'firing')])],
      [10, body([alert('a', 'resolved')])],
      [100, body([alert('a', 'firing', 90)])],
    ] as const;
    const open = { state: 'open', severity: 'medium', peakSeverity: 'medium', refires: [at(100)], truncated: 0 };
    expect(play(...steps).episode!.incident).toEqual(open);
    const ended = play(...steps, [200, body([alert('a', 'resolved', 90)])]).episode!;
    expect(ended.incident).toEqual({ ...open, state: 'resolved', resolvedAt: at(200) });

    const byPerson = resolvedByPerson(play(steps[0]).episode!, at(10));
    const again = following(byPerson, decide(byPerson, body([alert('a', 'firing', 15)]), rules, at(16)), at(16))!;
    expect(again.incident).toEqual({ ...open, refires: [at(16)] });
    const cleared = decide(again, body([alert('a', 'resolved', 15)]), rules, at(50));
    expect(cleared).toMatchObject({ outcome: 'resolved', incident: { resolvedAt: at(50) } });
    expect(cleared).not.toHaveProperty('incident.resolvedBy');
  });

  test('from the third re-fire in an hour it flaps and pings nobody', () => {
    const cycle = (n: number) =>
      [
        [n * 100, body([alert('a', 'firing', n * 100)])],
        [n * 100 + 50, body([alert('a', 'resolved', n * 100)])],
      ] as const;
    const { episode } = play(...cycle(0), ...cycle(1), ...cycle(2));
    const third = decide(episode, body([alert('a', 'firing', 300)]), rules, at(300));
    expect(third).toMatchObject({
      outcome: 'reopened',
      effects: [{ do: 'show' }],
      lines: [{ kind: 'flapping', count: 3 }],
    });
  });

  test('the same startsAt after a resolve is in doubt for a minute, then it fires', () => {
    const copy = body([alert('a', 'firing')]);
    const { episode } = play([0, copy], [10, body([alert('a', 'resolved')])]);
    const doubted = decide(episode, copy, rules, at(40));
    expect(doubted).toMatchObject({ outcome: 'in-doubt', alerts: [{ status: 'resolved', doubt: { due: at(70) } }] });
    expect(decide(episode, copy, rules, at(80))).toMatchObject({ outcome: 'reopened' });
    const settled = fireDoubted(following(episode, doubted, at(40))!, ['a'], rules, at(70));
    expect(settled).toMatchObject({ outcome: 'reopened', alerts: [{ status: 'firing' }] });
    expect(settled.kind === 'change' && settled.alerts[0]!.doubt).toBeUndefined();
  });

  test('with an API a doubt is asked at once', () => {
    const copy = body([alert('a', 'firing')]);
    const { episode } = play([0, copy], [10, body([alert('a', 'resolved')])]);
    expect(decide(episode, copy, { ...rules, hasApi: true }, at(500))).toMatchObject({
      outcome: 'in-doubt',
      alerts: [{ doubt: { due: at(500) } }],
    });
  });

  describe('after a person resolved while it fired', () => {
    const fires = body([alert('a', 'firing')]);
    const held = resolvedByPerson(play([0, fires]).episode!, at(10));

    test('its repeats change nothing', () => {
      expect(decide(held, fires, rules, at(20))).toMatchObject({ kind: 'none', outcome: 'held' });
    });
    test('an alert that was not held opens a new incident, and the held one stays held there', () => {
      const out = decide(held, body([alert('a', 'firing'), alert('b', 'firing')]), rules, at(20));
      expect(out).toMatchObject({
        kind: 'open',
        alerts: [
          { fingerprint: 'b', held: false },
          { fingerprint: 'a', held: true },
        ],
      });
    });
    test('a held one that cleared and fires anew reopens', () => {
      const cleared = following(held, decide(held, body([alert('a', 'resolved')]), rules, at(20)), at(20));
      expect(decide(cleared, body([alert('a', 'firing', 30)]), rules, at(31))).toMatchObject({ outcome: 'reopened' });
    });
    test('a held one with a newer startsAt must have cleared: it reopens', () => {
      expect(decide(held, body([alert('a', 'firing', 15)]), rules, at(16))).toMatchObject({ outcome: 'reopened' });
    });
  });

  test('whatever comes in whatever order: deciding twice changes nothing more, and resolved means nothing fires', () => {
    const anyAlert = fc.record({
      fp: fc.constantFrom('a', 'b', 'c'),
      status: fc.constantFrom('firing' as const, 'resolved' as const),
      start: fc.integer({ min: 0, max: 5 }),
    });
    const anyBody = fc.uniqueArray(anyAlert, { selector: (a) => a.fp, minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), anyBody), { maxLength: 12 }), (steps) => {
        let episode: Episode | undefined;
        let now = 0;
        for (const [wait, alerts] of steps) {
          now += wait;
          const n = body(alerts.map((a) => alert(a.fp, a.status, a.start)));
          const decision = decide(episode, n, rules, at(now));
          episode = following(episode, decision, at(now));
          const again = decide(episode, n, rules, at(now));
          expect(['none', 'change']).toContain(again.kind);
          if (again.kind === 'change') {
            expect(again.effects.filter((e) => e.do !== 'show')).toEqual([]);
            expect(again.lines).toEqual([]);
          }
          const firing = [...episode!.alerts.values()].filter((a) => a.status === 'firing' && !a.held);
          expect(episode!.incident.state === 'resolved').toBe(firing.length === 0);
        }
      }),
      { numRuns: 400 },
    );
  });
});
