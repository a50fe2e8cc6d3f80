import { sql } from 'kysely';
import { oldestDueStep } from '../oncall/due.ts';
import type { Db } from '../ports/database.ts';
import type { Metrics } from './metrics.ts';

/** Fills the gauges that are read from rows; at scrape time, in one statement but for the lag. */
export async function readGauges(db: Db, { gauges }: Metrics, now: Date): Promise<void> {
  const { rows } = await sql<{ pending: number; oldest: Date | null; quarantined: number; open: number }>`
    select
      (select count(*) from outbox where state in ('pending', 'waiting', 'sending'))::int as pending,
      (select min(due_at) from outbox where state in ('pending', 'sending')) as oldest,
      (select count(*) from quarantine where done_at is null)::int as quarantined,
      (select count(*) from incidents where state <> 'resolved')::int as open`.execute(db);
  const row = rows[0]!;
  gauges.outboxPending.set(row.pending);
  gauges.outboxOldest.set(row.oldest ? Math.max(0, now.getTime() - row.oldest.getTime()) / 1000 : 0);
  gauges.quarantined.set(row.quarantined);
  gauges.openIncidents.set(row.open);
  gauges.escalationLag.set((await oldestDueStep(db, now)) / 1000);
}
