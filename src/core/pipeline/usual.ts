import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import type { ActionRow } from './records.ts';

/** Of more than these the last say best. */
const LOOKED_AT = 10;
/** How long this verb took on this target until it was healthy: the median of the last ones, ms. */
export async function usualMs(
  db: Db,
  { verb, target_key }: Pick<ActionRow, 'verb' | 'target_key'>,
): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select percentile_disc(0.5) within group (order by ms)::int as ms
    from (
      select extract(epoch from j.finished_at - j.started_at) * 1000 as ms
      from actions a join jobs j on j.action_id = a.id
      where a.target_key = ${target_key} and a.verb = ${verb} and a.outcome ->> 'kind' = 'healthy'
      order by a.created_at desc limit ${LOOKED_AT}) last`.execute(db);
  const [found] = rows;
  return found?.ms ?? undefined;
}
