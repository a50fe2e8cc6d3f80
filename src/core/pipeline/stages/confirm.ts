import { type Principal, principalKey } from '../../../domain/principal.ts';
import { allow, type Check, refuse } from '../decide.ts';

export interface ConfirmFacts {
  readonly now: Date;
  readonly expiresAt: Date;
  /** Who planned it, and who confirms. */
  readonly plannedBy: Principal;
  readonly confirmedBy: Principal;
}

export interface ReasonFacts {
  readonly reason: string | undefined;
  readonly reasonRequired: boolean;
  readonly environment: string;
}

/** An unconfirmed plan dies: what it showed may long be otherwise. */
export const planFresh: Check<ConfirmFacts> = ({ now, expiresAt }) =>
  now < expiresAt ? allow('plan-fresh') : refuse({ rule: 'plan-expired', at: expiresAt.toISOString() });

/** The preview was shown to one person; nobody else confirms what they have not seen. */
export const ownPlan: Check<ConfirmFacts> = ({ plannedBy, confirmedBy }) =>
  principalKey(plannedBy) === principalKey(confirmedBy)
    ? allow('own-plan')
    : refuse({ rule: 'own-plan', by: plannedBy });

export const reasonGiven: Check<ReasonFacts> = ({ reason, reasonRequired, environment }) => {
  if (reason) return allow('reason-given');
  return reasonRequired ? refuse({ rule: 'reason-required', environment }) : allow('reason-optional');
};
