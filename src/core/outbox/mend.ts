import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';

/** How far before an attempt began its message is looked for: clocks differ. */
const LOOK_BACK_MS = 60_000;

export interface Mended {
  /** Rows whose sender did not come back. */
  readonly expired: number;
  /** Rows whose thread was there already, or will never be. */
  readonly freed: number;
}

/**
 * The sweep behind the wake-ups. A post whose lease ran out may have reached Slack, so it is looked up first; an edit is simply
 * repeated. A row whose thread is there is pending; so is one whose thread's post could not be sent: it goes out on its own.
 * Rows in use by others are left to the next sweep.
 */
export async function mend(db: Db, leaseMs: number): Promise<Mended> {
  const { rows } = await sql<Mended>`
    with expired as (
      update outbox o set state = 'pending', lease_until = null, error = coalesce(o.error, 'lease expired'),
        look_up_from = case when o.method = 'chat.postMessage'
          then coalesce(o.look_up_from, ${attemptBegan('o.lease_until', leaseMs)}) end
      where o.id in (select id from outbox
        where state = 'sending' and lease_until < clock_timestamp() for update skip locked)
      returning o.id
    ), freed as (
      update outbox o set state = 'pending'
      where o.id in (select w.id from outbox w join posts p on p.id = w.thread_post_id
        left join outbox s on s.post_id = p.id and s.kind = 'show'
        where w.state = 'waiting' and (p.ts is not null or s.state in ('failed', 'cancelled'))
        for update of w skip locked)
      returning o.id
    )
    select (select count(*)::int from expired) as expired, (select count(*)::int from freed) as freed`.execute(db);
  return rows[0]!;
}

/** By the database's own clock, which Slack's timestamps are compared with: business time may have been moved. */
export function attemptBegan(leaseUntil: string, leaseMs: number) {
  return sql`${sql.ref(leaseUntil)} - ${leaseMs + LOOK_BACK_MS} * interval '1 millisecond'`;
}
