import type { ActionOutcome, JobProgress } from '../../domain/plan.ts';
import type { Progress } from '../define.ts';
import { placeOf, systemOf } from './deps.ts';
import { after, elapsed, end, nowOf, type Running, shown, showProgress } from './running.ts';
import { renewLock } from './stages/lock.ts';
import { troubleOf } from './trouble.ts';

const LOOK_EVERY_MS = 3_000;
const LOOK_AGAIN_MS = 5_000;

/** One look: healthy, clearly not, or due again. */
export async function watch(run: Running): Promise<void> {
  const { cancel_requested_at: cancelled, cancel_requested_by: by } = run.claimed.row;
  if (cancelled && by) return end(run, 'cancelled', { kind: 'cancelled', by, executed: true });
  const seen = await look(run);
  if (seen === undefined) return;
  switch (seen.state) {
    case 'healthy':
      return end(run, 'done', { kind: 'healthy', done: seen.done, of: seen.of });
    case 'gone':
      return end(run, 'failed', { kind: 'gone' });
    case 'unhealthy':
      return end(run, 'failed', notHealthy('unhealthy', seen));
    case 'overruled':
      return end(run, 'failed', { kind: 'overruled', wanted: seen.of, is: seen.done });
    case 'progressing':
      return isLate(run) ? end(run, 'failed', notHealthy('late', seen)) : lookLater(run, seen);
  }
}

function isLate(run: Running): boolean {
  return elapsed(run, run.progress.since) >= run.action.watchMs(run.plan);
}

/** `undefined`: it could not be seen, and what follows is decided. */
async function look(run: Running): Promise<Progress | undefined> {
  const { deps, claimed, action, plan, row } = run;
  try {
    const place = placeOf(deps, row.target);
    return await action.watch(plan, { ...place, signal: claimed.signal, run: row.id });
  } catch (error) {
    if (claimed.signal.aborted) throw error;
    await unseen(run, error);
    return undefined;
  }
}

/** The change is made; that it cannot be seen for a while is no reason to give up before its time. */
async function unseen(run: Running, error: unknown): Promise<void> {
  const trouble = troubleOf(run.deps, error);
  if (trouble.kind === 'fault') return end(run, 'unknown', { kind: 'error', id: trouble.id, executed: true });
  const why =
    trouble.kind === 'away'
      ? `${trouble.system} does not answer`
      : trouble.outcome.kind === 'rejected'
        ? trouble.outcome.message
        : trouble.outcome.kind;
  if (isLate(run)) return end(run, 'unknown', { kind: 'unknown', executed: 'yes', why });
  const since = run.progress.awaySince ?? nowOf(run).toISOString();
  const away = trouble.kind === 'away' ? trouble.system : systemOf(run.row.target);
  await goOn(run, LOOK_AGAIN_MS, { ...run.progress, awaySince: since, away });
}

async function lookLater(run: Running, seen: Progress): Promise<void> {
  const problem = seen.rollout?.problems[0];
  const reason = problem ? [problem.pod, problem.reason].filter(Boolean).join(': ') : seen.rollout?.reason;
  const [, quota] = /exceeded quota: ([^,]+)/.exec(problem?.message ?? '') ?? [];
  const { stage, since, usualMs } = run.progress;
  const known = { stage, since, ...(usualMs !== undefined && { usualMs }) };
  await goOn(run, LOOK_EVERY_MS, {
    ...known,
    done: seen.done,
    of: seen.of,
    ...(reason && { reason }),
    ...(quota && { quota }),
  });
}

async function goOn(run: Running, ms: number, next: JobProgress): Promise<void> {
  const progress = shown(run, next);
  await run.claimed.later(after(run, ms), { progress }, async (tx) => {
    await renewLock(tx, run.row.id);
    await showProgress(tx, run, progress);
  });
}

function notHealthy(kind: 'unhealthy' | 'late', { done, of, rollout }: Progress): ActionOutcome {
  return { kind, done, of, problems: rollout?.problems ?? [], ...(rollout?.reason && { reason: rollout.reason }) };
}
