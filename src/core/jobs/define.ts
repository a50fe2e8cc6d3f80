import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { Db } from '../../ports/database.ts';
import type { Claimed } from './claimed.ts';

/** What running jobs takes; what their steps take beside it, the composition root gives. */
export interface JobDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  /** Something was written to the outbox and committed; a sweep finds it without this too. */
  readonly wakeOutbox?: () => void;
}

/** A kind of long work: one file in `jobs/`, named as its rows' `kind`. */
export interface Job<Payload = unknown, Deps = never> {
  readonly kind: 'job';
  readonly name: string;
  /** The newest `v` of a payload that is read here; what has a newer one is left to newer replicas. */
  readonly v: number;
  /** Of the row's payload, all versions up to `v`; carries its own. */
  readonly payload: z.ZodType<Payload>;
  /**
   * What is due now. Ends by `later` or `finish`; one that throws is tried again in 5 s. It may have been begun by another
   * claim that was killed, anywhere.
   */
  step(claimed: Claimed, payload: Payload, deps: Deps): Promise<void>;
}

export function defineJob<Payload, Deps>(job: Omit<Job<Payload, Deps>, 'kind'>): Job<Payload, Deps> {
  return { kind: 'job', ...job };
}
