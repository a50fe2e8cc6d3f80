import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import { MANY } from '../outbox/undelivered.ts';

/** What has reached nobody, for people. */

/** One message that was tried in vain. */
export interface Listed {
  readonly id: number;
  /** Of a post its purpose (`main`, `copy`, `dm`), of a saying what is said (`ping`, `lines`). */
  readonly what: string;
  readonly subject: string;
  /** As it was meant. */
  readonly channel: string;
  readonly state: 'failed' | 'retrying' | 'fallback';
  /** Slack's own word, or ours. */
  readonly code: string;
  readonly attempts: number;
  /** When it was first due. */
  readonly since: Date;
  /** When it is tried again by itself. */
  readonly nextAt: Date | null;
  /** An attempt may have reached Slack. */
  readonly inDoubt: boolean;
  readonly incident: { readonly number: number; readonly title: string } | null;
  readonly action: { readonly verb: string; readonly target: string } | null;
}

export interface Undelivered {
  /** `MANY` at most, as the next. */
  readonly failed: number;
  readonly retrying: number;
  /** What failed first, then by urgency and age. */
  readonly messages: readonly Listed[];
  /** Of the last 7 days, the newest first. */
  readonly inFallback: readonly Listed[];
}

const LISTED = 10;
const FALLBACKS = 5;
const LATELY_MS = 7 * 86_400_000;

/** Being tried again: what only waits for its turn, or for Slack's patience, is not. */
const RETRYING = sql`(o.state = 'pending' and o.attempts > 0 and o.error is not null)`;
export const FAILED: RawBuilder<boolean> = sql`o.state = 'failed'`;
/** Rows of the outbox, called `o`, that were tried in vain. */
export const TROUBLED: RawBuilder<boolean> = sql`(${FAILED} or ${RETRYING})`;

/** @param incident the number of one incident, to list only what is about it */
export async function listUndelivered(db: Db, now: Date, incident?: number): Promise<Undelivered> {
  const about =
    incident === undefined
      ? sql``
      : sql` and o.subject = (select 'incident:' || id from incidents where number = ${incident})`;
  const many = (which: RawBuilder<unknown>) =>
    sql<number>`(select count(*)::int from (select 1 from outbox o where ${which}${about} limit ${sql.lit(MANY)}) found)`;
  const { rows } = await sql<{ failed: number; retrying: number }>`
    select ${many(FAILED)} as failed, ${many(RETRYING)} as retrying`.execute(db);
  const first = sql`order by o.state = 'pending', o.class, o.id limit ${LISTED}`;
  const newest = sql`order by o.created_at desc, o.id desc limit ${FALLBACKS}`;
  const lately = new Date(now.getTime() - LATELY_MS);
  const inFallback = sql`o.fallback_of is not null and o.state = 'sent' and o.created_at > ${lately}${about}`;
  return {
    ...rows[0]!,
    messages: await read(db, sql`${TROUBLED}${about}`, first),
    inFallback: await read(db, inFallback, newest),
  };
}

/** One of them, if it is one. */
export async function undeliveredById(db: Db, id: number): Promise<Listed | undefined> {
  const [found] = await read(db, sql`o.id = ${id} and ${TROUBLED}`, sql``);
  return found;
}

async function read(db: Db, which: RawBuilder<unknown>, tail: RawBuilder<unknown>): Promise<readonly Listed[]> {
  const { rows } = await sql<Listed>`
    select o.id, coalesce(p.purpose, o.payload->>'say', '') as what, o.subject, coalesce(o.fallback_of, o.channel) as channel,
      case when o.state = 'failed' then 'failed' when o.state = 'sent' then 'fallback' else 'retrying' end as state,
      coalesce(o.error, '') as code, o.attempts, o.wanted_at as since,
      case when o.state = 'pending' or o.payload ? 'again' then o.due_at end as "nextAt",
      o.look_up_from is not null as "inDoubt",
      (select jsonb_build_object('number', i.number, 'title', i.title) from incidents i
        where i.id = case when o.subject ~ '^incident:[0-9]+$' then substr(o.subject, 10)::bigint end) as incident,
      (select jsonb_build_object('verb', a.verb, 'target', a.target_key) from actions a
        where 'action:' || a.id = o.subject and o.subject like 'action:%') as action
    from outbox o left join posts p on p.id = o.post_id
    where ${which} ${tail}`.execute(db);
  return rows;
}
