import { type Selectable, sql } from 'kysely';
import type { Principal } from '../../domain/principal.ts';
import { storableJson } from '../../domain/storable.ts';
import type { KeptTask, TimetableEntry, TimetableState } from '../../domain/timed-task.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { TimetableRunsTable } from '../../ports/schema.ts';
import { interval } from '../jobs/rows.ts';
import { assertKnown } from '../newer.ts';
import { CLASS, createPosts, showAgain } from '../outbox/write.ts';
import { draw } from '../records.ts';
import { isHad } from './marks.ts';

/** One time of an entry. */
export type RunRow = Selectable<TimetableRunsTable>;

/** The newest `timetable_runs.v` that is read here. */
export const RUN_V = 1;

/** Well over what beginning one action may take; each one renews it. */
const LEASE_MS = 60_000;
const AT_ONCE = 5;

const runSubject = (id: number): string => `timetable:${id}`;

/** What a time that is done after all takes from config, and from what it comes to. Its message is a new one: edits ring nobody's phone. */
const ANEW = ['state', 'environment', 'zone', 'channel', 'reason', 'tasks', 'missed', 'look_at', 'post_id'] as const;

export interface NewRun {
  readonly due: Date;
  readonly state: Extract<TimetableState, 'due' | 'missed' | 'skipped'>;
  /** Times before it that passed while nobody looked. */
  readonly missed?: number;
  readonly by?: Principal;
}

/** @returns nothing when that time has its row already; what is done after all is as config has it by then */
export async function insertRun(tx: Tx, entry: TimetableEntry, run: NewRun, now: Date): Promise<RunRow | undefined> {
  const { name, environment, zone, channel, reason, tasks } = entry;
  const [postId] = await draw(tx, 'posts_id_seq', 1);
  return tx
    .insertInto('timetable_runs')
    .values({
      v: RUN_V,
      entry: name,
      due_at: run.due,
      state: run.state,
      environment,
      zone,
      channel,
      reason,
      tasks: storableJson(tasks),
      missed: run.missed ?? 0,
      by: run.by ? storableJson(run.by) : null,
      look_at: run.state === 'due' ? now : null,
      post_id: postId!,
      created_at: now,
    })
    .onConflict((c) =>
      c
        .columns(['entry', 'due_at'])
        .doUpdateSet((eb) => ({
          ...Object.fromEntries(ANEW.map((column) => [column, eb.ref(`excluded.${column}`)])),
          by: eb.fn.coalesce('excluded.by', 'timetable_runs.by'),
        }))
        .where('timetable_runs.state', '=', 'kept'),
    )
    .returningAll()
    .executeTakeFirst();
}

/** Its message: made when there is something to tell, and drawn anew after that. */
export async function showRun(tx: Tx, run: Pick<RunRow, 'id' | 'post_id' | 'channel'>, now: Date): Promise<void> {
  if (await redrawRun(tx, run, now)) return;
  const { post_id: id, channel } = run;
  await createPosts(
    tx,
    [{ id, subject: runSubject(run.id), purpose: `run ${id}`, channel, class: CLASS.new, v: RUN_V }],
    now,
  );
}

/** Draws its message anew. @returns false where there is none */
export async function redrawRun(tx: Tx, run: Pick<RunRow, 'id' | 'post_id'>, now: Date): Promise<boolean> {
  const there = await tx.selectFrom('posts').select('id').where('id', '=', run.post_id).executeTakeFirst();
  if (there) await showAgain(tx, [{ subject: runSubject(run.id), class: CLASS.click }], now);
  return there !== undefined;
}

/**
 * Leased, so that one replica does it; an attempt of which the lease has run out writes nothing more. What is of none of these entries is left
 * to whoever has it in its config, as long as somebody has.
 */
export async function claimRuns(db: Db, entries: readonly string[], now: Date): Promise<readonly RunRow[]> {
  const { rows } = await sql<RunRow>`
    with due as materialized (
      select id from timetable_runs
      where state = 'due' and look_at <= ${now} and v <= ${RUN_V} and (lease_until is null or lease_until < clock_timestamp())
        and (entry = any(${entries}) or not ${isHad(sql.ref('entry'), now)})
      order by look_at limit ${AT_ONCE} for update skip locked)
    update timetable_runs r set lease_until = clock_timestamp() + ${interval(LEASE_MS)}, attempt = r.attempt + 1
    from due where r.id = due.id
    returning r.*`.execute(db);
  return rows;
}

/** Another process has the run by now: this one leaves it alone. */
export class LostRun extends Error {
  override readonly name = 'LostRun';
}

/** Locked and leased anew, if it is still this attempt's. @throws LostRun */
export async function holdRun(tx: Tx, { id, attempt }: Pick<RunRow, 'id' | 'attempt'>): Promise<RunRow> {
  const held = await tx
    .updateTable('timetable_runs')
    .set({ lease_until: sql<Date>`clock_timestamp() + ${interval(LEASE_MS)}` })
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('state', '=', 'due')
    .returningAll()
    .executeTakeFirst();
  if (!held) throw new LostRun(`run ${id} of the timetable is another attempt's`);
  return held;
}

/** When the first of its actions was begun. */
export async function noteBegun(tx: Tx, { id, begun_at: at }: RunRow, now: Date): Promise<void> {
  if (!at) await tx.updateTable('timetable_runs').set({ begun_at: now }).where('id', '=', id).execute();
}

/** Something stands in its way that passes. */
export const isWaiting = ({ action, end, waits }: KeptTask): boolean => !action && !end && waits !== undefined;

/** What became of one of its tasks. What has begun stays so, also where nobody heard of its commit. */
export async function noteTask(
  tx: Tx,
  run: RunRow,
  index: number,
  noted: Pick<KeptTask, 'action' | 'end' | 'waits'>,
): Promise<void> {
  const tasks = run.tasks.map((task, i) => (i === index && task.action === undefined ? { ...task, ...noted } : task));
  await tx
    .updateTable('timetable_runs')
    .set({ tasks: storableJson(tasks) })
    .where('id', '=', run.id)
    .execute();
}

/** @throws NewerVersion */
export async function loadRun(db: Db, id: number): Promise<RunRow | undefined> {
  const row = await db.selectFrom('timetable_runs').selectAll().where('id', '=', id).executeTakeFirst();
  if (row) assertKnown(`run ${id} of the timetable`, row.v, RUN_V);
  return row;
}
