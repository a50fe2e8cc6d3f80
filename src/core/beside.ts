import type { Text } from '../domain/content.ts';
import type { Plan } from '../domain/plan.ts';
import type { Catalog } from '../messages/catalog.ts';
import { type CallOptions, ClusterError } from '../ports/cluster.ts';
import { whileOpen } from './limit.ts';
import { timeLimit } from './wake.ts';

/** What a preview only tells beside: it neither fails for it nor waits long, and says what it could not see. */

/** So long a preview waits, ms; a whole plan has several times that. */
const BESIDE_MS = 2_000;

export interface Beside<T> {
  readonly seen?: T;
  /** `refused`: for lack of rights. */
  readonly missed?: 'late' | 'refused';
}

/** @throws only what `signal` was aborted with */
export async function ifSeen<T>(
  read: (options: CallOptions) => Promise<T>,
  signal: AbortSignal,
  withinMs = BESIDE_MS,
): Promise<Beside<T>> {
  const limit = timeLimit(withinMs, signal);
  try {
    return { seen: await whileOpen(read({ signal: limit }), limit) };
  } catch (error) {
    signal.throwIfAborted();
    return { missed: error instanceof ClusterError && error.kind === 'forbidden' ? 'refused' : 'late' };
  }
}

/** Flat, as an effect is kept. @param refused what may not be seen as well */
export function missedEffect(
  all: Readonly<Record<string, Beside<unknown>>>,
  refused: readonly string[] = [],
): Plan['effect'] {
  const missed = (how: Beside<unknown>['missed']): string[] =>
    Object.entries(all).flatMap(([what, { missed: is }]) => (is === how ? [what] : []));
  const [unseen, late] = [[...refused, ...missed('refused')], missed('late')];
  return {
    ...(unseen.length > 0 && { unseen: unseen.join(', ') }),
    ...(late.length > 0 && { unread: late.join(', ') }),
  };
}

export function missedLines(m: Catalog, { effect: { unseen, unread } }: Pick<Plan, 'effect'>): readonly Text[] {
  return [
    ...(unseen === undefined ? [] : [m.action.unseen(String(unseen).split(', '))]),
    ...(unread === undefined ? [] : [m.action.unread(String(unread).split(', '))]),
  ];
}
