import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import { RUN_V, type RunRow, showRun } from './rows.ts';

/**
 * What has become of what was begun. Found by looking at the actions, so that it does not matter who ended one, or which program.
 * @returns how many runs have news
 */
export async function settleRuns(db: Db, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<RunRow>`
      with seen as materialized (
        select r.id, bool_and(a.finished_at is not null) as ended,
          string_agg(case when a.finished_at is not null then a.state
            when a.state = 'awaiting-approval' then 'asked' else 'working' end, ' ' order by t.n) as told
        from timetable_runs r
        cross join lateral jsonb_array_elements(r.tasks) with ordinality t (task, n)
        join actions a on a.id = (t.task ->> 'action')::uuid
        where r.look_at is not null and r.state = 'begun' and r.v <= ${RUN_V}
        group by r.id),
      news as materialized (
        select r.id from timetable_runs r join seen on seen.id = r.id
        where r.told is distinct from seen.told or seen.ended order by r.id for update of r skip locked)
      update timetable_runs r set told = seen.told, state = case when seen.ended then 'done' else r.state end,
        look_at = case when seen.ended then null else r.look_at end
      from seen join news on news.id = seen.id where r.id = seen.id
      returning r.*`.execute(tx);
    for (const run of rows) await showRun(tx, run, now);
    return rows.length;
  });
}
