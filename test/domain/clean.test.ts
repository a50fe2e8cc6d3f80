import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, visibleJson } from '../../src/domain/clean.ts';
import { CREDENTIALS } from '../support/credentials.ts';

/** Nothing that moves a cursor, rings, turns a line around, or is half a character. */
const UNFIT = /(?![\t\n])\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/u;

describe('a cleaned text', () => {
  it('holds nothing that acts instead of being seen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(clean(text)).not.toMatch(UNFIT);
      }),
      { numRuns: 500 },
    );
    expect(clean('a\u202egnp.exe\u2066b\u2028c\r\nd\u009b31me\u001b]0;title\u0007f')).toBe('agnp.exeb\nc\nd31mef');
  });

  it('keeps words of every script, emoji and their joiners', () => {
    const text = '火消し 👩‍👩‍👧‍👦 می‌خواهم עברית e\u0301\tx\ny';
    expect(clean(text)).toBe(text);
  });

  it('holds no secret, not even one with control characters in it', () => {
    expect(clean(`x ${CREDENTIALS['GitHub token']!.split('').join('\u0007')} y`)).toBe('x *** y');
  });

  it('looks at no more than can be shown', () => {
    expect(clean('x'.repeat(5_000_000)).length).toBeLessThan(100_000);
  });
});

it('JSON made visible is the same JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = visibleJson(JSON.stringify({ text }));
      expect(json).not.toMatch(UNFIT);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});
