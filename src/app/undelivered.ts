import { sql } from 'kysely';
import { CLASS } from '../core/outbox/write.ts';
import type { Db } from '../ports/database.ts';

/** Tried more often than this, a message is not on its way. */
const TRIES = 5;
const YOUNG_MS = 60_000;

/** How many messages of incidents, calls and answers are over a minute old and have reached nobody. */
export async function undelivered(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from outbox
    where (state = 'failed' or (state = 'pending' and attempts > ${TRIES}))
      and class <= ${CLASS.resolved} and created_at < ${new Date(now.getTime() - YOUNG_MS)}`.execute(db);
  return rows[0]!.count;
}
