import type { ActionOutcome } from './plan.ts';
import type { Times } from './timetable.ts';
import type { Target } from './workload.ts';

/** What is done at a time of the timetable, as it is kept in `timetable_runs.tasks`. */

/** One line of an entry, read: an action on one target. */
export interface TimedTask {
  /** As config has them: `scale shop/checkout 0`. */
  readonly words: string;
  readonly verb: string;
  readonly target: Target;
  /** As the action's `args` gave them: plain JSON. */
  readonly args: unknown;
}

/** Where a line of an entry is about. */
export interface TimedPlace {
  readonly environment: string;
  readonly clusters: readonly string[];
  /** The only ones; absent: all. */
  readonly namespaces?: readonly string[];
  /** Commands that are switched off. */
  readonly disabled: readonly string[];
}

/** What a line of an entry comes to, or what is wrong with it. */
export type ReadTimed<Wrong> = (
  words: string,
  place: TimedPlace,
) => { readonly task: TimedTask } | { readonly wrong: Wrong };

/** What is done at set times, as config has it. To have written it down is the right to it: an order is made of nothing else. */
export interface TimetableEntry extends Times {
  readonly name: string;
  readonly environment: string;
  /** At least one, each on a target of its own. */
  readonly tasks: readonly TimedTask[];
  /** The standing answer to the question why. */
  readonly reason: string;
  /** Where it is told: as the outbox names it. */
  readonly channel: string;
}

/** By name. */
export type Timetable = ReadonlyMap<string, TimetableEntry>;

/** Why nothing was begun. `impossible` may also say that there is nothing to do. */
export type TaskEnd =
  | Extract<
      ActionOutcome,
      { readonly kind: 'refused' | 'rejected' | 'rejected-by-database' | 'impossible' | 'away' | 'error' }
    >
  /** Whoever was to begin it was gone for too long. */
  | { readonly kind: 'too-late' }
  /** Its entry is not there any more when it is to be begun, or says something else. */
  | { readonly kind: 'gone' };

export interface KeptTask extends TimedTask {
  /** What it has begun. */
  readonly action?: string;
  readonly end?: TaskEnd;
  /** What stood in its way when it was last tried. */
  readonly waits?: TaskEnd;
}

/**
 * `due`: to be begun; `begun`: what it began has not ended; `missed`: too late when somebody looked; `kept`: it was skipped, and is done after
 * all when its time comes.
 */
export type TimetableState = 'due' | 'begun' | 'done' | 'missed' | 'skipped' | 'kept';
