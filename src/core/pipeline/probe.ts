import { placeOf } from './deps.ts';
import { watchFrom } from './execute.ts';
import { after, elapsed, end, nowOf, type Running, shown, showProgress } from './running.ts';
import { troubleOf } from './trouble.ts';

const LOOK_AGAIN_MS = 5_000;
/** A request that was cut off may still be under way in the cluster for so long: "not done" is believed after it. */
const SETTLED_AFTER_MS = 35_000;
/** How long a cluster that does not answer is asked before the outcome is called unknown. */
const GIVE_UP_MS = 10 * 60_000;

/** Execute was begun and not seen to end. Nothing is executed again: the world is asked whether it happened. */
export async function findOut(run: Running): Promise<void> {
  const { deps, claimed, action, plan, row } = run;
  let answer: 'done' | 'not-done' | 'unknown';
  try {
    const place = placeOf(deps, row.target);
    answer = await action.probe(plan, { ...place, signal: claimed.signal, run: row.id });
  } catch (error) {
    if (claimed.signal.aborted) throw error;
    return doubt(run, error);
  }
  if (answer === 'done') return watchFrom(run, 'found by looking');
  if (answer === 'unknown') return end(run, 'unknown', { kind: 'unknown', executed: 'perhaps', why: 'probe' });
  if (elapsed(run, run.progress.since) < SETTLED_AFTER_MS) return lookAgain(run);
  return end(run, 'failed', { kind: 'not-done' });
}

async function doubt(run: Running, error: unknown): Promise<void> {
  const trouble = troubleOf(run.deps, error);
  if (trouble.kind === 'refused') {
    const why = trouble.outcome.kind === 'rejected' ? trouble.outcome.message : trouble.outcome.kind;
    return end(run, 'unknown', { kind: 'unknown', executed: 'perhaps', why });
  }
  if (trouble.kind === 'fault') return end(run, 'unknown', { kind: 'error', id: trouble.id, executed: true });
  if (elapsed(run, run.progress.since) >= GIVE_UP_MS || run.claimed.row.cancel_requested_at) {
    return end(run, 'unknown', { kind: 'unknown', executed: 'perhaps', why: `${trouble.system} does not answer` });
  }
  return lookAgain(run, trouble.system);
}

async function lookAgain(run: Running, away?: string): Promise<void> {
  const { awaySince: _since, away: _away, ...rest } = run.progress;
  const since = run.progress.awaySince ?? nowOf(run).toISOString();
  const progress = shown(run, { ...rest, ...(away !== undefined && { away, awaySince: since }) });
  await run.claimed.later(after(run, LOOK_AGAIN_MS), { progress }, (tx) => showProgress(tx, run, progress));
}
