import { sql } from 'kysely';
import { UNDELIVERED, undelivered } from '../core/outbox/undelivered.ts';
import { CLASS } from '../core/outbox/write.ts';
import type { Db } from '../ports/database.ts';
import { className, type Gauges } from './metrics.ts';

/** Nothing is counted further than this: a scrape costs the same in a storm. */
const MOST = 10_000;
/** Scrapers wait 10 s at most; what a database does not say by then it does not say to this scrape. */
export const SCRAPE_LIMIT_MS = 3_000;

interface Counted {
  readonly waiting: number;
  readonly pending: number;
  readonly sending: number;
  readonly failed: number;
  readonly quarantined: number;
  readonly open: number;
  readonly unshown: number;
  readonly unshown_since: Date | null;
  readonly runs: Date | null;
  readonly jobs: Date | null;
  readonly doubts: Date | null;
  readonly plans: Date | null;
  readonly terms: Date | null;
  readonly timetable: Date | null;
  readonly heartbeat: Date | null;
  readonly sealed: Date | null;
}

export interface ReadGauges {
  readonly now: Date;
  readonly counted: Counted;
  /** Since when the oldest of each class has been due; classes with nothing to send are absent. */
  readonly oldest: ReadonlyMap<number, Date>;
  readonly lost: number;
}

/** Reads what the gauges tell of all processes. Every part of it steps through an index and stops. */
export async function readGauges(db: Db, now: Date): Promise<ReadGauges> {
  return { now, counted: await count(db), oldest: await oldestByClass(db), lost: await undelivered(db, now) };
}

export function setGauges(gauges: Gauges, { now, counted, oldest, lost }: ReadGauges): void {
  const since = (at: Date | null | undefined): number => (at ? Math.max(0, now.getTime() - at.getTime()) / 1000 : 0);
  const setAge = (gauge: Gauges['heartbeatAge'], at: Date | null): void => (at ? gauge.set(since(at)) : gauge.remove());
  for (const state of ['waiting', 'pending', 'sending', 'failed'] as const)
    gauges.messages.set({ state }, counted[state]);
  for (const number of Object.values(CLASS))
    gauges.outboxOldest.set({ class: className(number) }, since(oldest.get(number)));
  for (const kind of ['runs', 'jobs', 'doubts', 'plans', 'terms', 'timetable'] as const)
    gauges.dueLag.set({ kind }, since(counted[kind]));
  gauges.dueLag.set({ kind: 'outbox' }, Math.max(0, ...[...oldest.values()].map(since)));
  gauges.quarantined.set(counted.quarantined);
  gauges.openIncidents.set(counted.open);
  gauges.unshown.set(counted.unshown);
  gauges.oldestUnshown.set(since(counted.unshown_since));
  gauges.undelivered.set(lost);
  setAge(gauges.heartbeatAge, counted.heartbeat);
  setAge(gauges.auditSealAge, counted.sealed);
  gauges.databaseUp.set(1);
}

/** What was read is not true any more: nothing is said instead of something old. */
export function forgetGauges(gauges: Gauges): void {
  const { socketsLive: _, databaseUp, messages, outboxOldest, dueLag, ...single } = gauges;
  for (const gauge of [messages, outboxOldest, dueLag]) gauge.reset();
  for (const gauge of Object.values(single)) gauge.remove();
  databaseUp.set(0);
}

async function count(db: Db): Promise<Counted> {
  const many = (from: ReturnType<typeof sql>) =>
    sql<number>`(select count(*)::int from (select 1 from ${from} limit ${sql.lit(MOST)}) found)`;
  const { rows } = await sql<Counted>`
    with unshown as materialized (
      select case when p.shown_at is null then p.created_at else o.wanted_at end as since
      from posts p join outbox o on o.post_id = p.id and o.kind = 'show' and o.state <> 'cancelled'
      where p.purpose = 'main' and p.ts is null and p.subject like 'incident:%'
      order by p.created_at limit ${sql.lit(MOST)}
    )
    select
      ${many(sql`outbox where state = 'waiting'`)} as waiting,
      ${many(sql`outbox where state = 'pending'`)} as pending,
      ${many(sql`outbox where state = 'sending'`)} as sending,
      ${many(sql`outbox where ${UNDELIVERED[0]!}`)} as failed,
      ${many(sql`quarantine where done_at is null`)} as quarantined,
      ${many(sql`incidents where state <> 'resolved'`)} as open,
      (select count(*)::int from unshown) as unshown,
      (select min(since) from unshown) as unshown_since,
      (select due_at from runs where state = 'running' and due_at is not null order by due_at limit 1) as runs,
      (select due_at from jobs where due_at is not null and (lease_until is null or lease_until < clock_timestamp())
        order by due_at limit 1) as jobs,
      (select doubt_due from alerts where doubt_due is not null order by doubt_due limit 1) as doubts,
      (select expires_at from actions where state in ('planned', 'awaiting-approval')
        order by expires_at limit 1) as plans,
      (select due_at from terms where due_at is not null order by due_at limit 1) as terms,
      (select look_at from timetable_runs where look_at is not null and state = 'due'
        and (lease_until is null or lease_until < clock_timestamp()) order by look_at limit 1) as timetable,
      (select last_run_at from schedule_runs where name = 'heartbeat') as heartbeat,
      (select sealed_at from audit_seals order by id desc limit 1) as sealed`.execute(db);
  return rows[0]!;
}

async function oldestByClass(db: Db): Promise<ReadonlyMap<number, Date>> {
  const { rows } = await sql<{ class: number; at: Date }>`
    select c.class, o.wanted_at as at from unnest(${Object.values(CLASS)}::smallint[]) c(class)
    cross join lateral (select wanted_at from outbox
      where state in ('pending', 'sending') and class = c.class order by wanted_at limit 1) o`.execute(db);
  return new Map(rows.map((row) => [row.class, row.at]));
}
