import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lockTree } from '../../src/domain/lock-tree.ts';

const drawn = (edges: Readonly<Record<number, readonly number[]>>): string[] =>
  lockTree(Object.entries(edges).map(([pid, blockedBy]) => ({ pid: Number(pid), blockedBy }))).map(
    ({ session, depth, holdsUp }) => `${' '.repeat(depth)}${session.pid} (${holdsUp})`,
  );

describe('lockTree', () => {
  it.each([
    ['nobody', {}, []],
    ['a chain', { 1: [], 2: [1], 3: [2] }, ['1 (2)', ' 2 (1)', '  3 (0)']],
    [
      'who holds up most first',
      { 1: [], 2: [1], 3: [], 4: [3], 5: [3] },
      ['3 (2)', ' 4 (0)', ' 5 (0)', '1 (1)', ' 2 (0)'],
    ],
    ['two to wait for: once, near the root', { 1: [], 2: [1], 3: [1, 2] }, ['1 (2)', ' 2 (0)', ' 3 (0)']],
    ['a ring', { 1: [2], 2: [1] }, ['1 (1)', ' 2 (0)']],
    ['for somebody who has just gone', { 2: [1] }, ['2 (0)']],
  ])('%s', (_, edges, lines) => {
    expect(drawn(edges)).toEqual(lines);
  });

  it('has everybody once, each right under one whom it waits for, whatever the graph', () => {
    const graph = fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }), { maxLength: 12 });
    fc.assert(
      fc.property(graph, (edges) => {
        const sessions = edges.map((blockedBy, pid) => ({ pid, blockedBy }));
        const tree = lockTree(sessions);
        expect(tree.map(({ session }) => session.pid).toSorted((a, b) => a - b)).toEqual(
          sessions.map(({ pid }) => pid),
        );
        tree.forEach(({ session, depth }, i) => {
          if (depth === 0) return;
          const parent = tree.slice(0, i).findLast((node) => node.depth < depth);
          expect(parent?.depth).toBe(depth - 1);
          expect(session.blockedBy).toContain(parent?.session.pid);
        });
      }),
    );
  });
});
