import { type Limit, type Limits, type Need, needsOf, type Paced } from './limits.ts';

/** Pure: which rows may leave now, what that costs, and when the next one may. Times are milliseconds since 1970. */

export interface Candidate extends Paced {
  readonly id: number;
}

/** The theoretical arrival time of each budget; an absent one is unspent. */
export type Spent = ReadonlyMap<string, number>;

export interface Choice<C extends Candidate> {
  readonly chosen: readonly C[];
  /** Keys that the chosen rows draw on or were held by, holds included. */
  readonly keys: readonly string[];
  /** Only what changed. */
  readonly spent: Spent;
  /** When the next of the candidates may leave; it may have passed, if `most` was reached. */
  readonly nextAt: number | undefined;
}

/** A budget further ahead than this was written before the clock was moved back: it counts as unspent. */
const FURTHEST_MS = 65_000;
/** A Retry-After is honoured up to here. */
export const LONGEST_HOLD_MS = 3_600_000;

/** By class, then age, as many as the budgets allow, `most` at the most. */
export function choose<C extends Candidate>(
  candidates: readonly C[],
  budgets: Spent,
  limits: Limits,
  most: number,
  now: number,
): Choice<C> {
  const book = openBook(budgets, now);
  const chosen: C[] = [];
  const left: C[] = [];
  for (const row of candidates.toSorted((a, b) => a.class - b.class || a.id - b.id)) {
    const best = book.soonest(needsOf(row, limits));
    if (chosen.length >= most || best.at > now) left.push(row);
    else {
      book.spend(best.needs);
      chosen.push(row);
    }
  }
  const waits = [...left, ...chosen].map((row) => book.soonest(needsOf(row, limits)).at);
  const keys = new Set(chosen.flatMap((row) => needsOf(row, limits).flatMap((set) => set.map((need) => need.key))));
  return {
    chosen,
    keys: [...keys].sort(),
    spent: book.changed,
    nextAt: waits.length > 0 ? Math.min(...waits) : undefined,
  };
}

interface Set {
  readonly needs: readonly Need[];
  readonly at: number;
}

function openBook(budgets: Spent, now: number) {
  const changed = new Map<string, number>();
  const arrival = (key: string): number => changed.get(key) ?? budgets.get(key) ?? 0;
  const readyAt = ({ key, limit }: Need): number =>
    limit ? paceReadyAt(arrival(key), limit, now) : holdReadyAt(arrival(key), now);
  return {
    changed,
    /** Of the alternatives the one that is ready first; the earlier named wins a tie. */
    soonest(alternatives: readonly (readonly Need[])[]): Set {
      const sets = alternatives.map((needs) => ({ needs, at: Math.max(...needs.map(readyAt)) }));
      return sets.reduce((best, set) => (Math.max(set.at, now) < Math.max(best.at, now) ? set : best));
    },
    spend(needs: readonly Need[]): void {
      for (const { key, limit } of needs) {
        if (limit) changed.set(key, begins(clamped(arrival(key), now), limit, now) + limit.everyMs);
      }
    },
  };
}

function paceReadyAt(arrival: number, limit: Limit, now: number): number {
  return clamped(arrival, now) - (limit.burst - 1) * limit.everyMs;
}

/** From when the next one's time counts: when this one might have left, if that was just now; else from now. */
function begins(arrival: number, { catchUpMs = 0 }: Limit, now: number): number {
  return arrival >= now - catchUpMs ? arrival : now;
}

function holdReadyAt(end: number, now: number): number {
  return end > now + LONGEST_HOLD_MS ? now : end;
}

function clamped(arrival: number, now: number): number {
  return arrival > now + FURTHEST_MS ? now : arrival;
}
