import { sql } from 'kysely';
import { formatDuration } from '../../domain/duration.ts';
import { UserError } from '../../domain/errors.ts';
import type { Refusal } from '../../domain/plan.ts';
import type { TermEnd, TermQuestion } from '../../domain/term.ts';
import { ClusterError } from '../../ports/cluster.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { Action } from '../define.ts';
import { interval } from '../jobs/rows.ts';
import { type Loop, startLoop } from '../wake.ts';
import { jobOf } from './begin-job.ts';
import type { PipelineDeps } from './deps.ts';
import { type ActionRow, loadAction, planOf } from './records.ts';
import { order } from './standing.ts';
import { askAbout, auditTimer } from './term-ask.ts';
import { endForAudit, lockTerm, moveTerm, postTerm, TERM_V, type TermRow } from './term-rows.ts';
import { settleTerms } from './term-settle.ts';

const SWEEP_MS = 1_000;
const AT_ONCE = 5;
/** Well over what planning and confirming may take. */
const LEASE_MS = 60_000;
/** A target that is busy and a cluster that is away are tried again after this, and so often; then somebody is asked. */
const AGAIN_MS = 60_000;
const MOST_TRIES = 15;

/** Looks each second whose time is up, and what has become of those that were being taken back. */
export function startTermSweep(deps: PipelineDeps): Loop {
  const onError = (error: unknown, loop: string): void => deps.log.error({ err: error, loop }, 'the sweep failed');
  return startLoop({ name: 'terms', everyMs: SWEEP_MS, onError, work: (signal) => takeDueTerms(deps, signal) });
}

/** @returns whether there may be more */
export async function takeDueTerms(deps: PipelineDeps, signal: AbortSignal): Promise<boolean> {
  const settled = await settleTerms(deps.db, deps.clock.now());
  const due = await claimDue(deps.db, deps.clock.now());
  await Promise.all(due.map((term) => timeUp(deps, term, signal)));
  if (settled + due.length > 0) deps.wakeOutbox?.();
  return due.length === AT_ONCE;
}

/** Leased, so that another replica does not begin the same; somebody who takes it back by hand comes first. */
async function claimDue(db: Db, now: Date): Promise<readonly TermRow[]> {
  const { rows } = await sql<TermRow>`
    with due as materialized (
      select action_id from terms t
      where due_at <= ${now} and v <= ${TERM_V} and (lease_until is null or lease_until < clock_timestamp())
        and not exists (
          select from actions u join jobs j on j.action_id = u.id where u.undo_of = t.action_id and j.finished_at is null)
      order by due_at limit ${AT_ONCE} for update of t skip locked)
    update terms t set lease_until = clock_timestamp() + ${interval(LEASE_MS)}, tries = t.tries + 1
    from due where t.action_id = due.action_id
    returning t.*`.execute(db);
  return rows;
}

async function timeUp(deps: PipelineDeps, term: TermRow, signal: AbortSignal): Promise<void> {
  try {
    const row = await loadAction(deps.db, term.action_id);
    const action = row && deps.actions.get(row.verb);
    // A verb that is switched off, or of a newer program, stays due: the lease keeps it from being looked at all the time.
    if (!row || !action) return;
    const asks = term.how === 'ask' || deps.rules(row.target.environment).timeUp === 'ask';
    const next = asks ? ({ ask: { kind: 'time-up' } } as const) : await takeBack(deps, { row, action, term }, signal);
    if (next) await decided(deps, { row, term }, next);
  } catch (error) {
    if (!signal.aborted)
      deps.log.error({ err: error, action: term.action_id }, 'a term could not be ended; tried again');
  }
}

interface Ending {
  readonly row: ActionRow;
  readonly term: TermRow;
}

type Next =
  | { readonly ask: TermQuestion }
  | { readonly end: TermEnd }
  | { readonly later: TermQuestion };

/** Somebody has kept or prolonged it while it was planned: then it is as they said, and nothing is begun. */
class SaidOtherwise extends Error {
  override readonly name = 'SaidOtherwise';
}

/**
 * An action like any other, on behalf of who wanted the change: their rights, guardrails, a second person, the audit.
 * @returns nothing when it has begun, or when somebody has said otherwise
 */
async function takeBack(
  deps: PipelineDeps,
  { row, action, term }: Ending & { readonly action: Action },
  signal: AbortSignal,
): Promise<Next | undefined> {
  const undo = action.undo?.(planOf(row));
  const job = await jobOf(deps.db, row.id);
  if (!undo) return { ask: { kind: 'refused', refusal: { rule: 'reversible', verb: row.verb } } };
  const wanted = {
    action,
    args: undo.args,
    principal: row.principal,
    origin: { ...row.origin, kind: 'timer' as const },
    target: row.target,
    reason: `JOB-${job?.number ?? 0} --for ${formatDuration(term.lasts_ms)}`,
    undoOf: { action: row.id, left: undo.left },
    idempotencyKey: `term:${row.id}:${term.due_at?.toISOString() ?? ''}`,
    ...(row.incident_id !== null && { incidentId: row.incident_id }),
    onConfirmed: (tx: Tx, id: string) => begun(tx, { row, term }, id, deps.clock.now()),
  };
  try {
    const ordered = await order(deps, wanted, signal);
    return ordered.kind === 'refused' ? refused(ordered.refusal) : undefined;
  } catch (error) {
    if (error instanceof SaidOtherwise) return undefined;
    if (signal.aborted) throw error;
    if (error instanceof UserError) return { end: { kind: 'impossible', code: error.code, params: error.params } };
    if (error instanceof ClusterError) return { later: { kind: 'away', cluster: error.cluster } };
    throw error;
  }
}

/**
 * With the undo's yes: whoever presses after that is too late, whoever has pressed before is not overruled.
 * @throws SaidOtherwise
 */
async function begun(tx: Tx, { row, term }: Ending, undo: string, now: Date): Promise<void> {
  if (!(await stillDue(tx, term))) throw new SaidOtherwise();
  await moveTerm(tx, row.id, { state: 'taking', undo }, now);
}

async function stillDue(tx: Tx, { action_id: id, due_at: due }: TermRow): Promise<TermRow | undefined> {
  const current = await lockTerm(tx, id);
  return current?.state === 'running' && current.due_at?.getTime() === due?.getTime() ? current : undefined;
}

function refused(refusal: Refusal): Next {
  if (refusal.rule === 'as-left') return { end: { kind: 'changed' } };
  const why: TermQuestion = { kind: 'refused', refusal };
  return refusal.rule === 'one-action-per-target' ? { later: why } : { ask: why };
}

/** Somebody may have kept or prolonged it meanwhile: then it is as they said. */
async function decided({ db, clock }: PipelineDeps, { row, term }: Ending, next: Next): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const current = await stillDue(tx, term);
    if (!current) return;
    if ('end' in next) {
      await moveTerm(tx, row.id, { state: 'ended', note: next.end }, now);
      await auditTimer(tx, row, next.end.kind, endForAudit(next.end), now);
      return postTerm(tx, row, now);
    }
    if ('later' in next && current.tries < MOST_TRIES) {
      const change = { due_at: new Date(now.getTime() + AGAIN_MS), lease_until: null };
      await tx.updateTable('terms').set(change).where('action_id', '=', row.id).execute();
      return;
    }
    await askAbout(tx, row, 'ask' in next ? next.ask : next.later, now);
  });
}
