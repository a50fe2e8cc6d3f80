import { sql } from 'kysely';
import { CLASS, showAgain } from '../core/outbox/write.ts';
import type { Db } from '../ports/database.ts';
import { type OncallRules, RUN_V, type RunRow, stepRun } from './runs.ts';

const BATCH = 20;

/**
 * Takes every due step: rows locked with `skip locked`, so any number of workers share them and none is taken twice.
 * Answers how many were taken; `BATCH` of them means there may be more.
 */
export async function takeDueSteps(
  db: Db,
  rules: OncallRules,
  now: Date,
): Promise<{ readonly taken: number; readonly more: boolean }> {
  try {
    return await takeBatch(db, rules, now, BATCH);
  } catch (error) {
    // One run that fails must not silence the others: each on its own, and the bad one a minute later.
    return takeOneByOne(db, rules, now, error);
  }
}

async function takeBatch(
  db: Db,
  rules: OncallRules,
  now: Date,
  most: number,
): Promise<{ readonly taken: number; readonly more: boolean }> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<RunRow>`
      select * from runs where state = 'running' and due_at <= ${now} and v <= ${RUN_V}
      order by due_at limit ${most} for update skip locked`.execute(tx);
    for (const run of rows) await stepRun(tx, run, rules, now);
    // Nobody has these: until the post says who was called, it says who will be, which is wrong. Before all that only gets better.
    await showAgain(
      tx,
      rows.map((r) => ({ subject: r.subject, class: CLASS.new })),
      now,
    );
    return { taken: rows.length, more: rows.length === most };
  });
}

const LATER_MS = 60_000;

async function takeOneByOne(
  db: Db,
  rules: OncallRules,
  now: Date,
  first: unknown,
): Promise<{ readonly taken: number; readonly more: boolean }> {
  let taken = 0;
  let failure: unknown;
  for (let n = 0; n < BATCH; n++) {
    try {
      const one = await takeBatch(db, rules, now, 1);
      if (one.taken === 0) break;
      taken += one.taken;
    } catch (error) {
      failure = error;
      await sql`update runs set due_at = ${new Date(now.getTime() + LATER_MS)} where id = (
        select id from runs where state = 'running' and due_at <= ${now} and v <= ${RUN_V}
        order by due_at limit 1 for update skip locked)`.execute(db);
    }
  }
  if (failure !== undefined)
    throw new Error('an escalation step failed and is tried again in a minute', { cause: failure });
  if (taken === 0) throw first;
  return { taken, more: true };
}

/**
 * Runs that wait for a message that is not on its way (any more) have their delay from now on: whatever became of it, people
 * are still called. Answers how many.
 */
export async function mendWaits(db: Db, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    update runs r set due_at = ${now}::timestamptz + r.next_delay_ms * interval '1 millisecond', waits_for = null
    where r.waits_for is not null and r.state = 'running' and r.v <= ${RUN_V} and not exists (
      select 1 from outbox o where o.subject = r.subject and o.event = r.waits_for and o.state in ('waiting', 'pending', 'sending'))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
