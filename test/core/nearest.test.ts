import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, nearest } from '../../src/core/nearest.ts';

describe('distance', () => {
  it.each([
    ['', '', 0],
    ['pods', 'pods', 0],
    ['pdos', 'pods', 1],
    ['pod', 'pods', 1],
    ['restart', 'retsrat', 2],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%s -> %s is %d', (a, b, far) => {
    expect(distance(a, b)).toBe(far);
  });

  it('is symmetric, zero only for the same, and never more than the longer word', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const far = distance(a, b);
        expect(far).toBe(distance(b, a));
        expect(far === 0).toBe(a === b);
        expect(far).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('with a limit is the same up to it, and one more beyond', () => {
    // Few letters, so that near words and swapped neighbours are frequent.
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 14 });
    fc.assert(
      fc.property(word, word, fc.nat(14), (a, b, most) => {
        expect(distance(a, b, most)).toBe(Math.min(distance(a, b), most + 1));
      }),
      { numRuns: 1_000 },
    );
  });

  it('with a limit does not look at the rest of what is too far already', () => {
    let looked = 0;
    const counted = new Proxy(Object('0'.repeat(40)), {
      get(of: string, key) {
        if (key === 'length') return of.length;
        looked += 1;
        return '0';
      },
    });
    expect(distance('f'.repeat(40), counted, 13)).toBe(14);
    expect(looked).toBeLessThan(15 * 80);
  });
});

describe('nearest', () => {
  it('says the nearest first, and nothing that is far', () => {
    expect(nearest('chekout', ['checkout', 'checkout-worker', 'cart', 'payments'])).toEqual(['checkout']);
    expect(nearest('check', ['checkout', 'checkout-worker', 'cart'])).toEqual(['checkout', 'checkout-worker']);
    expect(nearest('zzz', ['checkout'])).toEqual([]);
    expect(nearest('', ['checkout'])).toEqual([]);
  });
});
