import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import { WORKSPACE_KEYS } from './limits.ts';
import type { Candidate, Spent } from './pace.ts';
import { resolvedPlace } from './places.ts';

/**
 * Rows of a newer version are left to a newer replica, which would otherwise wait a minute for each that this one has claimed in vain.
 * 2: shows an action that is made for a while.
 */
const OUTBOX_V = 2;

export interface Lanes {
  /** The first due row, by class, then age, of each (channel, method). */
  readonly heads: readonly Candidate[];
  /** As they are, not locked. */
  readonly budgets: Spent;
  /** When the next row that is not due yet will be. */
  readonly laterAt: number | undefined;
}

interface Found {
  readonly heads: readonly Candidate[];
  readonly budgets: readonly { readonly key: string; readonly at: number }[];
  readonly later: number | null;
}

/**
 * Looks without locking. The recursion steps through the index from one (channel, method) to the next, so the cost goes with
 * the channels that have something to send and not with how much they have. `is true` keeps a planner without statistics from
 * reading everything that is due for each of them.
 */
export async function readLanes(db: Db, now: Date, fallbackChannel: string | undefined): Promise<Lanes> {
  const channel = sql`case when o.fallback_of is null then o.channel else ${fallbackChannel ?? ''}::text end`;
  const { rows } = await sql<Found>`
    with recursive lane(channel, method) as (
      (select channel, method from outbox where state = 'pending' order by channel, method limit 1)
      union all
      select n.channel, n.method from lane l cross join lateral (
        select o.channel, o.method from outbox o
        where o.state = 'pending' and (o.channel, o.method) > (l.channel, l.method)
        order by o.channel, o.method limit 1) n
    ), head as materialized (
      select o.id, o.class, o.method, o.look_up_from is not null as look_up,
        coalesce(
          (select t.channel_id from posts t where t.id = o.thread_post_id and o.fallback_of is null),
          ${resolvedPlace(channel)}) as place
      from lane l cross join lateral (
        select p.id, p.class, p.method, p.look_up_from, p.thread_post_id, p.fallback_of, p.channel from outbox p
        where p.state = 'pending' and p.channel = l.channel and p.method = l.method
          and (p.due_at <= ${now}) is true and p.v <= ${OUTBOX_V}
        order by p.class, p.id limit 1) o
    ), keys as (
      select unnest(array['channel:' || place, 'hold:channel:' || place]) as key from head
      union select unnest(${[...WORKSPACE_KEYS, ...WORKSPACE_KEYS.map((k) => `hold:${k}`)]}::text[])
    )
    select
      coalesce((select jsonb_agg(jsonb_build_object('id', id, 'class', class, 'method', method, 'place', place,
        'lookUp', look_up)) from head), '[]') as heads,
      coalesce((select jsonb_agg(jsonb_build_object('key', b.key, 'at', ${msOf(sql`b.next_at`)}))
        from keys k join budgets b on b.key = k.key), '[]') as budgets,
      (select ${msOf(sql`min(due_at)`)} from outbox where state = 'pending' and due_at > ${now}) as later`.execute(db);
  const found = rows[0]!;
  return {
    heads: found.heads,
    budgets: new Map(found.budgets.map((b) => [b.key, b.at])),
    laterAt: found.later ?? undefined,
  };
}

/** Milliseconds since 1970 of an SQL timestamp. */
export function msOf(at: ReturnType<typeof sql>) {
  return sql<number>`(extract(epoch from ${at}) * 1000)::float8`;
}
