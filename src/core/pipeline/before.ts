import { RetryableError } from '../../domain/errors.ts';
import type { ActionOutcome, ActionPlan, Refusal } from '../../domain/plan.ts';
import type { Rights } from '../rights/types.ts';
import { isApproved, needOf } from './approvals.ts';
import { decide } from './decide.ts';
import { placeOf } from './deps.ts';
import { digestOf } from './digest.ts';
import { execute } from './execute.ts';
import { after, elapsed, end, nowOf, type Running, shown, showProgress } from './running.ts';
import { guardedRow, guardFacts, plannedOf } from './stages/guards.ts';
import { renewLock } from './stages/lock.ts';
import { placeFacts } from './stages/places.ts';
import { BEFORE_EXECUTE } from './stages.ts';
import { troubleOf } from './trouble.ts';
import { mustWait, waitForTurn } from './turn.ts';

/** A cluster that is away is asked again after this, and given up after that: nobody expects a restart an hour later. */
const ASK_AGAIN_MS = 5_000;
const GIVE_UP_MS = 2 * 60_000;

/** The last look before the world is changed: lock, rights, guardrails, and the plan made once more. */
export async function recheckAndExecute(run: Running): Promise<void> {
  const { cancel_requested_at: cancelled, cancel_requested_by: by } = run.claimed.row;
  if (cancelled && by) return end(run, 'cancelled', { kind: 'cancelled', by, executed: false });
  const running = await mustWait(run.deps.db, run);
  if (running !== undefined) return waitForTurn(run, running);
  const plan = await planAnew(run);
  if (!plan) return;
  const rights = await rightsNow(run);
  if (!rights) return;
  const verdict = decide(BEFORE_EXECUTE, await factsOf(run, plan, rights));
  if (!verdict.ok) return end(run, 'failed', refusedBy(verdict.refusal));
  return execute(run);
}

/** What would be done now; `undefined`: that could not be found out, and what follows is decided. */
async function planAnew(run: Running): Promise<ActionPlan | undefined> {
  const { deps, claimed, action, row } = run;
  try {
    const place = placeOf(deps, row.target);
    return await action.plan(row.target, row.args, { ...place, signal: claimed.signal });
  } catch (error) {
    if (claimed.signal.aborted) throw error;
    const trouble = troubleOf(deps, error);
    if (trouble.kind === 'away') await askAgain(run, trouble.system);
    else await end(run, 'failed', outcomeOf(trouble));
    return undefined;
  }
}

function outcomeOf(trouble: Exclude<ReturnType<typeof troubleOf>, { kind: 'away' }>): ActionOutcome {
  return trouble.kind === 'refused' ? trouble.outcome : { kind: 'error', id: trouble.id, executed: false };
}

async function askAgain(run: Running, system: string): Promise<void> {
  const since = run.progress.awaySince ?? nowOf(run).toISOString();
  if (elapsed(run, since) >= GIVE_UP_MS) return end(run, 'failed', { kind: 'away', cluster: system, since });
  const progress = shown(run, { ...run.progress, stage: 'checking', awaySince: since, away: system });
  await run.claimed.later(after(run, ASK_AGAIN_MS), { progress }, (tx) => showProgress(tx, run, progress));
}

/** `undefined`: that is another process's to say, and it is left to it. */
async function rightsNow(run: Running): Promise<Rights | undefined> {
  const { deps, claimed, row } = run;
  try {
    return await deps.rightsOf(row.principal, nowOf(run));
  } catch (error) {
    if (!(error instanceof RetryableError)) throw error;
    deps.log.info({ err: error, action: row.id }, 'a change is left to another process');
    await claimed.later(after(run, ASK_AGAIN_MS), {}, async (tx) => {
      await renewLock(tx, row.id);
    });
    return undefined;
  }
}

async function factsOf({ deps, row, action }: Running, plan: ActionPlan, rights: Rights) {
  const now = deps.clock.now();
  const planned = { ...plannedOf(row), ...plan.facts };
  const [lockIsOurs, guards, approved, place] = await Promise.all([
    renewLock(deps.db, row.id),
    guardFacts(deps.db, deps, guardedRow(row, rights, planned), now),
    isApproved(deps.db, row),
    placeFacts(deps.db, deps, row),
  ]);
  const approvalNeed = needOf(deps, row, action);
  const digests = { digestWas: row.digest, digestIs: digestOf(row.verb, row.args, plan) };
  return { ...place, ...guards, ...digests, lockIsOurs, rights, wanted: action, approvalNeed, approved };
}

function refusedBy(refusal: Refusal): ActionOutcome {
  return refusal.rule === 'unchanged' ? { kind: 'changed' } : { kind: 'refused', refusal };
}
