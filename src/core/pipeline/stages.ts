import { approval, approvalOpen, isApprover, isAsker, notOneself } from './stages/approval.ts';
import { actionChannel, authorize } from './stages/authorize.ts';
import { ownPlan, planFresh, reasonGiven } from './stages/confirm.ts';
import { guardrails } from './stages/guardrails.ts';
import { lockHeld } from './stages/lock.ts';
import { asPlanned, unchanged } from './stages/recheck.ts';

/**
 * The order of every change to the world, whoever asks for it:
 *
 *   parse → resolve target → authorize → guardrails → plan → confirm with reason → approval → lock → re-check → execute → watch → told
 *
 * The checks between two things that happen are these lists, each a pure function that answers with a named rule.
 */

/** Once it is parsed, from rows alone: a form has to open within 3 s. The target is resolved after. */
export const WHEN_ASKED = [authorize] as const;

/** The target is known, nothing has been read of the cluster yet. */
export const BEFORE_PLAN = [authorize, actionChannel, ...guardrails] as const;

/** What it would do is known. */
export const WHEN_PLANNED = [...guardrails] as const;

/** In the transaction that takes the lock and writes the job, or asks for a second person. */
export const WHEN_CONFIRMED = [
  planFresh,
  ownPlan,
  authorize,
  actionChannel,
  ...guardrails,
  asPlanned,
  reasonGiven,
] as const;

/** In the transaction of the second person's yes, which takes the lock and writes the job; before a no is asked for its reason, of the no; and of a change of mind. */
export const WHEN_APPROVED = [approvalOpen, notOneself, isApprover, ...guardrails] as const;
export const BEFORE_DENIED = [approvalOpen, notOneself, isApprover] as const;
export const WHEN_DENIED = [...BEFORE_DENIED, reasonGiven] as const;
export const WHEN_WITHDRAWN = [approvalOpen, isAsker] as const;

/** In the worker, planned anew; then comes execute, then watch. */
export const BEFORE_EXECUTE = [lockHeld, authorize, actionChannel, ...guardrails, approval, unchanged] as const;
