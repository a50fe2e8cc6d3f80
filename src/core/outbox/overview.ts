import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';

/** What the outbox holds, for people. */
export interface OutboxOverview {
  readonly pending: number;
  readonly sending: number;
  /** On the message whose thread they go into. */
  readonly waiting: number;
  readonly failed: number;
  /** How long the oldest row that is due has been so, ms; 0 when there is none. */
  readonly lateMs: number;
  /** What was tried in vain: failed, gone to the fallback channel lately, or tried again; the newest first, at most 20. */
  readonly troubles: readonly Trouble[];
}

export interface Trouble {
  readonly id: number;
  readonly subject: string;
  /** As it was meant. */
  readonly channel: string;
  readonly state: 'failed' | 'fallback' | 'retrying';
  /** Slack's own word. */
  readonly code: string;
  readonly attempts: number;
  readonly since: Date;
}

export async function outboxOverview(db: Db, now: Date): Promise<OutboxOverview> {
  const { rows } = await sql<Omit<OutboxOverview, 'troubles'>>`
    select count(*) filter (where state = 'pending')::int as pending,
      count(*) filter (where state = 'sending')::int as sending,
      count(*) filter (where state = 'waiting')::int as waiting,
      count(*) filter (where state = 'failed')::int as failed,
      coalesce(greatest(0, extract(epoch from ${now} - min(due_at) filter (where state in ('pending', 'sending'))) * 1000),
        0)::float8 as "lateMs"
    from outbox where state in ('pending', 'sending', 'waiting', 'failed')`.execute(db);
  return { ...rows[0]!, troubles: await troubles(db) };
}

async function troubles(db: Db): Promise<readonly Trouble[]> {
  const { rows } = await sql<Trouble>`
    select id, subject, channel, error as code, attempts, created_at as since,
      case when state = 'failed' then 'failed' when fallback_of is not null then 'fallback' else 'retrying' end as state
    from outbox
    where state = 'failed' or (fallback_of is not null and state <> 'cancelled')
      or (state = 'pending' and error is not null)
    order by id desc limit 20`.execute(db);
  return rows;
}

/** Sends failed rows once more, where they were meant to go: somebody has mended the channel. Answers how many there are. */
export async function retryFailed(db: Db, now: Date, ids?: readonly number[]): Promise<number> {
  const which = ids ? sql`id = any(${[...ids]})` : sql`true`;
  const { rows } = await sql`update outbox set state = 'pending', due_at = ${now}, attempts = 0, error = null,
      fallback_of = null, attempt_id = null, lease_until = null, look_up_from = null
    where state = 'failed' and ${which} returning id`.execute(db);
  return rows.length;
}
