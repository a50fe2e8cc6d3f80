import { sql } from 'kysely';
import type { Logger } from 'pino';
import { startLoop } from '../core/wake.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';
import type { Cleanups } from './cleanups.ts';

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

export interface Process {
  readonly id: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly startedAt: Date;
}

/** Our own uptime: reconcile opens incidents only after a gap in it. */
export async function keepBeat(db: Db, process: Process, now: Date): Promise<false> {
  await sql`insert into beats (process, roles, version, started_at, beat_at)
    values (${process.id}, ${process.roles}, ${process.version}, ${process.startedAt}, ${now})
    on conflict (process) do update set beat_at = excluded.beat_at`.execute(db);
  return false;
}

const BEAT_MS = 10_000;
const ALIVE_MS = 30_000;

/** The web processes of this installation, this one among them. */
export interface Crowd {
  webProcesses(): number;
  /** Never rejects: what was counted last stands. */
  lookAgain(): Promise<void>;
}

/** Counts web processes by their beats, and keeps this one's, so that others count it before it connects. */
export async function watchCrowd(parts: {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly process: Process;
  readonly cleanups: Cleanups;
}): Promise<Crowd> {
  const { db, clock, log, process } = parts;
  let counted = 1;
  const look = async (): Promise<false> => {
    counted = Math.max(1, await countWeb(db, clock.now()));
    return false;
  };
  const beatAndLook = async (): Promise<false> => {
    await keepBeat(db, process, clock.now());
    return look();
  };
  const onError = (error: unknown): void => log.warn({ err: error }, 'our web processes could not be counted');
  if (process.roles.includes('web')) {
    await beatAndLook().catch(onError);
    const loop = startLoop({ name: 'crowd', everyMs: BEAT_MS, work: beatAndLook, onError });
    parts.cleanups.add('crowd', (ms) => loop.stop(ms));
  }
  return {
    webProcesses: () => counted,
    lookAgain: async () => void (await look().catch(onError)),
  };
}

async function countWeb(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from beats
    where 'web' = any(roles) and beat_at >= ${new Date(now.getTime() - ALIVE_MS)}`.execute(db);
  return rows[0]!.n;
}
