import { type Loop, startLoop } from '../wake.ts';
import { settleRuns } from './settle.ts';
import { type TimetableDeps, takeTurns } from './turns.ts';
import { workRuns } from './work.ts';

const SWEEP_MS = 1_000;

/** Looks each second which times have come, begins what is to be done then, and tells what has become of it. */
export function startTimetable(deps: TimetableDeps): Loop {
  const onError = (error: unknown, loop: string): void => deps.log.error({ err: error, loop }, 'the sweep failed');
  return startLoop({ name: 'timetable', everyMs: SWEEP_MS, onError, work: (signal) => sweepTimetable(deps, signal) });
}

/** @returns whether there may be more */
export async function sweepTimetable(deps: TimetableDeps, signal: AbortSignal): Promise<boolean> {
  const come = await takeTurns(deps, deps.clock.now());
  const worked = await workRuns(deps, signal);
  const news = await settleRuns(deps.db, deps.clock.now());
  if (come + worked + news > 0) deps.wakeOutbox?.();
  return worked > 0;
}
