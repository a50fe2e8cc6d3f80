/** One line of the tree: at depth 0 who waits for nobody, under each who waits for it. */
export interface LockNode<T> {
  readonly session: T;
  readonly depth: number;
  /** How many wait for it, at any remove. */
  readonly holdsUp: number;
}

interface Waiting {
  readonly pid: number;
  readonly blockedBy: readonly number[];
}

/**
 * Every session once, under the first of those it waits for that is nearest to the root; who holds up most comes first. Who
 * waits in a ring, as in a deadlock that the server is about to break, begins with one of the ring.
 */
export function lockTree<T extends Waiting>(sessions: readonly T[]): readonly LockNode<T>[] {
  const known = new Set(sessions.map(({ pid }) => pid));
  const parents = new Map<number, number | undefined>();
  const waiters = (pid: number): readonly T[] => sessions.filter(({ blockedBy }) => blockedBy.includes(pid));
  // By rounds, so that each comes as near to its root as it can.
  const plant = (root: T): void => {
    parents.set(root.pid, undefined);
    let round: readonly T[] = [root];
    while (round.length > 0) {
      round = round.flatMap((parent) =>
        waiters(parent.pid).filter(({ pid }) => {
          if (parents.has(pid)) return false;
          parents.set(pid, parent.pid);
          return true;
        }),
      );
    }
  };
  for (const session of sessions) if (!session.blockedBy.some((pid) => known.has(pid))) plant(session);
  for (const session of sessions) if (!parents.has(session.pid)) plant(session);
  const branch = (session: T, depth: number): readonly LockNode<T>[] => {
    const under = sessions
      .filter(({ pid }) => parents.get(pid) === session.pid)
      .map((child) => branch(child, depth + 1));
    const sorted = under.toSorted((a, b) => b.length - a.length).flat();
    return [{ session, depth, holdsUp: sorted.length }, ...sorted];
  };
  const roots = sessions.filter(({ pid }) => parents.get(pid) === undefined).map((root) => branch(root, 0));
  return roots.toSorted((a, b) => b.length - a.length).flat();
}
