import { sql } from 'kysely';
import type { Timetable, TimetableEntry } from '../../domain/timed-task.ts';
import { nextTime } from '../../domain/timetable.ts';
import type { Db } from '../../ports/database.ts';
import { isNothing } from './nothing.ts';
import type { RunRow } from './rows.ts';

/** What became of a time, in a word. */
export type RunStanding = 'due' | 'begun' | 'done' | 'not-all' | 'nothing' | 'missed' | 'skipped';

export interface ListedEntry {
  readonly entry: TimetableEntry;
  /** When it comes next; absent: never again. */
  readonly next?: Date;
  /** Somebody has said that it is to be skipped then. */
  readonly skipped?: RunRow;
  /** Its last time. */
  readonly last?: RunRow;
}

/** Every entry of config, the one that comes next on top. */
export async function listTimetable(db: Db, timetable: Timetable, now: Date): Promise<readonly ListedEntry[]> {
  const names = [...timetable.keys()];
  const { rows } = await sql<RunRow>`
    (select distinct on (entry) * from timetable_runs
     where entry = any(${names}) and due_at <= ${now} order by entry, due_at desc)
    union all
    select * from timetable_runs where entry = any(${names}) and due_at > ${now} and state = 'skipped'`.execute(db);
  const listed = [...timetable.values()].map((entry): ListedEntry => {
    const own = rows.filter((row) => row.entry === entry.name);
    const next = nextTime(entry, now);
    const skipped = own.find(({ due_at: due }) => due.getTime() === next?.getTime());
    const last = own.find(({ due_at: due }) => due <= now);
    return { entry, ...(next && { next }), ...(skipped && { skipped }), ...(last && { last }) };
  });
  return listed.toSorted((a, b) => (a.next?.getTime() ?? Infinity) - (b.next?.getTime() ?? Infinity));
}

export function standingOf({ state, tasks, told }: RunRow): RunStanding {
  if (state !== 'done') return state === 'kept' ? 'due' : state;
  const ended = tasks.flatMap(({ end }) => (end ? [end] : []));
  const well = (told ?? '').split(' ').every((one) => one === '' || one === 'done');
  if (!well || ended.some((end) => !isNothing(end))) return 'not-all';
  return ended.length === tasks.length ? 'nothing' : 'done';
}
