import type { KeptTask, TaskEnd } from '../../domain/timed-task.ts';
import type { Tx } from '../../ports/database.ts';
import { order } from '../pipeline/index.ts';
import { troubleOf } from '../pipeline/trouble.ts';
import { FORGET_AFTER_MS } from './marks.ts';
import { isNothing } from './nothing.ts';
import { isSaid } from './rights.ts';
import { claimRuns, holdRun, LostRun, noteTask, type RunRow, showRun } from './rows.ts';
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
    if (signal.aborted || error instanceof LostRun) return;
    deps.log.error({ err: error, entry: run.entry }, 'a time of the timetable could not be begun; tried again');
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
    return ended(deps, run, index, { kind: 'too-late' });
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
      await showRun(tx, await holdRun(tx, run), deps.clock.now());
    },
    onConfirmed: async (tx: Tx, id: string) => noteTask(tx, await holdRun(tx, run), index, { action: id }),
  };
  try {
    const ordered = await order(deps, wanted, signal);
    return ordered.kind === 'refused' ? await ended(deps, run, index, ordered) : true;
  } catch (error) {
    if (signal.aborted || error instanceof LostRun) throw error;
    const end = endOf(deps, run, error);
    return end ? ended(deps, run, index, end) : false;
  }
}

/** `undefined`: it passes, and there is time for it to. */
function endOf(deps: TimetableDeps, run: RunRow, error: unknown): TaskEnd | undefined {
  const trouble = troubleOf({ log: deps.log.child({ entry: run.entry }) }, error);
  const late = deps.clock.now().getTime() + AGAIN_MS > run.due_at.getTime() + LATEST_MS;
  switch (trouble.kind) {
    case 'away':
      return late ? { kind: 'away', cluster: trouble.system, since: run.due_at.toISOString() } : undefined;
    case 'fault':
      return { kind: 'error', id: trouble.id, executed: false };
    case 'refused':
      // It changed while it was tried out.
      return trouble.outcome.kind === 'changed' ? undefined : trouble.outcome;
  }
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
    if (waiting) await showRun(tx, run, now);
  });
}
