import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS, perMinute } from '../../../src/core/outbox/limits.ts';
import { type Candidate, choose } from '../../../src/core/outbox/pace.ts';
import { CLASS } from '../../../src/core/outbox/write.ts';

const post = (id: number, more: Partial<Candidate> = {}): Candidate => ({
  id,
  class: CLASS.new,
  method: 'chat.postMessage',
  place: 'C1',
  lookUp: false,
  ...more,
});
const edit = (id: number, more: Partial<Candidate> = {}): Candidate =>
  post(id, { method: 'chat.update', class: CLASS.update, ...more });
const ids = (rows: readonly Candidate[]): number[] => rows.map((r) => r.id);

/** Sends whatever may leave at each of the moments; answers when each left. */
function leaving(rows: (at: number) => readonly Candidate[], until: number, stepMs: number): number[] {
  const budgets = new Map<string, number>();
  const left: number[] = [];
  for (let at = 0; at <= until; at += stepMs) {
    const { chosen, spent } = choose(rows(at), budgets, LIMITS, 16, at);
    for (const [key, value] of spent) budgets.set(key, value);
    left.push(...chosen.map(() => at));
  }
  return left;
}

test('edits: at most 50 in any minute, and the share of clicks is left when others take all they can', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), (stepMs) => {
      const left = leaving((at) => [edit(at * 2), edit(at * 2 + 1, { class: CLASS.click })], 180_000, stepMs);
      for (const [i, at] of left.entries()) {
        expect((left[i + 50] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(60_000 - 0);
      }
    }),
    { numRuns: 20 },
  );
  const general = new Map<string, number>();
  for (let i = 0; i < 50; i++) {
    for (const [key, value] of choose([edit(i)], general, LIMITS, 16, 0).spent) general.set(key, value);
  }
  expect(choose([edit(1)], general, LIMITS, 16, 0).chosen).toEqual([]);
  const clicks = [1, 2, 3, 4, 5, 6].map((id) => edit(id, { class: CLASS.click }));
  expect(choose(clicks, general, LIMITS, 16, 0).chosen.length).toBe(LIMITS.clicks.burst);
});

test('progress has at most 15 of a minute, out of what everybody has', () => {
  const left = leaving((at) => [edit(at, { class: CLASS.progress })], 120_000, 100);
  expect(left.filter((at) => at < 60_000).length).toBeLessThanOrEqual(15);
  expect(left.length).toBeGreaterThanOrEqual(24);
});

test('posts: one each second and channel, whatever its class', () => {
  const left = leaving((at) => [post(at), post(at + 1, { class: CLASS.ping })], 60_000, 10);
  expect(left.length).toBe(59);
  for (const [i, at] of left.entries())
    expect((left[i + 1] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(1_000);
});

test('posts: who is late does not make the others late, and nobody is paid back for a rest', () => {
  const late = leaving((at) => [post(at)], 306_000, 270);
  expect(late.length).toBeGreaterThanOrEqual(300);
  const gaps = late.slice(1).map((at, i) => at - late[i]!);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(600);
  const rested = leaving((at) => (at < 2_000 || at > 12_000 ? [post(at)] : []), 20_000, 10).filter((at) => at > 12_000);
  expect(rested[1]! - rested[0]!).toBeGreaterThanOrEqual(1_020);
});

test('by class, then age, up to as many as asked for; the next time is when the first of the others may', () => {
  const rows = [
    post(4, { place: 'C4' }),
    post(3, { place: 'C3' }),
    post(2, { place: 'C2', class: CLASS.ping }),
    post(1),
  ];
  expect(ids(choose(rows, new Map(), LIMITS, 3, 0).chosen)).toEqual([2, 1, 3]);
  const held = new Map([
    ['hold:channel:C1', 7_000],
    ['channel:C2', 3_000],
  ]);
  const some = choose([post(1), post(2, { place: 'C2' })], held, LIMITS, 16, 0);
  expect(some).toMatchObject({ chosen: [], nextAt: 3_000 });
});

test('a look-up has a budget of its own; a hold of one method leaves the other alone', () => {
  const held = new Map([
    ['hold:method:look-up', 9_000],
    ['hold:method:chat.update', 5_000],
  ]);
  const rows = [post(1, { lookUp: true }), post(2, { place: 'C2' }), edit(3), edit(4, { class: CLASS.click })];
  const { chosen, nextAt } = choose(rows, held, LIMITS, 16, 0);
  expect(ids(chosen)).toEqual([2]);
  expect(nextAt).toBe(1_020);
});

test('times that the moved clock has left far ahead count for nothing', () => {
  const ahead = new Map([
    ['channel:C1', 66_000],
    ['hold:channel:C1', 3_600_001],
  ]);
  expect(ids(choose([post(1)], ahead, LIMITS, 16, 0).chosen)).toEqual([1]);
  const near = new Map([['channel:C1', 64_000]]);
  expect(choose([post(1)], near, LIMITS, 16, 0).chosen).toEqual([]);
});

test('a limit per minute counts its burst', () => {
  expect(perMinute(35, 2)).toEqual({ everyMs: 1_819, burst: 2 });
});
