import type { Refusal } from '../../domain/plan.ts';
import type { Principal } from '../../domain/principal.ts';
import { targetKey } from '../../domain/workload.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { Action, Role } from '../define.ts';
import { insertJob } from '../jobs/rows.ts';
import { decide } from './decide.ts';
import type { PipelineDeps } from './deps.ts';
import { postAction } from './post.ts';
import { type ActionRow, auditAction, lockAction, moveAction } from './records.ts';
import { type Holder, holderOf, lockForJob, takeLock } from './stages/lock.ts';
import { WHEN_CONFIRMED } from './stages.ts';

/** The job type that runs actions, the file in `jobs/`, and the newest `v` of its payload. */
const ACTION_JOB = 'action';
export const ACTION_JOB_V = 1;

export interface Confirmation {
  readonly actionId: string;
  readonly principal: Principal;
  /** Where the one who confirms stands now. */
  readonly role: Role;
  /** Without surrounding space; empty is none. */
  readonly reason?: string;
}

export interface JobName {
  readonly id: number;
  /** JOB-n. */
  readonly number: number;
}

export type Confirmed =
  | { readonly kind: 'confirmed'; readonly job: JobName; readonly row: ActionRow }
  /** It had been confirmed before: nothing has changed. */
  | { readonly kind: 'again'; readonly job: JobName; readonly row: ActionRow }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly row: ActionRow }
  | { readonly kind: 'missing' };

type Parts = Pick<PipelineDeps, 'actions'>;

/**
 * The yes, in one transaction: checks, lock, job, post, timeline and audit. Whoever comes second waits for the action's row
 * and finds it confirmed. Wake a worker after the commit.
 */
export async function confirmAction(tx: Tx, parts: Parts, yes: Confirmation, now: Date): Promise<Confirmed> {
  const row = await lockAction(tx, yes.actionId);
  if (!row) return { kind: 'missing' };
  const job = await jobOf(tx, row.id);
  if (job) return { kind: 'again', job, row };
  const refused = (refusal: Refusal) => refuseConfirm(tx, row, yes, refusal, now);

  const action = parts.actions.get(row.verb);
  if (!action) return refused({ rule: 'known-action', verb: row.verb });
  const holder = await holderOf(tx, row.target, row.id);
  const verdict = decide(WHEN_CONFIRMED, { ...factsOf(row, action, yes, now), holder });
  if (!verdict.ok) return refused(verdict.refusal);
  if (!(await takeLock(tx, row.target, row.id, 'job', now))) return refused(await takenBy(tx, row));
  return goOn(tx, { ...row, reason: yes.reason || null }, verdict.rules, now);
}

function factsOf(row: ActionRow, action: Action, yes: Confirmation, now: Date) {
  return {
    now,
    expiresAt: row.state === 'planned' ? row.expires_at : now,
    plannedBy: row.principal,
    confirmedBy: yes.principal,
    role: yes.role,
    needs: action.role,
    target: row.target,
    environment: row.target.environment,
    reason: yes.reason,
    reasonRequired: row.reason_required,
    risk: action.risk,
  };
}

/** Everything that a confirmed action is. */
async function goOn(tx: Tx, row: ActionRow, rules: readonly string[], now: Date): Promise<Confirmed> {
  const { reason } = row;
  const approval = rules.find((rule) => rule.startsWith('approval-'))!;
  await moveAction(tx, row.id, 'confirmed', { reason, rule: approval, confirmed_at: now });
  const job = await insertJob(
    tx,
    {
      kind: ACTION_JOB,
      payload: { v: ACTION_JOB_V, action: row.id },
      principal: row.principal,
      environment: row.target.environment,
      actionId: row.id,
      incidentId: row.incident_id ?? undefined,
      progress: { stage: 'queued', since: now.toISOString() },
    },
    now,
  );
  await lockForJob(tx, row.id, job.id);
  await auditAction(tx, row, { stage: 'confirmed', outcome: 'ok', jobId: job.id, rule: rules.join(' ') }, now);
  await auditAction(tx, row, { stage: 'not-required', outcome: 'ok', jobId: job.id, rule: approval }, now);
  await postAction(tx, row, job.number, now);
  return { kind: 'confirmed', job, row };
}

/** Two confirms at once: who lost the race for the lock learns who won it. */
async function takenBy(tx: Tx, row: ActionRow): Promise<Refusal> {
  const holder: Holder = (await holderOf(tx, row.target, row.id)) ?? { job: 0, by: { kind: 'hikeshi', id: 'lock' } };
  return { rule: 'one-action-per-target', job: holder.job, by: holder.by, target: targetKey(row.target) };
}

async function refuseConfirm(
  tx: Tx,
  row: ActionRow,
  yes: Confirmation,
  refusal: Refusal,
  now: Date,
): Promise<Confirmed> {
  const entry = { stage: 'refused', outcome: 'refused', rule: refusal.rule, principal: yes.principal } as const;
  await auditAction(tx, row, { ...entry, reason: yes.reason }, now);
  return { kind: 'refused', refusal, row };
}

export async function jobOf(db: Db, actionId: string): Promise<JobName | undefined> {
  return db.selectFrom('jobs').select(['id', 'number']).where('action_id', '=', actionId).executeTakeFirst();
}
