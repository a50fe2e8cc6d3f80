import type { Mention } from './content.ts';
import type { Severity } from './severity.ts';

/** Shapes kept inside jsonb columns; each row carries `v`. */

export interface AlertCounts {
  readonly firing: number;
  readonly resolved: number;
  readonly held: number;
}

/** A route decision as it was taken. */
export interface RouteTaken {
  readonly path?: readonly string[];
  /** The route's own, which holds for the incident's whole life. */
  readonly severity?: Severity;
  /** The severity as sent, when it was not known. */
  readonly raw?: string;
  /** Codes of lines that the post shows: e.g. `channel-not-allowed`. */
  readonly notes?: readonly { readonly code: string; readonly value?: string }[];
}

/** Whom a step calls, as config names them; looked up when the step is due. */
export type PageTarget = string;

export interface PolicyStep {
  /** From when the step before left (or from the start). */
  readonly afterMs: number;
  readonly page: readonly PageTarget[];
}

/** Where an incident comes from. */
export type IncidentOrigin = { readonly kind?: 'webhook' | 'reconcile' | 'manual' } | TestOrigin;

/** Of a test alert (domain/test-alert.ts). */
export interface TestOrigin {
  readonly kind: 'test';
  readonly pages: boolean;
  /** Steps of the policy by which a real one would call; none: nobody. */
  readonly would: readonly PolicyStep[];
}

/** The copy of a policy that a run goes through. */
export interface PolicyCopy {
  readonly name: string;
  readonly steps: readonly PolicyStep[];
  /** How often the whole is gone through again; 0: once. */
  readonly repeat: number;
  /** DM as well. */
  readonly direct: boolean;
}

export interface LastPing {
  readonly step: number;
  readonly loop: number;
  readonly at: string;
  readonly mentions: readonly Mention[];
  /** Whom it could not reach and why: `@ghost: not found`. */
  readonly problems: readonly { readonly code: string; readonly who: string }[];
  readonly severity?: Severity;
}
