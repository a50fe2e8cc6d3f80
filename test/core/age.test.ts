import { describe, expect, it } from 'vitest';
import { ageOf, roughAgeOf, stampOf } from '../../src/core/age.ts';

const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

/** The cases of k8s.io/apimachinery/pkg/util/duration/duration_test.go, and what lies between. */
describe('ageOf', () => {
  it.each([
    [-2.5 * S, '<invalid>'],
    [-1.5 * S, '0s'],
    [-0.5 * S, '0s'],
    [0, '0s'],
    [S, '1s'],
    [70 * S, '70s'],
    [119.9 * S, '119s'],
    [120 * S, '2m'],
    [190 * S, '3m10s'],
    [10 * M, '10m'],
    [70 * M, '70m'],
    [179 * M, '179m'],
    [3 * H, '3h'],
    [3 * H + 12 * M, '3h12m'],
    [8 * H + 59 * M, '8h'],
    [47 * H, '47h'],
    [48 * H, '2d'],
    [5 * D + 3 * H, '5d3h'],
    [8 * D, '8d'],
    [9 * D + 5 * H, '9d'],
    [729 * D, '729d'],
    [730 * D, '2y'],
    [2 * 365 * D + 40 * D, '2y40d'],
    [8 * 365 * D + 100 * D, '8y'],
  ])('%d ms is %s', (ms, age) => {
    expect(ageOf(ms)).toBe(age);
  });
});

it.each([
  [-S, '0s'],
  [59 * S, '59s'],
  [119 * S, '1m'],
  [5 * M + 30 * S, '5m'],
  [3 * H - 1, '2h'],
  [3 * D + H, '3d'],
])('roughAgeOf(%d) is %s: the largest unit alone', (ms, age) => {
  expect(roughAgeOf(ms)).toBe(age);
});

it.each([
  ['2026-03-02T00:00:59Z', '00:00'],
  ['2026-03-01T23:59:59Z', '03-01 23:59'],
  ['2025-12-31T23:59:59Z', '2025-12-31 23:59'],
])('stampOf(%s) is %s: no more than tells it apart', (at, stamp) => {
  expect(stampOf(new Date(at), new Date('2026-03-02T03:00:00Z'))).toBe(stamp);
});
