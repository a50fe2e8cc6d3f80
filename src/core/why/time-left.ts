/** What is asked beside the facts has the rest of the time for which somebody waits: findings stand without it. */
export interface TimeLeft {
  readonly signal: AbortSignal;
  /** Whole milliseconds. */
  readonly ms: number;
}

/** For putting what was found into words while somebody still waits for it. */
const WORDING_MS = 1_000;

/** @param until when nobody waits any more, as `performance.now()` counts */
export function timeLeft(until: number, signal: AbortSignal): TimeLeft {
  return { signal, ms: Math.max(0, Math.floor(until - WORDING_MS - performance.now())) };
}
