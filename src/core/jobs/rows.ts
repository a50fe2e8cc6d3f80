import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Principal } from '../../domain/principal.ts';
import { storableJson } from '../../domain/storable.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { JobsTable, Json } from '../../ports/schema.ts';
import { draw } from '../records.ts';

export type JobRow = Selectable<JobsTable>;

export interface NewJob {
  readonly kind: string;
  /** Its `v` is the row's. */
  readonly payload: Json & { readonly v: number };
  readonly principal: Principal;
  readonly environment?: string;
  readonly actionId?: string;
  readonly incidentId?: number;
  readonly progress?: Json;
  readonly priority?: number;
  /** Absent: at once. */
  readonly due?: Date;
}

/** Writes a job, in the transaction that decided on it. Wake a worker after the commit. */
export async function insertJob(
  tx: Tx,
  job: NewJob,
  now: Date,
): Promise<{ readonly id: number; readonly number: number }> {
  const [number] = await draw(tx, 'job_number', 1);
  return tx
    .insertInto('jobs')
    .values({
      number: number!,
      v: job.payload.v,
      kind: job.kind,
      state: 'queued',
      payload: storableJson(job.payload),
      environment: job.environment ?? null,
      action_id: job.actionId ?? null,
      incident_id: job.incidentId ?? null,
      principal: JSON.stringify(job.principal),
      priority: job.priority ?? 10,
      progress: storableJson(job.progress ?? {}),
      due_at: job.due ?? now,
      created_at: now,
    })
    .returning(['id', 'number'])
    .executeTakeFirstOrThrow();
}

export interface Claiming {
  readonly owner: string;
  readonly leaseMs: number;
  /** What this process can run: by kind, the newest `v` that it reads. Newer rows are left to newer replicas. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly now: Date;
}

/** A due time that another replica wrote may lie this much ahead of our clock. */
const CLOCK_SLACK_MS = 500;

/** Claims this job if it is due and nobody has it. */
export async function claimJob(db: Db, id: number, claiming: Claiming): Promise<JobRow | undefined> {
  const dueBy = new Date(claiming.now.getTime() + CLOCK_SLACK_MS);
  const [row] = await claim(db, claiming, sql`id = ${id} and due_at <= ${dueBy}`, 1);
  return row;
}

/** Claims what is due, first by priority, then by age. */
export async function claimDue(db: Db, limit: number, claiming: Claiming): Promise<JobRow[]> {
  return limit > 0 ? claim(db, claiming, sql`due_at <= ${claiming.now}`, limit) : [];
}

/** `attempt` is the fence: whoever claims later has a higher one, and what an earlier claimer saves no longer counts. */
async function claim(db: Db, c: Claiming, which: RawBuilder<unknown>, limit: number): Promise<JobRow[]> {
  const kinds = JSON.stringify([...c.kinds].map(([kind, known]) => ({ kind, known })));
  const { rows } = await sql<JobRow>`
    with ours as (
      select kind, known from jsonb_to_recordset(${kinds}::jsonb) k(kind text, known integer)),
    free as materialized (
      select id from jobs join ours using (kind)
      where ${which} and (lease_until is null or lease_until < clock_timestamp()) and v <= known
      order by priority, due_at, id limit ${limit} for update of jobs skip locked)
    update jobs j set
      lease_owner = ${c.owner}, lease_until = clock_timestamp() + ${interval(c.leaseMs)}, attempt = j.attempt + 1,
      state = case when j.state = 'queued' then 'running' else j.state end,
      started_at = coalesce(j.started_at, ${c.now})
    from free where j.id = free.id
    returning j.*`.execute(db);
  return rows;
}

/**
 * Prolongs the leases of these claims in one statement.
 * @returns the ids that are still ours
 */
export async function renewLeases(
  db: Db,
  owner: string,
  leaseMs: number,
  claims: readonly { readonly id: number; readonly attempt: number }[],
): Promise<ReadonlySet<number>> {
  if (claims.length === 0) return new Set();
  const { rows } = await sql<{ id: number }>`
    update jobs j set lease_until = clock_timestamp() + ${interval(leaseMs)}
    from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) c(id bigint, attempt integer)
    where j.id = c.id and j.attempt = c.attempt and j.lease_owner = ${owner}
    returning j.id`.execute(db);
  return new Set(rows.map((r) => r.id));
}

export function interval(ms: number): RawBuilder<unknown> {
  return sql`make_interval(secs => ${ms / 1_000})`;
}
