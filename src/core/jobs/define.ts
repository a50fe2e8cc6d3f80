import type { z } from 'zod';
import type { PipelineDeps } from '../pipeline/deps.ts';
import type { Claimed } from './claimed.ts';

/** A kind of long work: one file in `jobs/`, named as its rows' `kind`. */
export interface Job<Payload = unknown> {
  readonly kind: 'job';
  readonly name: string;
  /** Of the row's payload; carries `v`. */
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
