import type { Logger } from 'pino';
import { clean } from '../domain/clean.ts';

/** Trouble with an outside system, however many things notice it and however often they try. */
export interface Trouble {
  /** @param way the one on which it failed; the trouble is over when no way fails any more */
  failed(way: string, error: unknown): void;
  fine(way: string): void;
  /** What was said last; `undefined` while there is none. */
  reason(): string | undefined;
}

const FIRST_MS = 10_000;
const LONGEST_MS = 600_000;

/** One line when it begins, then after 10 s, 20 s and so on up to 10 min while it lasts, and one when it is over. */
export function createTrouble(options: {
  readonly log: Logger;
  /** As people know it. */
  readonly system: string;
  readonly monotonic?: () => number;
}): Trouble {
  const { log, system, monotonic = () => performance.now() } = options;
  let ways: readonly string[] = [];
  let state = { since: 0, nextAt: 0, pauseMs: FIRST_MS, reason: '' };
  return {
    failed(way, error) {
      const now = monotonic();
      const reason = clean(error instanceof Error ? error.message : String(error));
      const begins = ways.length === 0;
      if (!ways.includes(way)) ways = [...ways, way];
      state = begins ? { since: now, nextAt: now, pauseMs: FIRST_MS, reason } : { ...state, reason };
      if (now < state.nextAt) return;
      const forMs = Math.round(now - state.since);
      log.warn({ system, reason, ...(!begins && { forMs }) }, `${system} cannot be used; it is tried again and again`);
      state = { ...state, nextAt: now + state.pauseMs, pauseMs: Math.min(LONGEST_MS, 2 * state.pauseMs) };
    },
    fine(way) {
      if (!ways.includes(way)) return;
      ways = ways.filter((other) => other !== way);
      if (ways.length === 0)
        log.info({ system, forMs: Math.round(monotonic() - state.since) }, `${system} can be used again`);
    },
    reason: () => (ways.length > 0 ? state.reason : undefined),
  };
}
