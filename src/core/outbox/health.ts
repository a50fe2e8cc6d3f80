import type { Outcome } from './outcome.ts';

export interface SenderHealth {
  readonly ok: boolean;
  /** Slack's own word for what keeps messages back. */
  readonly reason?: string;
  /** Business time of the first failure in this row of failures. */
  readonly since?: Date;
}

/** So many failures in a row that may pass by themselves are worth telling. */
const TELL_AFTER = 3;

export interface HealthKeeper {
  note(outcome: Outcome, now: Date): void;
  current(): SenderHealth;
}

/** A refused token is told at once, passing faults after some in a row; one message that gets through ends either. */
export function keepHealth(): HealthKeeper {
  let failing: { reason: string; since: Date; count: number; told: boolean } | undefined;
  return {
    note(outcome, now) {
      if (outcome.do === 'delivered') failing = undefined;
      const trouble = troubleOf(outcome);
      if (!trouble) return;
      failing = {
        reason: trouble.reason,
        since: failing?.since ?? now,
        count: (failing?.count ?? 0) + 1,
        told: failing?.told === true || trouble.atOnce,
      };
    },
    current() {
      if (!failing || (!failing.told && failing.count < TELL_AFTER)) return { ok: true };
      return { ok: false, reason: failing.reason, since: failing.since };
    },
  };
}

function troubleOf(outcome: Outcome): { readonly reason: string; readonly atOnce: boolean } | undefined {
  if (outcome.do === 'fail' && outcome.againMs !== undefined) return { reason: outcome.code, atOnce: false };
  if (outcome.do !== 'again' || outcome.because === undefined || outcome.because === 'rate-limited') return undefined;
  return { reason: outcome.error, atOnce: outcome.because === 'token' };
}
