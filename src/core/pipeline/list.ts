import { sql } from 'kysely';
import type { Principal } from '../../domain/principal.ts';
import type { Db } from '../../ports/database.ts';
import type { JobRow } from '../jobs/rows.ts';
import { assertKnown } from '../newer.ts';
import { ACTION_JOB_V } from './begin-job.ts';
import { type ActionRow, readable } from './records.ts';
import type { TermRow } from './term/rows.ts';

/** A job with its action, if it runs one. */
export interface ListedJob {
  readonly job: JobRow;
  /** The action's verb, else the job's kind. */
  readonly verb: string;
  readonly principal: Principal;
  readonly targetKey?: string;
  readonly action?: ActionRow;
  /** Until when it is left, or that somebody is to say whether it stays; absent: for good, or over. */
  readonly term?: TermRow;
}

const LISTED = 20;

const OPEN = sql`select from terms t where t.action_id = jobs.action_id and t.state <> 'ended'`;

/** All that run or are for a while, then the newest that have ended; 20 at most, the newest first. */
export async function listJobs(db: Db): Promise<readonly ListedJob[]> {
  const jobs = await db
    .selectFrom('jobs')
    .selectAll()
    .orderBy(sql`finished_at is null or exists (${OPEN})`, 'desc')
    .orderBy('finished_at', (o) => o.desc().nullsFirst())
    .orderBy('id', 'desc')
    .limit(LISTED)
    .execute();
  return withActions(db, jobs);
}

/** @throws NewerVersion when only a newer program can show it */
export async function jobByNumber(db: Db, number: number): Promise<ListedJob | undefined> {
  const jobs = await db.selectFrom('jobs').selectAll().where('number', '=', number).execute();
  const [job] = await withActions(db, jobs);
  readable(job?.action);
  if (job?.action) assertKnown(`JOB-${number}`, job.job.v, ACTION_JOB_V);
  return job;
}

async function withActions(db: Db, jobs: readonly JobRow[]): Promise<readonly ListedJob[]> {
  const ids = jobs.flatMap((j) => (j.action_id ? [j.action_id] : []));
  const actions = ids.length > 0 ? await db.selectFrom('actions').selectAll().where('id', 'in', ids).execute() : [];
  const byId = new Map(actions.map((a) => [a.id, a]));
  const terms = await openTerms(db, ids);
  return jobs.map((job) => {
    const action = byId.get(job.action_id ?? '');
    const { title } = job.payload;
    const known = action ? { action, targetKey: action.target_key } : typeof title === 'string' && { targetKey: title };
    const term = terms.get(job.action_id ?? '');
    return { job, verb: action?.verb ?? job.kind, principal: job.principal, ...known, ...(term && { term }) };
  });
}

async function openTerms(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, TermRow>> {
  if (ids.length === 0) return new Map();
  const open = db.selectFrom('terms').selectAll().where('action_id', 'in', ids).where('state', '<>', 'ended');
  return new Map((await open.execute()).map((term) => [term.action_id, term]));
}
