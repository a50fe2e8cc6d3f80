import type { ActionPlan } from '../../domain/plan.ts';
import { nameOf } from '../audit.ts';
import { timeLimit } from '../wake.ts';
import { placeOf, systemOf } from './deps.ts';
import { after, auditRun, end, nowOf, type Running, shown, showProgress, toState } from './running.ts';
import { renewLock } from './stages/lock.ts';
import { beginTerm } from './term/rows.ts';
import { troubleOf } from './trouble.ts';
import { mustWaitNow, waitForTurn } from './turn.ts';
import { usualMs } from './usual.ts';

/** From before `begin`, and well within the lease it takes: when the next worker may claim the job, nothing of ours is under way. */
const EXECUTE_WITHIN_MS = 20_000;
const FIRST_LOOK_MS = 2_000;
const PROBE_AFTER_MS = 5_000;

/**
 * The one call that changes the world. That it is about to be made is committed before, with the fence, the lock and a last
 * look for a cancel; whatever happens then, no claim of this job makes it again. Time runs from before that: a begin that took
 * too long is undone, and after one whose commit did nothing is done, and the world is looked at as after any other doubt.
 */
export async function execute(run: Running): Promise<void> {
  run.claimed.signal.throwIfAborted();
  const { deps, row, action, plan } = run;
  // Not the claim's: a worker that stops waits for this call, for its answer is worth more than a quick goodbye.
  const limit = timeLimit(deps.executeWithinMs ?? EXECUTE_WITHIN_MS);
  const begun = await begin(run, limit);
  if (begun !== 'begun') return begun();
  let touched: ActionPlan['touches'];
  try {
    limit.throwIfAborted();
    touched = await action.execute(plan, {
      ...placeOf(deps, row.target),
      signal: limit,
      run: row.id,
      by: nameOf(row.principal),
      reason: row.reason ?? '',
      at: nowOf(run),
    });
  } catch (error) {
    return failed(run, error);
  }
  await watchFrom(run, 'ok', touched);
}

/** Stops the transaction that would begin. */
class NotBegun extends Error {
  readonly instead: () => Promise<void>;

  constructor(instead: () => Promise<void>) {
    super('not begun');
    this.instead = instead;
  }
}

async function begin(run: Running, limit: AbortSignal): Promise<'begun' | (() => Promise<void>)> {
  const { claimed, row } = run;
  const progress = shown(run, { stage: 'executing', since: nowOf(run).toISOString() });
  try {
    await claimed.keep({ executed: true, progress }, async (tx, job) => {
      const by = job.cancel_requested_by;
      if (by) throw new NotBegun(() => end(run, 'cancelled', { kind: 'cancelled', by, executed: false }));
      if (!(await renewLock(tx, row.id))) {
        const refusal = { rule: 'lock-held', target: row.target_key } as const;
        throw new NotBegun(() => end(run, 'failed', { kind: 'refused', refusal }));
      }
      const running = await mustWaitNow(tx, run);
      if (running !== undefined) throw new NotBegun(() => waitForTurn(run, running));
      await toState(tx, run, 'running');
      if (row.term) await beginTerm(tx, row, row.term, nowOf(run));
      await auditRun(tx, run, { stage: 'executing', outcome: 'ok', before: { ...run.plan.touches } });
      await showProgress(tx, run, progress);
      limit.throwIfAborted();
    });
    return 'begun';
  } catch (error) {
    if (error instanceof NotBegun) return error.instead;
    throw error;
  }
}

/** It happened: goes on to watching. `how`: it said so itself, with what the touched fields are now, or a probe found it. */
export async function watchFrom(run: Running, how: string, touched: ActionPlan['touches'] = {}): Promise<void> {
  const usual = await usualMs(run.deps.db, run.row);
  const since = nowOf(run).toISOString();
  const progress = shown(run, { stage: 'watching', since, ...(usual !== undefined && { usualMs: usual }) });
  await run.claimed.later(after(run, FIRST_LOOK_MS), { state: 'watching', progress }, async (tx) => {
    await toState(tx, run, 'watching');
    await auditRun(tx, run, { stage: 'executed', outcome: how, after: { ...run.plan.effect, ...touched } });
    await showProgress(tx, run, progress);
  });
}

/** A plain no changed nothing. After anything else the world has to be looked at, by whoever claims the job next. */
async function failed(run: Running, error: unknown): Promise<void> {
  const trouble = troubleOf(run.deps, error);
  if (trouble.kind === 'refused') return end(run, 'failed', trouble.outcome);
  const system = trouble.kind === 'away' ? trouble.system : systemOf(run.row.target);
  const now = nowOf(run).toISOString();
  const progress = shown(run, { stage: 'executing', since: now, awaySince: now, away: system });
  await run.claimed.later(after(run, PROBE_AFTER_MS), { progress }, (tx) => showProgress(tx, run, progress));
}
