import type { Refusal } from '../../domain/plan.ts';
import { targetKey } from '../../domain/workload.ts';
import type { Db, Tx } from '../../ports/database.ts';
import { insertJob } from '../jobs/rows.ts';
import { ACTION_V, type ActionRow } from './records.ts';
import { holderOf, lockForJob, takeLock } from './stages/lock.ts';

/** The job type that runs actions, the file in `jobs/`, and the newest `v` of its payload: a job is of its action's. */
const ACTION_JOB = 'action';
export const ACTION_JOB_V = ACTION_V;

export interface JobName {
  readonly id: number;
  /** JOB-n. */
  readonly number: number;
}

/** Takes the target's lock and writes the job that does it; refused when another action has the target. */
export async function beginJob(tx: Tx, row: ActionRow, now: Date): Promise<JobName | { readonly refusal: Refusal }> {
  if (!(await takeLock(tx, row.target, row.id, 'job', now))) return { refusal: await takenBy(tx, row) };
  const job = await insertJob(
    tx,
    {
      kind: ACTION_JOB,
      payload: { v: row.v, action: row.id },
      principal: row.principal,
      environment: row.target.environment,
      actionId: row.id,
      incidentId: row.incident_id ?? undefined,
      progress: { stage: 'queued', since: now.toISOString() },
    },
    now,
  );
  await lockForJob(tx, row.id, job.id);
  return job;
}

/** Two at once: who lost the race for the lock learns who won it. */
async function takenBy(tx: Tx, row: ActionRow): Promise<Refusal> {
  const holder = (await holderOf(tx, row.target, row.id)) ?? { job: 0, by: { kind: 'hikeshi', id: 'lock' } as const };
  return { rule: 'one-action-per-target', job: holder.job, by: holder.by, target: targetKey(row.target) };
}

/** The job that runs an action, once there is one. */
export async function jobOf(db: Db, actionId: string): Promise<JobName | undefined> {
  return db.selectFrom('jobs').select(['id', 'number']).where('action_id', '=', actionId).executeTakeFirst();
}
