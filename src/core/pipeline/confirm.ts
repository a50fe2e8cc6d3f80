import type { Refusal } from '../../domain/plan.ts';
import { type Principal, principalKey } from '../../domain/principal.ts';
import type { Tx } from '../../ports/database.ts';
import type { Action } from '../define.ts';
import type { Rights } from '../rights/types.ts';
import { approvalOf, askApproval, needOf } from './approvals.ts';
import { beginJob, type JobName, jobOf } from './begin-job.ts';
import { tellBrokenGlass } from './break-glass.ts';
import { Checks } from './checks.ts';
import { decide } from './decide.ts';
import type { PipelineDeps } from './deps.ts';
import { changedBy } from './lately.ts';
import { noteInTimeline, postAction } from './post.ts';
import { type ActionRow, auditAction, heldUntil, lockAction, moveAction } from './records.ts';
import { approvalNeeded } from './stages/approval.ts';
import { BROKEN } from './stages/guardrails.ts';
import { guardedRow, guardFacts, queueUp } from './stages/guards.ts';
import { placeFacts } from './stages/places.ts';
import { WHEN_CONFIRMED } from './stages.ts';

export interface Confirmation {
  readonly actionId: string;
  readonly principal: Principal;
  /** What the one who confirms may now. */
  readonly rights: Rights;
  /** Without surrounding space; empty is none. */
  readonly reason?: string;
}

export type Confirmed =
  | { readonly kind: 'confirmed'; readonly job: JobName; readonly row: ActionRow }
  /** It had been confirmed before: nothing has changed. */
  | { readonly kind: 'again'; readonly job: JobName; readonly row: ActionRow }
  /** It waits for a second person: APR-n. */
  | { readonly kind: 'awaiting'; readonly approval: number; readonly row: ActionRow }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly row: ActionRow }
  | { readonly kind: 'missing' };

const AGAIN = { stage: 'refused', outcome: 'refused', rule: 'confirmed-already' } as const;

type Parts = Pick<PipelineDeps, 'actions' | 'approvers' | 'rules' | 'fallbackChannel'>;

/**
 * The yes, in one transaction: checks, then lock, job and post, or the question to a second person. Whoever comes second
 * waits for the action's row and finds it confirmed. Wake a worker after the commit.
 * @param checks counts what guardrails, approval and audit take
 */
export async function confirmAction(
  tx: Tx,
  parts: Parts,
  yes: Confirmation,
  now: Date,
  checks = new Checks(),
): Promise<Confirmed> {
  const row = await lockAction(tx, yes.actionId);
  if (!row) return { kind: 'missing' };
  const job = await jobOf(tx, row.id);
  const again = (jobId?: number): Promise<void> =>
    auditAction(tx, row, { ...AGAIN, principal: yes.principal, ...(jobId !== undefined && { jobId }) }, now);
  if (job) {
    await again(job.id);
    return { kind: 'again', job, row };
  }
  const asked = row.state === 'awaiting-approval' ? await approvalOf(tx, row) : undefined;
  if (asked) {
    await again();
    return { kind: 'awaiting', approval: asked.number, row };
  }
  const refused = (refusal: Refusal) => checks.during(() => refuseConfirm(tx, row, yes, refusal, now));

  const action = parts.actions.get(row.verb);
  if (!action) return refused({ rule: 'known-action', verb: row.verb });
  const verdict = await checks.during(async () => {
    await queueUp(tx, parts.rules(row.target.environment).guardrails, row.target);
    const place = await placeFacts(tx, parts, row);
    const guards = await guardFacts(tx, parts, guardedRow(row, yes.rights), now);
    const changed = { changedBy: await changedBy(tx, row) };
    return decide(WHEN_CONFIRMED, { ...factsOf(row, action, yes, now), ...place, ...guards, ...changed });
  });
  if (!verdict.ok) return refused(verdict.refusal);
  // What was not in the way now is not lifted later, when nobody would be told.
  const lift = verdict.rules.some((rule) => rule.startsWith(BROKEN)) ? row.lift : null;
  if (lift !== row.lift) await tx.updateTable('actions').set({ lift }).where('id', '=', row.id).execute();
  const confirmed = { ...row, lift, reason: yes.reason || null };
  await tellBrokenGlass(tx, parts, confirmed, verdict.rules, now);
  const entry = approvalNeeded(needOf(parts, row, action));
  if (entry === undefined) return begin(tx, confirmed, { rules: verdict.rules, refused, checks }, now);
  const asking = { rules: verdict.rules, entry };
  const approval = await checks.during(() => askApproval(tx, parts, confirmed, asking, now));
  return { kind: 'awaiting', approval, row: confirmed };
}

function factsOf(row: ActionRow, action: Action, yes: Confirmation, now: Date) {
  return {
    now,
    expiresAt: heldUntil(row, now),
    plannedBy: row.principal,
    confirmedBy: yes.principal,
    rights: yes.rights,
    wanted: action,
    environment: row.target.environment,
    reason: yes.reason,
    reasonRequired: row.reason_required,
  };
}

interface Beginning {
  readonly rules: readonly string[];
  readonly refused: (refusal: Refusal) => Promise<Confirmed>;
  readonly checks: Checks;
}

/** Everything that an action is that one person confirms. */
async function begin(tx: Tx, row: ActionRow, { rules, refused, checks }: Beginning, now: Date): Promise<Confirmed> {
  const job = await beginJob(tx, row, now);
  if ('refusal' in job) return refused(job.refusal);
  const { reason } = row;
  const rule = 'approval-not-required';
  await moveAction(tx, row.id, 'confirmed', { reason, rule, confirmed_at: now });
  await checks.during(async () => {
    await auditAction(tx, row, { stage: 'confirmed', outcome: 'ok', jobId: job.id, rule: rules.join(' ') }, now);
    await auditAction(tx, row, { stage: 'not-required', outcome: 'ok', jobId: job.id, rule }, now);
  });
  await postAction(tx, row, { job: job.number }, now);
  await noteInTimeline(tx, row, 'action-confirmed', row.principal, { job: job.number, reason }, now);
  return { kind: 'confirmed', job, row };
}

async function refuseConfirm(
  tx: Tx,
  row: ActionRow,
  yes: Confirmation,
  refusal: Refusal,
  now: Date,
): Promise<Confirmed> {
  // Kept for when it is looked at anew.
  if (yes.reason && principalKey(yes.principal) === principalKey(row.principal)) {
    await tx.updateTable('actions').set({ reason: yes.reason }).where('id', '=', row.id).execute();
  }
  const entry = { stage: 'refused', outcome: 'refused', rule: refusal.rule, principal: yes.principal } as const;
  await auditAction(tx, row, { ...entry, reason: yes.reason }, now);
  return { kind: 'refused', refusal, row };
}
