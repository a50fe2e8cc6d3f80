import { sql } from 'kysely';
import { formatDuration } from '../../../domain/duration.ts';
import type { Refusal } from '../../../domain/plan.ts';
import type { TermEnd, TermQuestion } from '../../../domain/term.ts';
import type { Db, Tx } from '../../../ports/database.ts';
import type { Action } from '../../define.ts';
import { interval } from '../../jobs/rows.ts';
import { type Loop, startLoop } from '../../wake.ts';
import { jobOf } from '../begin-job.ts';
import type { PipelineDeps } from '../deps.ts';
import { type ActionRow, auditAction, loadAction, lockAction, moveAction, planOf } from '../records.ts';
import { order } from '../standing.ts';
import { type Trouble, troubleOf } from '../trouble.ts';
import { askAbout, auditTimer } from './ask.ts';
import { endForAudit, lockTerm, moveTerm, postTerm, putOff, TERM_V, type TermRow } from './rows.ts';
import { settleTerms } from './settle.ts';

const SWEEP_MS = 1_000;
const AT_ONCE = 5;
/** Well over what planning and confirming may take. */
const LEASE_MS = 60_000;
/** What passes by itself is tried again after this, and whatever it is so often; then somebody is asked. */
const AGAIN_MS = 60_000;
const MOST_TRIES = 15;
/** What a plan says of the target itself: there is nothing (left) to take back. */
const NOTHING_LEFT: readonly string[] = ['same-replicas', 'same-revision', 'no-such-workload'];

/** Looks each second whose time is up, and what has become of those that were being taken back. */
export function startTermSweep(deps: PipelineDeps): Loop {
  const onError = (error: unknown, loop: string): void => deps.log.error({ err: error, loop }, 'the sweep failed');
  return startLoop({ name: 'terms', everyMs: SWEEP_MS, onError, work: (signal) => takeDueTerms(deps, signal) });
}

/** @returns whether there may be more */
export async function takeDueTerms(deps: PipelineDeps, signal: AbortSignal): Promise<boolean> {
  const done = await settled(deps);
  const due = await claimDue(deps.db, deps.clock.now());
  await Promise.all(due.map((term) => timeUp(deps, term, signal)));
  if (done + due.length > 0) deps.wakeOutbox?.();
  return due.length === AT_ONCE;
}

/** What settling cannot do keeps nothing else from its end. */
async function settled({ db, clock, log }: PipelineDeps): Promise<number> {
  try {
    return await settleTerms({ db, log }, clock.now());
  } catch (error) {
    log.error({ err: error }, 'what has become of terms could not be read; tried again');
    return 0;
  }
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
    const next = row && (await nextOf(deps, { row, term }, signal));
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

/** `first`: not before it has been tried often enough, in a while, or when the lease ends and it is late all that time. */
type Next = { readonly end: TermEnd } | { readonly ask: TermQuestion; readonly first?: 'later' | 'again' };

/** @returns nothing when it is being taken back, or somebody has said otherwise */
async function nextOf(deps: PipelineDeps, { row, term }: Ending, signal: AbortSignal): Promise<Next | undefined> {
  const action = deps.actions.get(row.verb);
  // Switched off, or of a newer program, which may come to it first.
  if (!action) return { ask: { kind: 'refused', refusal: { rule: 'known-action', verb: row.verb } }, first: 'again' };
  if (term.how === 'ask' || deps.rules(row.target.environment).timeUp === 'ask') return { ask: { kind: 'time-up' } };
  try {
    return await takeBack(deps, { row, action, term }, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof SaidOtherwise) {
      await giveUp(deps, error.undo);
      return undefined;
    }
    return troubled(troubleOf({ log: deps.log.child({ action: row.id }) }, error));
  }
}

function troubled(trouble: Trouble): Next {
  switch (trouble.kind) {
    case 'away':
      return { ask: { kind: 'away', cluster: trouble.system }, first: 'later' };
    case 'fault':
      return { ask: trouble, first: 'again' };
    case 'refused': {
      const { outcome } = trouble;
      if (outcome.kind === 'changed') return { end: { kind: 'changed' } };
      const over = outcome.kind === 'impossible' && NOTHING_LEFT.includes(outcome.code);
      return over ? { end: outcome } : { ask: { kind: 'stopped', outcome } };
    }
  }
}

/** Somebody has kept or prolonged it while it was planned: then it is as they said, and nothing is begun. */
class SaidOtherwise extends Error {
  override readonly name = 'SaidOtherwise';
  /** What was planned. */
  readonly undo: string;

  constructor(undo: string) {
    super('somebody has said otherwise');
    this.undo = undo;
  }
}

/** Nobody will confirm this plan any more. One that a twin of this replica has confirmed goes on. */
async function giveUp({ db, clock }: PipelineDeps, undo: string): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const row = await lockAction(tx, undo);
    if (row?.state !== 'planned') return;
    await moveAction(tx, row.id, 'cancelled', { finished_at: now });
    await auditAction(tx, row, { stage: 'cancelled', outcome: 'nothing happened', rule: 'term-said-otherwise' }, now);
  });
}

/**
 * An action like any other, on behalf of who wanted the change: their rights, guardrails, a second person, the audit.
 * @returns nothing when it has begun
 * @throws SaidOtherwise, and as `order` does
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
  const ordered = await order(deps, wanted, signal);
  return ordered.kind === 'refused' ? refused(ordered.refusal) : undefined;
}

/**
 * With the undo's yes: whoever presses after that is too late, whoever has pressed before is not overruled.
 * @throws SaidOtherwise
 */
async function begun(tx: Tx, { row, term }: Ending, undo: string, now: Date): Promise<void> {
  if (!(await stillDue(tx, term))) throw new SaidOtherwise(undo);
  await moveTerm(tx, row, { state: 'taking', undo }, now);
}

async function stillDue(tx: Tx, { action_id: id, due_at: due }: TermRow): Promise<TermRow | undefined> {
  const current = await lockTerm(tx, id);
  return current?.state === 'running' && current.due_at?.getTime() === due?.getTime() ? current : undefined;
}

function refused(refusal: Refusal): Next {
  if (refusal.rule === 'as-left') return { end: { kind: 'changed' } };
  const why: TermQuestion = { kind: 'refused', refusal };
  return refusal.rule === 'one-action-per-target' ? { ask: why, first: 'later' } : { ask: why };
}

/** Somebody may have kept or prolonged it meanwhile: then it is as they said. */
async function decided({ db, clock }: PipelineDeps, { row, term }: Ending, next: Next): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const current = await stillDue(tx, term);
    if (!current) return;
    if ('end' in next) {
      await moveTerm(tx, row, { state: 'ended', note: next.end }, now);
      await auditTimer(tx, row, next.end.kind, endForAudit(next.end), now);
      return postTerm(tx, row, now);
    }
    if (next.first === undefined || current.tries >= MOST_TRIES) return askAbout(tx, row, next.ask, now);
    if (next.first === 'later') await putOff(tx, row.id, new Date(now.getTime() + AGAIN_MS), now);
  });
}
