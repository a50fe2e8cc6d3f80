import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DURATION_PATTERN, formatDuration, parseDuration } from '../../src/domain/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1h30m', 5_400_000],
    ['0s', 0],
    ['90m', 5_400_000],
    ['500ms', 500],
    [' 5m ', 300_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    'm',
    '5',
    '5 m',
    '5min',
    '-5m',
    '30m1h',
    '1h1h',
    '1.5h',
    '1e3s',
    '5M',
    '9999999999999d',
    '１０m',
    '5m\n5m',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [-5, '0s'],
    [1_500, '1s500ms'],
    [5_400_000, '1h30m'],
    [14 * 86_400_000, '14d'],
  ])('%d', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 36_525 * 86_400_000 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
        expect(formatDuration(ms)).toMatch(new RegExp(DURATION_PATTERN));
      }),
    );
  });
});
