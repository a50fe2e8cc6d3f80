import type { ErrorParams } from './errors.ts';
import type { NotMade, Refusal } from './plan.ts';
import type { Principal } from './principal.ts';

/** For how long a change is made, `--for 2h`: when the time is up it is taken back, or somebody is asked first. */

export const TERM_HOW = ['ask', 'auto'] as const;
export type TermHow = (typeof TERM_HOW)[number];

export interface Term {
  readonly lastsMs: number;
  readonly how: TermHow;
}

/** Shorter is no change worth undoing, longer is nothing that anybody waits for. */
export const SHORTEST_TERM_MS = 60_000;
export const LONGEST_TERM_MS = 30 * 86_400_000;

/** Why somebody is asked, and nothing is taken back without. */
export type TermQuestion =
  | { readonly kind: 'time-up' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'away'; readonly cluster: string }
  /** The cluster says no, or it can no longer be planned. */
  | { readonly kind: 'stopped'; readonly outcome: NotMade }
  /** Ours, again and again; logged under this id. */
  | { readonly kind: 'fault'; readonly id: string }
  /** A second person did not say yes to taking it back. */
  | { readonly kind: 'not-approved' }
  /** It was tried, and nothing was done, or it is not known. */
  | { readonly kind: 'not-done'; readonly job: number };

/** How a term ended. */
export type TermEnd =
  | { readonly kind: 'taken-back'; readonly job: number; readonly by: Principal }
  | { readonly kind: 'kept'; readonly by: Principal }
  /** Something else has changed the target since: taking back would undo that too. */
  | { readonly kind: 'changed' }
  /** There is nothing (left) to take back, for a reason that its `UserError` words. */
  | { readonly kind: 'impossible'; readonly code: string; readonly params: ErrorParams }
  /** The change itself was not made, or did not stay. */
  | { readonly kind: 'void' };

export function isEnd(note: TermQuestion | TermEnd): note is TermEnd {
  return ENDS.has(note.kind);
}

const ENDS: ReadonlySet<string> = new Set<TermEnd['kind']>(['taken-back', 'kept', 'changed', 'impossible', 'void']);

/** `running` until it is due; `taking` while an action takes it back; the last one is for good. */
export type TermState = 'running' | 'asked' | 'taking' | 'ended';
