import type { z } from 'zod';
import type { PipelineDeps } from '../pipeline/deps.ts';
import type { Claimed } from './claimed.ts';

/** A kind of long work: one file in `jobs/`, named as its rows' `kind`. */
export interface Job<Payload = unknown> {
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
  step(claimed: Claimed, payload: Payload, deps: PipelineDeps): Promise<void>;
}

export function defineJob<Payload>(job: Omit<Job<Payload>, 'kind'>): Job<Payload> {
  return { kind: 'job', ...job };
}
