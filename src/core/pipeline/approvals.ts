import type { Selectable } from 'kysely';
import type { ApprovalState, Refusal } from '../../domain/plan.ts';
import type { Principal } from '../../domain/principal.ts';
import { storableJson } from '../../domain/storable.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { ApprovalsTable } from '../../ports/schema.ts';
import type { Action } from '../define.ts';
import { CLASS } from '../outbox/write.ts';
import { draw } from '../records.ts';
import { tellAskers } from './asker.ts';
import { beginJob, type JobName } from './begin-job.ts';
import { type Check, decide } from './decide.ts';
import type { PipelineDeps } from './deps.ts';
import { noteInTimeline, postAction, postPrivately, showAction } from './post.ts';
import { type ActionRow, auditAction, lockAction, moveAction } from './records.ts';
import type { ApprovalNeed, VoteFacts } from './stages/approval.ts';
import type { ReasonFacts } from './stages/confirm.ts';
import type { GuardFacts } from './stages/guardrails.ts';
import { guardedRow, guardFacts, queueUp } from './stages/guards.ts';
import { BEFORE_DENIED, WHEN_APPROVED, WHEN_DENIED, WHEN_WITHDRAWN } from './stages.ts';

/** Nobody remembers after that what the preview was about. */
const APPROVAL_LIVES_MS = 30 * 60_000;

export type ApprovalRow = Selectable<ApprovalsTable>;

/** What the target's environment asks for, by now. */
export function needOf(
  { rules }: Pick<PipelineDeps, 'rules'>,
  row: ActionRow,
  action: Pick<Action, 'risk'>,
): ApprovalNeed {
  return { rule: rules(row.target.environment).approval, verb: row.verb, risk: action.risk };
}

export async function approvalOf(db: Db, row: ActionRow): Promise<ApprovalRow | undefined> {
  if (row.approval_id === null) return undefined;
  return db.selectFrom('approvals').selectAll().where('id', '=', row.approval_id).executeTakeFirst();
}

export interface ListedApproval {
  readonly approval: ApprovalRow;
  readonly row: ActionRow;
}

const LISTED = 20;

/** Those that wait for an answer, the one that expires first on top; 20 at most. */
export async function listApprovals(db: Db, now: Date): Promise<readonly ListedApproval[]> {
  const waiting = await db
    .selectFrom('approvals')
    .selectAll()
    .where('state', '=', 'asked')
    .where('expires_at', '>', now)
    .orderBy('expires_at')
    .limit(LISTED)
    .execute();
  return withActions(db, waiting);
}

export async function approvalByNumber(db: Db, number: number): Promise<ListedApproval | undefined> {
  const found = await db.selectFrom('approvals').selectAll().where('number', '=', number).execute();
  return (await withActions(db, found))[0];
}

async function withActions(db: Db, approvals: readonly ApprovalRow[]): Promise<readonly ListedApproval[]> {
  if (approvals.length === 0) return [];
  const ids = approvals.map((a) => a.action_id);
  const rows = await db.selectFrom('actions').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return approvals.map((approval) => ({ approval, row: byId.get(approval.action_id)! }));
}

/** A second person has said yes to what would be done. */
export async function isApproved(db: Db, row: ActionRow): Promise<boolean> {
  const approval = await approvalOf(db, row);
  return approval?.state === 'given' && approval.digest === row.digest;
}

/**
 * Asks for a second person, in the transaction of the first one's yes: where the action is told, and each named approver in a
 * direct message. Nothing is locked meanwhile: who waits for an answer must not keep others from a repair.
 * @returns APR-n
 */
