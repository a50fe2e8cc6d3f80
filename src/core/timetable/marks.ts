import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../ports/database.ts';

/** Rows of `schedule_runs`: until when an entry's times were looked at, when the next one comes, and by which expression. */
export const MARK_PREFIX = 'timetable:';

/** Marks move with the time, so that an entry that comes back to config is a new one. */
export const MARK_EACH_MS = 60_000;
/** An entry of which the mark has stood still for so long is in nobody's config; a reload has reached every process by then. */
export const FORGET_AFTER_MS = 150_000;

/** Whether some process has an entry of that name in its config. */
export function isHad(name: RawBuilder<unknown>, now: Date): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from schedule_runs m
    where m.name = ${MARK_PREFIX} || ${name} and m.last_run_at > ${new Date(now.getTime() - FORGET_AFTER_MS)})`;
}

/** Until when an entry's times were looked at. Locked: nobody looks on before the transaction has ended. */
export async function seenUntil(tx: Tx, entry: string): Promise<Date | undefined> {
  const mark = await tx
    .selectFrom('schedule_runs')
    .select('last_run_at')
    .where('name', '=', MARK_PREFIX + entry)
    .forUpdate()
    .executeTakeFirst();
  return mark?.last_run_at ?? undefined;
}
