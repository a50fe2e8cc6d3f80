import { sql } from 'kysely';
import type { Principal } from '../../../domain/principal.ts';
import { type ActionTarget, targetKey } from '../../../domain/workload.ts';
import type { Db, Tx } from '../../../ports/database.ts';
import { allow, type Check, refuse } from '../decide.ts';

/** The action that has the target. */
export interface Holder {
  /** JOB-n. */
  readonly job: number;
  readonly by: Principal;
}

export interface LockFacts {
  readonly target: ActionTarget;
  readonly lockIsOurs: boolean;
}

/** A lock that nobody has renewed for so long is taken over: all workers have been away. */
const LOCK_LEASE = sql`interval '15 minutes'`;

/** A lock that was taken over while no worker was there must not be acted under. */
export const lockHeld: Check<LockFacts> = ({ target, lockIsOurs }) =>
  lockIsOurs ? allow('lock-held') : refuse({ rule: 'lock-held', target: targetKey(target) });

/**
 * Takes the target for this action. A lock whose job has finished, or whose lease has run out, is taken over. `finished_at`
 * and not "no running job" is asked for: a job written a moment ago may be invisible to this statement, its lock is not.
 * @returns false when another action has it
 */
export async function takeLock(
  tx: Tx,
  target: ActionTarget,
  actionId: string,
  owner: string,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`
    insert into target_locks as l (target_key, action_id, owner, taken_at, lease_until)
    values (${targetKey(target)}, ${actionId}, ${owner}, ${now}, clock_timestamp() + ${LOCK_LEASE})
    on conflict (target_key) do update set
      action_id = excluded.action_id, job_id = null, owner = excluded.owner,
      taken_at = excluded.taken_at, lease_until = excluded.lease_until
    where l.action_id = excluded.action_id or l.lease_until < clock_timestamp()
      or exists (select from jobs j where j.id = l.job_id and j.finished_at is not null)
    returning l.target_key`.execute(tx);
  return rows.length > 0;
}

/** Names the job that the lock belongs to. */
export async function lockForJob(tx: Tx, actionId: string, jobId: number): Promise<void> {
  await tx.updateTable('target_locks').set({ job_id: jobId }).where('action_id', '=', actionId).execute();
}

/**
 * Keeps the lock for another lease.
 * @returns false when it is no longer this action's
 */
export async function renewLock(db: Db, actionId: string): Promise<boolean> {
  const renewed = await db
    .updateTable('target_locks')
    .set({ lease_until: sql<Date>`clock_timestamp() + ${LOCK_LEASE}` })
    .where('action_id', '=', actionId)
    .executeTakeFirst();
  return renewed.numUpdatedRows > 0n;
}

export async function releaseLock(tx: Tx, actionId: string): Promise<void> {
  await tx.deleteFrom('target_locks').where('action_id', '=', actionId).execute();
}

/** Which other action has the target now. Locks that may be taken over do not count. */
export async function holderOf(db: Db, target: ActionTarget, exceptAction?: string): Promise<Holder | undefined> {
  const { rows } = await sql<{ number: number; principal: Principal }>`
    select j.number, a.principal from target_locks l
    join jobs j on j.id = l.job_id
    join actions a on a.id = l.action_id
    where l.target_key = ${targetKey(target)} and l.lease_until >= clock_timestamp() and j.finished_at is null
      and l.action_id is distinct from ${exceptAction ?? null}::uuid`.execute(db);
  const [row] = rows;
  return row && { job: row.number, by: row.principal };
}
