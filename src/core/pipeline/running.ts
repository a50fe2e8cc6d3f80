import type { ActionOutcome, ActionPlan, JobProgress } from '../../domain/plan.ts';
import { type ActionState, principalKey } from '../../domain/principal.ts';
import { storableJson } from '../../domain/storable.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { AuditStage } from '../audit.ts';
import type { Action } from '../define.ts';
import type { Claimed, FinalState } from '../jobs/claimed.ts';
import { CLASS } from '../outbox/write.ts';
import { tellAskers } from './asker.ts';
import type { PipelineDeps } from './deps.ts';
import { changedBy } from './lately.ts';
import { noteInTimeline, showAction } from './post.ts';
import { type ActionRow, auditAction, moveAction, planOf } from './records.ts';
import { releaseLock } from './stages/lock.ts';

/** A confirmed action in a worker's hands: what the stages from re-check on share. */
export interface Running {
  readonly deps: PipelineDeps;
  readonly claimed: Claimed;
  readonly row: ActionRow;
  readonly action: Action;
  readonly plan: ActionPlan;
  readonly progress: JobProgress;
}

/** What ending takes. */
export type Ending = Pick<Running, 'deps' | 'claimed' | 'row'>;

export function running(deps: PipelineDeps, claimed: Claimed, row: ActionRow, action: Action): Running {
  return { deps, claimed, row, action, plan: planOf(row), progress: claimed.row.progress };
}

export function nowOf({ deps }: Pick<Running, 'deps'>): Date {
  return deps.clock.now();
}

export function after(run: Running, ms: number): Date {
  return new Date(nowOf(run).getTime() + ms);
}

/** ms from `since`; 0 where there is no such time. */
export function elapsed(run: Running, since: string | undefined): number {
  return since === undefined ? 0 : nowOf(run).getTime() - Date.parse(since);
}

export async function auditRun(
  tx: Tx,
  run: Ending,
  entry: { readonly stage: AuditStage; readonly outcome: string } & Partial<Parameters<typeof auditAction>[2]>,
): Promise<void> {
  await auditAction(tx, run.row, { jobId: run.claimed.row.id, ...entry }, nowOf(run));
}

export async function toState(tx: Tx, run: Running, state: ActionState): Promise<void> {
  await moveAction(tx, run.row.id, state);
}

/** So long somebody looks on. */
const LOOKS_ON_MS = 10_000;

/** So long its time stands still in the post while nothing else happens. */
const TIME_MS = 15_000;

/** At most one wish to show a job's progress in this time. */
const SHOW_EVERY_MS = 5_000;

/** The progress to save, with the time of the next showing when there is something new to see. */
export function shown(run: Running, progress: JobProgress): JobProgress {
  const last = run.progress.shownAt === undefined ? undefined : Date.parse(run.progress.shownAt);
  const now = nowOf(run).getTime();
  if (last !== undefined && last > now) return { ...progress, shownAt: run.progress.shownAt };
  const still = last !== undefined && now - last < TIME_MS;
  if (still && !isNews(run.progress, progress)) return { ...progress, shownAt: run.progress.shownAt };
  const due = last === undefined ? now : Math.max(now, last + SHOW_EVERY_MS);
  return { ...progress, shownAt: new Date(due).toISOString() };
}

function isNews(was: JobProgress, is: JobProgress): boolean {
  const fields = ['done', 'of', 'stage', 'awaySince', 'reason', 'waitsFor'] as const;
  return fields.some((field) => was[field] !== is[field]);
}

/** Wishes the post to be shown, if `shown` has set a new time; the post itself renders the present. */
export async function showProgress(db: Db, run: Running, progress: JobProgress): Promise<void> {
  if (progress.shownAt === undefined || progress.shownAt === run.progress.shownAt) return;
  await showAction(db, run.row.id, new Date(progress.shownAt), CLASS.progress);
}

/** The end: job, action, lock, audit, timeline and post in one transaction. */
export async function end(run: Ending, state: FinalState, ended: ActionOutcome): Promise<void> {
  const now = nowOf(run);
  const outcome = ended.kind === 'changed' ? await throughUs(run) : ended;
  await run.claimed.finish(state, outcome, async (tx) => {
    await moveAction(tx, run.row.id, state, { outcome: storableJson(outcome), finished_at: now });
    await releaseLock(tx, run.row.id);
    await auditRun(tx, run, auditOf(run, outcome));
    const job = run.claimed.row.number;
    await noteInTimeline(tx, run.row, 'action-finished', null, { job, state, outcome }, now);
    await showAction(tx, run.row.id, now, CLASS.resolved);
    if (isNewsTo(run, outcome)) await tellAskers(tx, [run.row], 'ended', now);
  });
}

/** Through whom, where it was through us. */
async function throughUs({ deps, row }: Ending): Promise<ActionOutcome> {
  const by = await changedBy(deps.db, row);
  return { kind: 'changed', ...(by && { by }) };
}

/** Who has just pressed still looks at the post: a call is for what went wrong, or took its time. What one did oneself is none. */
function isNewsTo({ claimed, row, deps }: Ending, outcome: ActionOutcome): boolean {
  if (outcome.kind === 'cancelled') return principalKey(outcome.by) !== principalKey(row.principal);
  return outcome.kind !== 'healthy' || deps.clock.now().getTime() - claimed.row.created_at.getTime() > LOOKS_ON_MS;
}

function auditOf(run: Ending, outcome: ActionOutcome): Parameters<typeof auditRun>[2] {
  const after = { ...outcome };
  switch (outcome.kind) {
    case 'healthy':
    case 'unhealthy':
    case 'late':
    case 'gone':
    case 'overruled':
      return { stage: 'watched', outcome: outcome.kind, after };
    case 'cancelled':
      return {
        stage: 'cancelled',
        outcome: outcome.executed ? 'watching ended' : 'nothing happened',
        principal: outcome.by,
      };
    case 'unknown':
      return { stage: 'unknown', outcome: outcome.why, after };
    case 'refused':
      return { stage: 'refused', outcome: 'refused', rule: outcome.refusal.rule };
    case 'changed':
      return { stage: 'refused', outcome: 'changed', rule: 'unchanged' };
    case 'error':
      return { stage: run.claimed.row.executed ? 'unknown' : 'not-executed', outcome: `fault ${outcome.id}` };
    default:
      return { stage: 'not-executed', outcome: outcome.kind, after };
  }
}