export async function askApproval(
  tx: Tx,
  parts: Pick<PipelineDeps, 'approvers'>,
  row: ActionRow,
  why: { readonly rules: readonly string[]; readonly entry: string },
  now: Date,
): Promise<number> {
  const [drawn] = await draw(tx, 'approval_number', 1);
  const number = drawn!;
  const expiresAt = new Date(now.getTime() + APPROVAL_LIVES_MS);
  const people = (await parts.approvers(tx)).filter((id) => id !== row.principal.id);
  const asked = storableJson({ people, by: row.principal, entry: why.entry });
  const { id } = await tx
    .insertInto('approvals')
    .values({
      number,
      action_id: row.id,
      digest: row.digest!,
      state: 'asked',
      asked,
      asked_at: now,
      expires_at: expiresAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const change = { reason: row.reason, rule: 'approval-required', confirmed_at: now, expires_at: expiresAt };
  await moveAction(tx, row.id, 'awaiting-approval', { ...change, approval_id: id });
  await auditAction(tx, row, { stage: 'confirmed', outcome: 'ok', rule: why.rules.join(' ') }, now);
  const entry = { stage: 'approval-asked', outcome: 'ok', approvalId: id, rule: `approval: ${why.entry}` } as const;
  await auditAction(tx, row, { ...entry, after: { people } }, now);
  await postAction(tx, row, { approval: number }, now);
  await postPrivately(tx, row, people, now);
  await noteInTimeline(tx, row, 'approval-asked', row.principal, { approval: number, reason: row.reason }, now);
  return number;
}

export interface Vote {
  /** Row id of the approval. */
  readonly approval: number;
  readonly say: 'yes' | 'no' | 'withdraw';
  readonly by: Principal;
  /** Has the grant, now. */
  readonly approver: boolean;
  /** Of a no; without surrounding space, empty is none. */
  readonly reason?: string;
}

export type Voted =
  | { readonly kind: 'begun'; readonly job: JobName }
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly verb: string }
  | { readonly kind: 'missing' };

/** What a no is asked to be given with, or why it may not be given. */
export type NoAsked =
  | { readonly kind: 'asked'; readonly row: ActionRow; readonly approval: ApprovalRow }
  | Extract<Voted, { readonly kind: 'refused' | 'missing' }>;

/** By what is said. */
const CHECKS = { yes: WHEN_APPROVED, no: WHEN_DENIED, withdraw: WHEN_WITHDRAWN } as const;

/** A second person's answer, or the first one's change of mind. The action's row is locked: the first answer counts. */
export async function vote(tx: Tx, parts: Pick<PipelineDeps, 'rules'>, vote: Vote, now: Date): Promise<Voted> {
  const judged = await judge(tx, parts, vote, CHECKS[vote.say], now);
  if (judged.kind !== 'allowed') return judged;
  const { answered, rules } = judged;
  return vote.say === 'yes' ? begin(tx, answered, rules, now) : endUnapproved(tx, answered, vote.say, now);
}

/** Whether they may say no, before they are asked why. */
export async function askNo(
  tx: Tx,
  parts: Pick<PipelineDeps, 'rules'>,
  vote: Omit<Vote, 'say'>,
  now: Date,
): Promise<NoAsked> {
  const judged = await judge(tx, parts, vote, BEFORE_DENIED, now);
  return judged.kind === 'allowed' ? { kind: 'asked', ...judged.answered } : judged;
}

type Judged =
  | { readonly kind: 'allowed'; readonly answered: Answered; readonly rules: readonly string[] }
  | Extract<Voted, { readonly kind: 'refused' | 'missing' }>;

async function judge(
  tx: Tx,
  parts: Pick<PipelineDeps, 'rules'>,
  { approval: id, by, approver, reason }: Omit<Vote, 'say'>,
  checks: readonly Check<VoteFacts & GuardFacts & ReasonFacts>[],
  now: Date,
): Promise<Judged> {
  const found = await tx.selectFrom('approvals').select('action_id').where('id', '=', id).executeTakeFirst();
  const row = found && (await lockAction(tx, found.action_id));
  const approval = row && (await approvalOf(tx, row));
  if (!row || approval?.id !== id || approval.digest !== row.digest) return { kind: 'missing' };
  await queueUp(tx, parts.rules(row.target.environment).guardrails, row.target);
  const verdict = decide(checks, {
    ...(await guardFacts(tx, parts, guardedRow(row), now)),
    number: approval.number,
    state: approval.state,
    decidedBy: approval.decided_by,
    expiresAt: approval.expires_at,
    askedBy: row.principal,
    by,
    approver,
    reason,
    reasonRequired: row.reason_required,
    environment: row.target.environment,
  });
  const answered = { row, approval, by, reason: reason || null };
  if (verdict.ok) return { kind: 'allowed', answered, rules: verdict.rules };
  return refuseVote(tx, answered, verdict.refusal, now);
}

interface Answered {
  readonly row: ActionRow;
  readonly approval: ApprovalRow;
  readonly by: Principal;
  readonly reason: string | null;
}

async function begin(tx: Tx, answered: Answered, rules: readonly string[], now: Date): Promise<Voted> {
  const { row, approval, by } = answered;
  const job = await beginJob(tx, row, now);
  if ('refusal' in job) return refuseVote(tx, answered, job.refusal, now);
  await settle(tx, answered, 'given', now);
  await moveAction(tx, row.id, 'confirmed', { rule: 'approval-given' });
  const entry = { stage: 'approved', outcome: 'ok', principal: by, approvalId: approval.id, jobId: job.id } as const;
  await auditAction(tx, row, { ...entry, rule: rules.join(' ') }, now);
  const line = { approval: approval.number, state: 'given', job: job.number };
  await noteInTimeline(tx, row, 'approval-decided', by, line, now);
  await showAction(tx, row.id, now, CLASS.click);
  await tellAskers(tx, [row], 'decided', now);
  return { kind: 'begun', job };
}

async function endUnapproved(tx: Tx, answered: Answered, say: 'no' | 'withdraw', now: Date): Promise<Voted> {
  const { row, approval, by, reason } = answered;
  const state = say === 'no' ? 'refused' : 'withdrawn';
  await settle(tx, answered, state, now);
  await moveAction(tx, row.id, say === 'no' ? 'refused' : 'cancelled', { finished_at: now });
  const stage = say === 'no' ? 'approval-refused' : 'withdrawn';
  const entry = { stage, outcome: 'nothing happened', principal: by, approvalId: approval.id } as const;
  await auditAction(tx, row, say === 'no' ? { ...entry, reason: reason ?? undefined } : entry, now);
  await noteInTimeline(tx, row, 'approval-decided', by, { approval: approval.number, state, reason }, now);
  await showAction(tx, row.id, now, CLASS.click);
  if (say === 'no') await tellAskers(tx, [row], 'decided', now);
  return { kind: 'ended' };
}

async function refuseVote(
  tx: Tx,
  { row, approval, by }: Answered,
  refusal: Refusal,
  now: Date,
): Promise<Extract<Voted, { readonly kind: 'refused' }>> {
  const entry = { stage: 'refused', outcome: 'refused', rule: refusal.rule } as const;
  await auditAction(tx, row, { ...entry, principal: by, approvalId: approval.id }, now);
  return { kind: 'refused', refusal, verb: row.verb };
}

async function settle(tx: Tx, { approval, by, reason }: Answered, state: ApprovalState, now: Date): Promise<void> {
  await tx
    .updateTable('approvals')
    .set({ state, decided_by: storableJson(by), decided_at: now, reason })
    .where('id', '=', approval.id)
    .execute();
}
