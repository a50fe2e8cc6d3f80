import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IncidentCore, type IncidentEvent, transition } from '../../src/domain/incident.ts';
import { compareSeverity, SEVERITIES } from '../../src/domain/severity.ts';

const severity = fc.constantFrom(...SEVERITIES);
const event: fc.Arbitrary<IncidentEvent> = fc.oneof(
  fc.record({ kind: fc.constant('refired' as const), severity, flapping: fc.boolean() }),
  fc.record({ kind: fc.constant('joined' as const), severity }),
  fc.record({ kind: fc.constant('acked' as const), by: fc.constantFrom('U1', 'U2') }),
  fc.record({ kind: fc.constant('unacked' as const), by: fc.constant('U1') }),
  fc.record({ kind: fc.constant('reopened-by' as const), by: fc.constant('U1'), severity }),
  fc.record({ kind: fc.constant('ack-timed-out' as const) }),
  fc.record({ kind: fc.constant('snoozed' as const), by: fc.constant('U1'), until: fc.date({ noInvalidDate: true }) }),
  fc.record({ kind: fc.constant('snooze-ended' as const) }),
  fc.record({ kind: fc.constant('silence-ended' as const) }),
  fc.record({ kind: fc.constant('unsnoozed' as const), by: fc.constant('U1') }),
  fc.record({ kind: fc.constant('assigned' as const), by: fc.constant('U1'), to: fc.constantFrom('U2', 'U3') }),
  fc.record({ kind: fc.constant('resolved-by' as const), by: fc.constant('U1') }),
  fc.record({ kind: fc.constant('cleared' as const) }),
);

const start: IncidentCore = { state: 'open', severity: 'medium', peakSeverity: 'medium' };

describe('the incident, whatever happens to it', () => {
  test('keeps its promises over any sequence of events', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let paging = true;
        let now = start;
        for (const e of events) {
          const out = transition(now, e);
          expect(transition(now, e)).toEqual(out);
          if (out.kind === 'ignored') continue;
          for (const effect of out.effects) {
            if (effect.do === 'page') paging = true;
            if (effect.do === 'stop-paging') paging = false;
          }
          now = out.to;
          // Whoever has it is known, and only then; nothing pages while somebody has it or it is over.
          expect(now.ackedBy !== undefined).toBe(now.state === 'acknowledged');
          if (now.state !== 'open') expect(paging).toBe(false);
          expect(compareSeverity(now.peakSeverity, now.severity)).toBeGreaterThanOrEqual(0);
          expect(out.effects.some((x) => x.do === 'show')).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('acknowledging never beats a resolve', () => {
    const resolved: IncidentCore = { ...start, state: 'resolved' };
    expect(transition(resolved, { kind: 'acked', by: 'U1' })).toEqual({
      kind: 'ignored',
      reason: 'resolved does not accept acked',
    });
  });

  test('a newcomer above what was acknowledged takes the acknowledgement away and pages; one below does not', () => {
    const acked = transition(start, { kind: 'acked', by: 'U1' });
    if (acked.kind !== 'moved') throw new Error('not acked');
    expect(transition(acked.to, { kind: 'joined', severity: 'critical' })).toMatchObject({
      to: { state: 'open', peakSeverity: 'critical' },
      effects: [{ do: 'show' }, { do: 'page', why: 'rose' }],
    });
    expect(transition(acked.to, { kind: 'joined', severity: 'medium' })).toMatchObject({
      to: { state: 'acknowledged' },
      effects: [{ do: 'show' }],
    });
  });

  test('a fall and a rise back to the peak page nobody', () => {
    const fell = transition(
      { ...start, severity: 'critical', peakSeverity: 'critical' },
      { kind: 'joined', severity: 'low' },
    );
    if (fell.kind !== 'moved') throw new Error('not moved');
    expect(fell.to).toMatchObject({ severity: 'low', peakSeverity: 'critical' });
    expect(transition(fell.to, { kind: 'joined', severity: 'critical' })).toMatchObject({ effects: [{ do: 'show' }] });
  });

  test('a snooze keeps the peak that it was snoozed at: only what is above it wakes', () => {
    const fell = { ...start, severity: 'low', peakSeverity: 'critical' } as const;
    const out = transition(fell, { kind: 'snoozed', by: 'U1', until: new Date(0) });
    if (out.kind !== 'moved') throw new Error('not snoozed');
    expect(transition(out.to, { kind: 'joined', severity: 'low' })).toMatchObject({ to: { state: 'snoozed' } });
    expect(transition(out.to, { kind: 'joined', severity: 'medium' })).toMatchObject({
      to: { state: 'open' },
      effects: [{ do: 'show' }, { do: 'page', why: 'rose' }],
    });
  });

  test('assigning calls and silences nobody; who has it hands it over', () => {
    const to = { kind: 'assigned', by: 'U1', to: 'U2' } as const;
    expect(transition(start, to)).toEqual({ kind: 'moved', to: start, effects: [{ do: 'show' }] });
    const acked = transition(start, { kind: 'acked', by: 'U1' });
    if (acked.kind !== 'moved') throw new Error('not acked');
    expect(transition(acked.to, to)).toMatchObject({ to: { state: 'acknowledged', ackedBy: 'U2' } });
    expect(transition({ ...start, state: 'resolved' }, to)).toMatchObject({ kind: 'ignored' });
  });

  test('a flapping re-fire reopens without a page', () => {
    const out = transition({ ...start, state: 'resolved' }, { kind: 'refired', severity: 'high', flapping: true });
    expect(out).toMatchObject({ kind: 'moved', to: { state: 'open' }, effects: [{ do: 'show' }] });
  });
});
