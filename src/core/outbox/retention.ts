import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';

const KEPT_MS = 7 * 86_400_000;
/** Long after the longest hold. */
const BUDGETS_KEPT_MS = 86_400_000;
const BATCH = 500;

/**
 * Deletes a batch of the sayings that left or were cancelled over 7 days ago, and budgets that nobody has drawn on for a day.
 * What failed is kept until somebody has looked at it. Called by a sweep until it answers 0.
 */
export async function retire(db: Db, now: Date, batch = BATCH): Promise<number> {
  const before = new Date(now.getTime() - KEPT_MS);
  const unused = new Date(now.getTime() - BUDGETS_KEPT_MS);
  const { rows } = await sql`delete from outbox where id in (
    select id from outbox where kind = 'say' and state in ('sent', 'cancelled') and created_at < ${before}
    order by created_at limit ${batch} for update skip locked) returning id`.execute(db);
  await sql`delete from budgets where key in (
    select key from budgets where next_at < ${unused} for update skip locked)`.execute(db);
  return rows.length;
}
