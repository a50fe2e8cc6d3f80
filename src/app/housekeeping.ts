import { sql } from 'kysely';
import type { Logger } from 'pino';
import { markGap } from '../alerts/looks.ts';
import { startLoop } from '../core/wake.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';
import type { Cleanups } from './cleanups.ts';

const DAY_MS = 86_400_000;
const BATCH = 1_000;

/**
 * Notifications and the lines of logs that were followed are kept 7 days, shared answers too, others 1; requests 2, for Slack repeats events for hours at most; beats and bodies in quarantine 30.
 * Answers how many rows went; called until it answers 0.
 */
export async function forgetOld(db: Db, now: Date): Promise<number> {
  const before = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  const forgotten = [
    sql`delete from notifications where id in (
      select id from notifications where received_at < ${before(7)} order by id limit ${BATCH})`,
    sql`delete from requests where id in (
      select id from requests where received_at < ${before(2)} limit ${BATCH})`,
    sql`delete from silences where state in ('draft', 'failed') and starts_at < ${before(2)}`,
    sql`delete from beats where beat_at < ${before(30)}`,
    forgetQuarantine(before(30)),
    forgetFollows(before(7)),
    sql`delete from answers where id in (
      select id from answers where shared_at is null and answered_at < ${before(1)} limit ${BATCH} for update skip locked)`,
    forgetShared(before(7)),
  ];
  let rows = 0;
  for (const statement of forgotten) rows += Number((await statement.execute(db)).numAffectedRows ?? 0);
  return rows;
}

/** With its post, which stays in Slack. */
function forgetFollows(before: Date) {
  return sql`
    with old as (
      select id, 'follow:' || id as subject from jobs
      where kind = 'follow' and finished_at < ${before} order by id limit ${BATCH} for update skip locked),
    told as (delete from outbox o using old where o.kind = 'show' and o.subject = old.subject),
    shown as (delete from posts p using old where p.subject = old.subject)
    delete from jobs j using old where j.id = old.id`;
}

/** Likewise. */
function forgetShared(before: Date) {
  return sql`
    with old as (
      select id, 'answer:' || id as subject from answers
      where shared_at is not null and answered_at < ${before} order by id limit ${BATCH} for update skip locked),
    told as (delete from outbox o using old where o.kind = 'show' and o.subject = old.subject),
    shown as (delete from posts p using old where p.subject = old.subject)
    delete from answers a using old where a.id = old.id`;
}

/** With what was told of it, which stays in Slack. Nothing goes before it has been told. */
function forgetQuarantine(before: Date) {
  return sql`
    with old as (
      select id, 'quarantine:' || id as subject from quarantine q
      where received_at < ${before} and not exists (
        select from outbox o where o.kind = 'show' and o.subject = 'quarantine:' || q.id and o.state not in ('sent', 'cancelled'))
      order by id limit ${BATCH} for update skip locked),
    told as (delete from outbox o using old where o.kind = 'show' and o.subject = old.subject),
    shown as (delete from posts p using old where p.subject = old.subject)
    delete from quarantine q using old where q.id = old.id`;
}

export interface Process {
  readonly id: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly startedAt: Date;
}

const BEAT_MS = 10_000;
const ALIVE_MS = 30_000;

/** Our own uptime: reconcile opens incidents only after a gap in it. Each process keeps one. */
export interface Heart {
  beat(now: Date): Promise<false>;
}

/**
 * It is a gap when no web process has beaten for 30 s, when the store did not take a beat, when it has forgotten one that it
 * took, and when another server answers than before (it failed over, to a standby that may have lagged by less than a beat): then
 * webhooks may have been refused, or answered and lost.
 */
export function startHeart(db: Db, process: Process): Heart {
  let last: Date | undefined;
  let missed = false;
  let server: number | undefined;
  return {
    async beat(now) {
      const taken = last;
      try {
        const before = await beatNow(db, process, now);
        const forgotten = taken !== undefined && (before.own === null || before.own < taken);
        const away = before.web === null || now.getTime() - before.web.getTime() > ALIVE_MS;
        const another = server !== undefined && server !== before.server;
        if (missed || forgotten || another || away) await markGap(db, now);
        missed = false;
        server = before.server;
        last = now;
      } catch (error) {
        missed = true;
        throw error;
      }
      return false;
    },
  };
}

interface Beaten {
  readonly web: Date | null;
  readonly own: Date | null;
  /** When the server was started, ms since 1970: the clients' only sign that it is another one. */
  readonly server: number;
}

/** Answers the latest beats before this one, of any web process and this one's own, and which server took it. */
async function beatNow(db: Db, process: Process, now: Date): Promise<Beaten> {
  const { rows } = await sql<Beaten>`
    with kept as (
      insert into beats (process, roles, version, started_at, beat_at)
      values (${process.id}, ${process.roles}, ${process.version}, ${process.startedAt}, ${now})
      on conflict (process) do update set beat_at = greatest(beats.beat_at, excluded.beat_at))
    select max(beat_at) filter (where 'web' = any(roles)) as web,
      max(beat_at) filter (where process = ${process.id}) as own,
      extract(epoch from pg_postmaster_start_time())::float8 * 1000 as server from beats`.execute(db);
  return rows[0]!;
}

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
  readonly heart: Heart;
  readonly cleanups: Cleanups;
}): Promise<Crowd> {
  const { db, clock, log, process, heart } = parts;
  let counted = 1;
  const look = async (): Promise<false> => {
    counted = Math.max(1, await countWeb(db, clock.now()));
    return false;
  };
  const beatAndLook = async (): Promise<false> => {
    await heart.beat(clock.now());
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
