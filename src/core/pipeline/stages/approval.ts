import { type ApprovalRule, approvalAsked, type Risk } from '../../../domain/approval.ts';
import type { ApprovalState } from '../../../domain/plan.ts';
import { type Principal, principalKey } from '../../../domain/principal.ts';
import { type ActionTarget, targetKey } from '../../../domain/workload.ts';
import { allow, type Check, refuse } from '../decide.ts';

export interface ApprovalNeed {
  /** Of the target's environment. */
  readonly rule: ApprovalRule;
  readonly verb: string;
  readonly risk: Risk;
}

/** The rule's entry that asks for a second person. */
export const approvalNeeded = ({ rule, verb, risk }: ApprovalNeed): string | undefined =>
  approvalAsked(rule, verb, risk);

export interface ApprovalFacts {
  readonly target: ActionTarget;
  readonly approvalNeed: ApprovalNeed;
  /** A second person has approved this very digest. */
  readonly approved: boolean;
}

/** Before it is executed: config may ask for more than it did when it was confirmed. */
export const approval: Check<ApprovalFacts> = ({ target, approvalNeed, approved }) => {
  if (approved) return allow('approval-given');
  if (approvalNeeded(approvalNeed) === undefined) return allow('approval-not-required');
  return refuse({ rule: 'approval-required', target: targetKey(target) });
};

export interface VoteFacts {
  readonly now: Date;
  readonly number: number;
  readonly state: ApprovalState;
  readonly decidedBy: Principal | null;
  readonly expiresAt: Date;
  /** Who asked, and who answers. */
  readonly askedBy: Principal;
  readonly by: Principal;
  readonly approver: boolean;
}

const isAskers = ({ askedBy, by }: VoteFacts): boolean => principalKey(askedBy) === principalKey(by);

/** It waits for an answer, still. */
export const approvalOpen: Check<VoteFacts> = ({ now, number, state, decidedBy, expiresAt }) => {
  const is = state === 'asked' && now >= expiresAt ? 'expired' : state;
  if (is === 'asked') return allow('approval-open');
  return refuse({ rule: 'approval-open', number, state: is, ...(decidedBy && { by: decidedBy }) });
};

/** Four eyes are two people. */
export const notOneself: Check<VoteFacts> = (facts) =>
  isAskers(facts) ? refuse({ rule: 'not-oneself', by: facts.by }) : allow('not-oneself');

/** A grant of its own: an admin has it only when named for it. */
export const isApprover: Check<VoteFacts> = ({ approver }) =>
  approver ? allow('approver') : refuse({ rule: 'approver' });

/** Who asked may take it back, and nobody else. */
export const isAsker: Check<VoteFacts> = (facts) =>
  isAskers(facts) ? allow('own-plan') : refuse({ rule: 'own-plan', by: facts.askedBy });
