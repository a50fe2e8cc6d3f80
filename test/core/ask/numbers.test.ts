import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber, parseNumber } from '../../../src/core/ask/numbers.ts';

describe('parseNumber', () => {
  it.each([
    ['INC-142', 'incident'],
    ['inc142', 'incident'],
    ['Inc 142', 'incident'],
    ['INC—142', 'incident'],
    ['inc#142', 'incident'],
    ['ＩＮＣ－１４２', 'incident'],
    ['JOB-142', 'job'],
    ['apr-142', 'approval'],
    ['msg 142', 'message'],
  ])('reads %s', (text, of) => {
    expect(parseNumber(text)).toEqual({ of, number: 142 });
    expect(parseNumber(text, 'job')).toEqual({ of, number: 142 });
  });

  it('takes a bare number only where one is expected', () => {
    expect(parseNumber('#142', 'incident')).toEqual({ of: 'incident', number: 142 });
    expect(parseNumber('142', 'job')).toEqual({ of: 'job', number: 142 });
    expect(parseNumber('142')).toBeUndefined();
  });

  it.each(['', 'INC', 'INC-', 'INC-0', 'INC--', 'XINC-1', 'INC-1x', 'INC-9999999999999999', '-1', '1.5'])(
    'takes %j for no number',
    (text) => {
      expect(parseNumber(text, 'incident')).toBeUndefined();
    },
  );

  it('reads back what it writes', () => {
    const number = fc.record({
      of: fc.constantFrom('incident' as const, 'job' as const, 'approval' as const, 'message' as const),
      number: fc.integer({ min: 1, max: 999_999_999 }),
    });
    fc.assert(
      fc.property(number, (n) => {
        expect(parseNumber(formatNumber(n))).toEqual(n);
      }),
    );
  });
});
