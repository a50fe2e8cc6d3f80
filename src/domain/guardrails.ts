import type { Freeze } from './freeze.ts';
import type { TargetPattern } from './target-pattern.ts';

/** What nobody does to an environment, whatever their rights. */
export interface Guardrails {
  readonly protectedNamespaces: readonly string[];
  /** What may be done in a protected namespace all the same. */
  readonly exceptions: readonly GuardException[];
  /** A workload with this label is left alone, unless its value is `false`. */
  readonly protectedLabel: string;
  /** How many replicas an action may ask for, both included. */
  readonly replicas: { readonly min: number; readonly max: number };
  /** From the end of the last action on a target until the next; 0: none. */
  readonly coolDownMs: number;
  readonly freezes: readonly Freeze[];
  readonly blastRadius?: BlastRadius;
  /** Only for an open incident. */
  readonly incidentRequired: boolean;
  /** Who may lift one of these, once, for one action. */
  readonly breakGlass: BreakGlass;
}

export interface GuardException {
  readonly verb: string;
  readonly target: TargetPattern;
}

/** At most so many actions, or so much of the environment's pods touched by them, within a time. */
export interface BlastRadius {
  readonly actions?: number;
  readonly percent?: number;
  readonly withinMs: number;
}

export const BREAK_GLASS = ['operator', 'admin', 'nobody'] as const;
export type BreakGlass = (typeof BREAK_GLASS)[number];

export const DEFAULT_GUARDRAILS: Guardrails = {
  protectedNamespaces: ['kube-system', 'kube-public', 'kube-node-lease', 'default'],
  exceptions: [],
  protectedLabel: 'hikeshi/protected',
  replicas: { min: 0, max: 100 },
  coolDownMs: 0,
  freezes: [],
  incidentRequired: false,
  breakGlass: 'admin',
};

/** Those that break-glass may lift; rights, locks and digests are none of them. */
export const GUARD_RULES = [
  'protected-namespace',
  'protected-label',
  'replica-bounds',
  'cool-down',
  'freeze',
  'blast-radius',
  'incident-required',
] as const;
export type GuardRule = (typeof GUARD_RULES)[number];

export function isGuardRule(word: string): word is GuardRule {
  return GUARD_RULES.some((rule) => rule === word);
}
