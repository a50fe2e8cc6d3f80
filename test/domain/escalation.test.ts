import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, type Resolved } from '../../src/domain/escalation.ts';
import type { PolicyCopy } from '../../src/domain/records.ts';

const policy = (steps: PolicyCopy['steps'], repeat = 0): PolicyCopy => ({ name: 'p', steps, repeat, direct: false });
const reach = (who: string): Resolved =>
  who.startsWith('ghost') ? { who, problem: 'not-found' } : { who, mention: { kind: 'person', id: who } };

describe('a run through a policy', () => {
  test('delays count from when the step before left', () => {
    const two = policy([
      { afterMs: 0, page: ['U1'] },
      { afterMs: 600_000, page: ['U2', 'U1'] },
    ]);
    const first = advance(two, { loop: 0, step: 0 }, reach);
    expect(first).toEqual({
      taken: [{ at: { loop: 0, step: 0 }, mentions: [{ kind: 'person', id: 'U1' }], problems: [] }],
      next: { loop: 0, step: 1, delayMs: 600_000 },
    });
    expect(advance(two, { loop: 0, step: 1 }, reach).next).toBeUndefined();
  });

  test('a step that reaches nobody falls through to the next at once, and says so', () => {
    const out = advance(
      policy([
        { afterMs: 0, page: ['ghost'] },
        { afterMs: 600_000, page: ['U2'] },
      ]),
      { loop: 0, step: 0 },
      reach,
    );
    expect(out.taken.map((t) => [t.at.step, t.mentions.length, t.problems])).toEqual([
      [0, 0, [{ code: 'not-found', who: 'ghost' }]],
      [1, 1, []],
    ]);
    expect(out.next).toBeUndefined();
  });

  test('the same person named twice in a step is called once', () => {
    const out = advance(policy([{ afterMs: 0, page: ['U1', 'U1'] }]), { loop: 0, step: 0 }, reach);
    expect(out.taken[0]!.mentions).toHaveLength(1);
  });

  test('any policy ends: each step is taken once per loop, in order, and repeats never burst', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 3_600_000 }),
      page: fc.array(fc.constantFrom('U1', 'U2', 'ghost'), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 3 }), (steps, repeat) => {
        const seen: string[] = [];
        let at: { loop: number; step: number } | undefined = { loop: 0, step: 0 };
        let rounds = 0;
        while (at) {
          expect(rounds++).toBeLessThan(100);
          const out = advance(policy(steps, repeat), at, reach);
          seen.push(...out.taken.map((t) => `${t.at.loop}.${t.at.step}`));
          if (out.next && out.next.loop > at.loop) expect(out.next.delayMs).toBeGreaterThanOrEqual(60_000);
          at = out.next;
        }
        const all = Array.from({ length: repeat + 1 }, (_, loop) => steps.map((_s, i) => `${loop}.${i}`)).flat();
        expect(seen).toEqual(all);
      }),
    );
  });
});
