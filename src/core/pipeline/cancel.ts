import type { Stoppable } from '../../domain/plan.ts';
import type { Origin, Principal } from '../../domain/principal.ts';
import { principalKey } from '../../domain/principal.ts';
import type { Tx } from '../../ports/database.ts';
import { audit } from '../audit.ts';
import type { Role } from '../define.ts';
import type { JobRow } from '../jobs/rows.ts';
import { CLASS } from '../outbox/write.ts';
import { mayI } from '../rights/may.ts';
import { showAction } from './post.ts';
import { loadAction } from './records.ts';

/** What stopping a job takes: the role that starting one takes, or to have started it. */
export const CANCEL_NEEDS: Role = 'operator';

export interface Cancelling {
  readonly principal: Principal;
  readonly origin: Origin;
  readonly role: Role;
}

export type CancelAsked =
  /** `executed`: the change stays, only the watching ends. */
  | { readonly kind: 'asked'; readonly job: JobRow }
  /** Somebody had asked before. */
  | { readonly kind: 'again'; readonly job: JobRow }
  | { readonly kind: 'finished'; readonly job: JobRow }
  | { readonly kind: 'not-allowed'; readonly job: JobRow }
  | { readonly kind: 'missing' };

export function stoppable({ executed, state }: Pick<JobRow, 'executed' | 'state'>): Stoppable {
  if (!executed) return 'all';
  return state === 'watching' ? 'watching' : 'nothing';
}

const REFUSED = { stage: 'refused', outcome: 'refused' } as const;

/** Writes the wish into the job's row, makes it due and audits; a worker sees it at its next look. Wake one after the commit. */
export async function askCancel(
  tx: Tx,
  which: { readonly id: number } | { readonly number: number },
  by: Cancelling,
  now: Date,
): Promise<CancelAsked> {
  const { principal, role } = by;
  const [column, value] = 'id' in which ? (['id', which.id] as const) : (['number', which.number] as const);
  const job = await tx.selectFrom('jobs').selectAll().where(column, '=', value).forUpdate().executeTakeFirst();
  if (!job) {
    const { origin } = by;
    await audit(
      tx,
      { ...REFUSED, verb: 'cancel', principal, origin, target: `JOB ${column} ${value}`, rule: 'missing' },
      now,
    );
    return { kind: 'missing' };
  }
  const refused = (rule: string): Promise<void> => auditCancel(tx, job, by, { ...REFUSED, rule }, now);
  const own = principalKey(job.principal) === principalKey(principal);
  // What changes nothing may be stopped by whoever may read.
  if (!own && job.action_id !== null && !mayI(role, CANCEL_NEEDS)) {
    await refused('role');
    return { kind: 'not-allowed', job };
  }
  if (job.finished_at) {
    await refused('job-finished');
    return { kind: 'finished', job };
  }
  if (job.cancel_requested_at) {
    await refused('cancelled-already');
    return { kind: 'again', job };
  }
  await tx
    .updateTable('jobs')
    .set({ cancel_requested_at: now, cancel_requested_by: JSON.stringify(principal), due_at: now })
    .where('id', '=', job.id)
    .execute();
  await auditCancel(tx, job, by, { stage: 'cancel-asked', outcome: job.executed ? 'executed' : 'not executed' }, now);
  if (job.action_id) await showAction(tx, job.action_id, now, CLASS.click);
  return { kind: 'asked', job };
}

async function auditCancel(
  tx: Tx,
  job: JobRow,
  { principal, origin }: Cancelling,
  entry: { readonly stage: 'refused' | 'cancel-asked'; readonly outcome: string; readonly rule?: string },
  now: Date,
): Promise<void> {
  const action = job.action_id ? await loadAction(tx, job.action_id) : undefined;
  await audit(
    tx,
    {
      verb: action?.verb ?? job.kind,
      principal,
      origin,
      target: action?.target_key,
      incidentId: job.incident_id ?? undefined,
      actionId: job.action_id ?? undefined,
      jobId: job.id,
      ...entry,
    },
    now,
  );
}
