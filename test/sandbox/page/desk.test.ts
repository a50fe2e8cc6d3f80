import { describe, expect, it } from 'vitest';
import { draftKey, hasDraft } from '../../../sandbox/page/client/model/drafts.ts';
import { isFresh } from '../../../sandbox/page/client/model/fresh.ts';
import { isWell } from '../../../sandbox/page/client/model/health.ts';

describe('a workload of the strip', () => {
  it('is well only where what is wanted is there, something is wanted, and no alert of it fires', () => {
    const of = (ready: number, desired: number, firing = false) => isWell({ ready, desired, firing });
    expect([of(3, 3), of(4, 3)]).toEqual([true, true]);
    expect([of(2, 3), of(0, 0), of(3, 3, true)]).toEqual([false, false, false]);
  });
});

describe('a draft', () => {
  const key = draftKey({ me: 'U1', where: 'C1', thread: '1.0' });
  const drafts = { [key]: 'on my', [draftKey({ me: 'U1', where: 'C2' })]: '  ' };

  it('is one person’s, in one channel or one of its threads', () => {
    const has = (me: string, where: string, thread?: string) => hasDraft(drafts, { me, where, thread });
    expect([has('U1', 'C1'), has('U1', 'C1', '1.0')]).toEqual([true, true]);
    expect([has('U1', 'C1', ''), has('U1', 'C1', '2.0'), has('U2', 'C1'), has('U1', 'C11')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(has('U1', 'C2'), 'blanks cannot be sent').toBe(false);
  });
});

describe('what is new in a channel', () => {
  it('is what came while one was away: not what one watched coming, nor what one wrote', () => {
    const fresh = { after: '1.0', until: '3.0' };
    const at = (ts: string, user = 'UB') => isFresh({ channel: 'C1', ts, user, text: '' }, fresh, 'U1');
    expect(['1.0', '2.0', '3.0', '4.0'].map((ts) => at(ts))).toEqual([false, true, true, false]);
    expect(at('2.0', 'U1')).toBe(false);
    const first = { ...fresh, after: '0' };
    expect(isFresh({ channel: 'C1', ts: '2.0', text: '' }, first, 'U1'), 'never here before').toBe(false);
  });
});
