import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import { CLASS } from './write.ts';

/** Tried more often than this, a message is not on its way. The index `outbox_stuck` has the same number. */
const TRIES = 5;
const YOUNG_MS = 60_000;
/** Counted no further: it is said as "1000 and more". */
export const MANY = 1_000;

/** Rows of `outbox` that have reached nobody and do not seem to: each of these is an index of its own. */
export const UNDELIVERED: readonly RawBuilder<boolean>[] = [
  sql<boolean>`state = 'failed'`,
  sql<boolean>`(state = 'pending' and attempts > ${sql.lit(TRIES)})`,
];

/** How many messages of incidents, calls and answers are over a minute old and have reached nobody; `MANY` at most. */
export async function undelivered(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - YOUNG_MS);
  const each = UNDELIVERED.map(
    (which) => sql`(select 1 from outbox where ${which} and class <= ${CLASS.resolved} and created_at < ${before}
      limit ${MANY})`,
  );
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (${sql.join(each, sql` union all `)}) lost`.execute(db);
  return Math.min(MANY, rows[0]!.count);
}
