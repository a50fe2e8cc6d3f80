import type { KeptTask, TaskEnd } from '../../domain/timed-task.ts';
import type { Tx } from '../../ports/database.ts';
import { order } from '../pipeline/index.ts';
import { troubleOf } from '../pipeline/trouble.ts';
import { FORGET_AFTER_MS } from './marks.ts';
import { isNothing } from './nothing.ts';
import { isSaid } from './rights.ts';
import {
  claimRuns,
  holdRun,
  isWaiting,
  LostRun,
  noteBegun,
  noteTask,
  type RunRow,
  redrawRun,
  showRun,
} from './rows.ts';
import { LATEST_MS, type TimetableDeps } from './turns.ts';

/** A cluster that is away is asked again after this. */
const AGAIN_MS = 60_000;

/** Begins what is due. @returns how many runs were looked at */
export async function workRuns(deps: TimetableDeps, signal: AbortSignal): Promise<number> {
  const runs = await claimRuns(deps.db, [...deps.timetable().keys()], deps.clock.now());
  await Promise.all(runs.map((run) => work(deps, run, signal)));
  return runs.length;
}

async function work(deps: TimetableDeps, run: RunRow, signal: AbortSignal): Promise<void> {
  try {
    let waiting = false;
    for (const [i, task] of run.tasks.entries()) {
      if (task.action === undefined && !task.end) waiting = !(await begin(deps, run, i, task, signal)) || waiting;
    }
    await rest(deps, run, waiting);
  } catch (error) {
    if (error instanceof LostRun) return;
    const about = { err: error, entry: run.entry };
    if (!signal.aborted) return deps.log.error(about, 'a time of the timetable could not be begun; tried again');
    await letGo(deps, run).catch((err: unknown) => deps.log.warn({ ...about, err }, 'its lease has to run out'));
  }
}

/** @returns whether it is dealt with: begun, or not to be begun. @throws LostRun */
async function begin(
  deps: TimetableDeps,
  run: RunRow,
  index: number,
  task: KeptTask,
  signal: AbortSignal,
): Promise<boolean> {
  await deps.db.transaction().execute((tx) => holdRun(tx, run));
  if (deps.clock.now().getTime() - run.due_at.getTime() > LATEST_MS)
    return ended(deps, run, index, task.waits ?? { kind: 'too-late' });
  if (!isSaid(deps.timetable().get(run.entry), task)) {
    // Made by a process of which the config is another one: that one may come to it.
    if (deps.clock.now().getTime() - run.created_at.getTime() < FORGET_AFTER_MS) return false;
    return ended(deps, run, index, { kind: 'gone' });
  }
  const action = deps.actions.get(task.verb);
  if (!action) return ended(deps, run, index, { kind: 'refused', refusal: { rule: 'known-action', verb: task.verb } });
  const wanted = {
    action,
    args: task.args,
    target: task.target,
    principal: { kind: 'schedule', id: run.entry } as const,
    origin: { kind: 'schedule', post: run.post_id } as const,
    reason: run.reason,
    // The time and its action are one: whoever has lost the run begins nothing, and nothing is begun twice.
    onConfirming: async (tx: Tx) => {
      const held = await holdRun(tx, run);
      await noteBegun(tx, held, deps.clock.now());
      await showRun(tx, held, deps.clock.now());
    },
    onConfirmed: async (tx: Tx, id: string) => noteTask(tx, await holdRun(tx, run), index, { action: id }),
  };
  try {
    const ordered = await order(deps, wanted, signal);
    return ordered.kind === 'refused' ? await stopped(deps, run, index, refusedBy(deps, run, ordered)) : true;
  } catch (error) {
    if (signal.aborted || error instanceof LostRun) throw error;
    return stopped(deps, run, index, endOf(deps, run, error));
  }
}

/** Why something is not begun now; `passes`: it is tried again. */
interface Stop {
  readonly why: TaskEnd;
  readonly passes: boolean;
}

/** There is no time for one more try. */
const isLate = ({ clock }: TimetableDeps, { due_at: due }: RunRow): boolean =>
  clock.now().getTime() + AGAIN_MS > due.getTime() + LATEST_MS;

/** What is over within the hour is waited for: a target in somebody's hands, a guardrail that says until when. */
function refusedBy(deps: TimetableDeps, run: RunRow, why: Extract<TaskEnd, { readonly kind: 'refused' }>): Stop {
  const { refusal } = why;
  const until = 'until' in refusal && refusal.until !== undefined ? Date.parse(refusal.until) : Infinity;
  const ends = refusal.rule === 'one-action-per-target' || until <= run.due_at.getTime() + LATEST_MS - AGAIN_MS;
  return { why, passes: ends && !isLate(deps, run) };
}

/** What is read and tried is not done yet, and the yes is one transaction: it may be tried again whatever went wrong. */
function endOf(deps: TimetableDeps, run: RunRow, error: unknown): Stop {
  const trouble = troubleOf({ log: deps.log.child({ entry: run.entry }) }, error);
  const passes = !isLate(deps, run);
  switch (trouble.kind) {
    case 'away':
      return { why: { kind: 'away', cluster: trouble.system, since: run.due_at.toISOString() }, passes };
    case 'fault':
      return { why: { kind: 'error', id: trouble.id, executed: false }, passes };
    case 'refused':
      // It changed while it was tried out.
      if (trouble.outcome.kind === 'changed') return { why: { kind: 'too-late' }, passes };
      return { why: trouble.outcome, passes: false };
  }
}

/** @returns whether it is dealt with */
async function stopped(deps: TimetableDeps, run: RunRow, index: number, { why, passes }: Stop): Promise<boolean> {
  if (!passes) return ended(deps, run, index, why);
  await deps.db.transaction().execute(async (tx) => noteTask(tx, await holdRun(tx, run), index, { waits: why }));
  return false;
}

async function ended(
  { db, clock, wakeOutbox }: TimetableDeps,
  run: RunRow,
  index: number,
  end: TaskEnd,
): Promise<true> {
  await db.transaction().execute(async (tx) => {
    const held = await holdRun(tx, run);
    await noteTask(tx, held, index, { end });
    if (!isNothing(end)) await showRun(tx, held, clock.now());
  });
  wakeOutbox?.();
  return true;
}

async function rest({ db, clock }: TimetableDeps, run: RunRow, waiting: boolean): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const { tasks } = await holdRun(tx, run);
    const begun = tasks.some(({ action }) => action !== undefined);
    const state = waiting ? 'due' : begun ? 'begun' : 'done';
    const look = waiting ? new Date(now.getTime() + AGAIN_MS) : begun ? now : null;
    await tx
      .updateTable('timetable_runs')
      .set({ state, look_at: look, lease_until: null })
      .where('id', '=', run.id)
      .execute();
    if (waiting && tasks.some(isWaiting)) await showRun(tx, run, now);
    // What was told of as not begun yet may have come to nothing.
    if (!waiting && !begun) await redrawRun(tx, run, now);
  });
}

/** Gives back at once what this process does not come to any more. */
async function letGo({ db }: TimetableDeps, { id, attempt }: RunRow): Promise<void> {
  await db
    .updateTable('timetable_runs')
    .set({ lease_until: null })
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .execute();
}
