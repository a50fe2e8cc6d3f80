import { sql } from 'kysely';
import type { Db } from '../ports/database.ts';

const DAY_MS = 86_400_000;
const BATCH = 1_000;

/** Notifications are kept 7 days, requests 2: Slack repeats events for hours at most. Answers how many rows went. */
export async function forgetOld(db: Db, now: Date): Promise<number> {
  const notifications = await sql`delete from notifications where id in (
    select id from notifications where received_at < ${new Date(now.getTime() - 7 * DAY_MS)} order by id limit ${BATCH})`.execute(
    db,
  );
  const requests = await sql`delete from requests where id in (
    select id from requests where received_at < ${new Date(now.getTime() - 2 * DAY_MS)} limit ${BATCH})`.execute(db);
  const beats = await sql`delete from beats where beat_at < ${new Date(now.getTime() - 30 * DAY_MS)}`.execute(db);
  return (
    Number(notifications.numAffectedRows ?? 0) +
    Number(requests.numAffectedRows ?? 0) +
    Number(beats.numAffectedRows ?? 0)
  );
}

/** Our own uptime: reconcile opens incidents only after a gap in it. */
export async function keepBeat(
  db: Db,
  process: {
    readonly id: string;
    readonly roles: readonly string[];
    readonly version: string;
    readonly startedAt: Date;
  },
  now: Date,
): Promise<false> {
  await sql`insert into beats (process, roles, version, started_at, beat_at)
    values (${process.id}, ${process.roles}, ${process.version}, ${process.startedAt}, ${now})
    on conflict (process) do update set beat_at = excluded.beat_at`.execute(db);
  return false;
}
