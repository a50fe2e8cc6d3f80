import { sql } from 'kysely';
import type { Timetable, TimetableEntry } from '../../domain/timed-task.ts';
import { lastTime, MISSED_MOST, nextTime, timesBetween } from '../../domain/timetable.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { PipelineDeps } from '../pipeline/index.ts';
import { FORGET_AFTER_MS, MARK_EACH_MS, MARK_PREFIX } from './marks.ts';
import { insertRun, showRun } from './rows.ts';

export interface TimetableDeps extends PipelineDeps {
  /** Read at the time, so that a reload counts at once. */
  readonly timetable: () => Timetable;
}

/** What was to be done longer ago than this is not done any more: by then somebody works with what is there. */
export const LATEST_MS = 3_600_000;
/** What passed while nobody looked is told for so long. */
const LOOK_BACK_MS = 7 * 86_400_000;
/** How far two processes' clocks may be apart, and then some: a mark that is further ahead was made before the clock was set back. */
const SKEW_MS = 120_000;

interface Mark {
  readonly name: string;
  readonly due_at: Date;
  readonly last_run_at: Date;
  readonly last_outcome: string;
}

type LockedMark = Pick<Mark, 'last_run_at'> & { readonly last_outcome: string | null };

const timesOf = ({ at, zone }: TimetableEntry): string => `${at} ${zone}`;

/** When there is none: far enough, and still a date that everybody can write down. */
const NEVER = new Date('9999-01-01T00:00:00Z');

/**
 * Makes a row of each time that has come since somebody looked last, by whichever replica is first. Times are worked out anew from config, so
 * that an entry which was moved or removed counts as it stands now.
 * @returns how many are to be done
 */
export async function takeTurns({ db, timetable, log }: TimetableDeps, now: Date): Promise<number> {
  const entries = [...timetable().values()];
  const marks = await readMarks(db);
  if (entries.length === 0 && marks.size === 0) return 0;
  const stale = [...marks.values()].some((mark) => now.getTime() - mark.last_run_at.getTime() > MARK_EACH_MS);
  if (stale) await keepMarks(db, entries, now);
  let begun = 0;
  for (const entry of entries) {
    if (isQuiet(marks.get(entry.name), entry, now)) continue;
    try {
      if (await db.transaction().execute((tx) => takeTurn(tx, entry, now))) begun += 1;
    } catch (error) {
      log.error({ err: error, entry: entry.name }, 'an entry of the timetable could not be looked at; tried again');
    }
  }
  return begun;
}

async function readMarks(db: Db): Promise<ReadonlyMap<string, Mark>> {
  const { rows } = await sql<Mark>`
    select substr(name, ${MARK_PREFIX.length + 1}) as name, due_at, last_run_at, last_outcome from schedule_runs
    where name like ${`${MARK_PREFIX}%`}`.execute(db);
  return new Map(rows.map((mark) => [mark.name, mark]));
}

/** Nothing has come since the last look, by the same expression. */
function isQuiet(mark: Mark | undefined, entry: TimetableEntry, now: Date): boolean {
  if (!mark || mark.last_outcome !== timesOf(entry)) return false;
  return mark.due_at > now && mark.last_run_at.getTime() <= now.getTime() + SKEW_MS;
}

/** Moves the marks of those for which nothing has come, and drops those that no replica has had in its config for a while. */
async function keepMarks(db: Db, entries: readonly TimetableEntry[], now: Date): Promise<void> {
  const names = entries.map(({ name }) => MARK_PREFIX + name);
  const times = entries.map(timesOf);
  await sql`
    update schedule_runs s set last_run_at = ${now}
    from unnest(${names}::text[], ${times}::text[]) as e (name, times)
    where s.name = e.name and s.last_outcome = e.times and s.due_at > ${now}
      and s.last_run_at < ${new Date(now.getTime() - MARK_EACH_MS)}`.execute(db);
  await sql`
    delete from schedule_runs where name like ${`${MARK_PREFIX}%`} and not name = any(${names})
      and last_run_at < ${new Date(now.getTime() - FORGET_AFTER_MS)}`.execute(db);
}

/** @returns whether there is something to do */
async function takeTurn(tx: Tx, entry: TimetableEntry, now: Date): Promise<boolean> {
  const mark = await lockMark(tx, entry, now);
  if (!mark) return false;
  const since = sinceOf(mark, entry, now);
  const from = new Date(Math.max(since.getTime(), now.getTime() - LOOK_BACK_MS));
  const begun = await come(tx, entry, from, now);
  await tx
    .updateTable('schedule_runs')
    .set({ last_run_at: now, due_at: nextTime(entry, now) ?? NEVER, last_outcome: timesOf(entry) })
    .where('name', '=', MARK_PREFIX + entry.name)
    .execute();
  return begun;
}

/**
 * By another expression somebody may have looked a moment ago: while replicas read a new config, each has its own times, and those that came
 * by this one only are to be found still. What is a row already is not done twice.
 */
function sinceOf({ last_run_at: at, last_outcome: by }: LockedMark, entry: TimetableEntry, now: Date): Date {
  if (by !== timesOf(entry)) return new Date(Math.min(at.getTime(), now.getTime() - SKEW_MS));
  return at.getTime() > now.getTime() + SKEW_MS ? now : at;
}

/** Until when its times were looked at; `undefined`: another replica is at it. An entry that is new begins with its next time. */
async function lockMark(tx: Tx, entry: TimetableEntry, now: Date): Promise<LockedMark | undefined> {
  const name = MARK_PREFIX + entry.name;
  await tx
    .insertInto('schedule_runs')
    .values({ name, due_at: now, last_run_at: now, last_outcome: timesOf(entry) })
    .onConflict((c) => c.column('name').doNothing())
    .execute();
  const row = await tx
    .selectFrom('schedule_runs')
    .select(['last_run_at', 'last_outcome'])
    .where('name', '=', name)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row?.last_run_at ? { last_run_at: row.last_run_at, last_outcome: row.last_outcome } : undefined;
}

/** Only the newest of the times that have come is done, if it is not too late for it; the others are counted. */
async function come(tx: Tx, entry: TimetableEntry, from: Date, now: Date): Promise<boolean> {
  const known = await tx
    .selectFrom('timetable_runs')
    .select('due_at')
    .where('entry', '=', entry.name)
    .where('due_at', '>', from)
    .where('state', '<>', 'kept')
    .execute();
  const rows = new Set(known.map((row) => row.due_at.getTime()));
  const due = lastUnknown(entry, from, now, rows);
  if (!due) return false;
  const before = timesBetween(entry, from, new Date(due.getTime() - 1), MISSED_MOST + rows.size);
  const missed = Math.min(before.filter((time) => !rows.has(time.getTime())).length, MISSED_MOST);
  const late = now.getTime() - due.getTime() > LATEST_MS;
  const run = await insertRun(tx, entry, { due, state: late ? 'missed' : 'due', missed }, now);
  if (run && late) await showRun(tx, run, now);
  return run !== undefined;
}

/** The newest that is no row yet. */
function lastUnknown(entry: TimetableEntry, from: Date, now: Date, rows: ReadonlySet<number>): Date | undefined {
  let found = lastTime(entry, from, now);
  while (found && rows.has(found.getTime())) found = lastTime(entry, from, new Date(found.getTime() - 1));
  return found;
}
