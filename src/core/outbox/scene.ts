import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import type { Claim } from './claim.ts';
import { resolvedPlace } from './places.ts';

/** What a claimed row is about to be sent into, read right before. */
export interface Scene {
  /**
   * Where a post of it goes, and whose pace it keeps: a channel id, an unresolved `#name`, or a person's id. Empty for a row that
   * is to go to the fallback channel where none is configured (any more).
   */
  readonly place: string;
  /** The channels of the workspace were read at least once, so that a `#name` that is not among them is nobody's. */
  readonly channelsKnown: boolean;
  /** Resolved; null when there is none. */
  readonly fallbackPlace: string | null;
  /** The thread that it goes into; null for none, or when the row goes to the fallback channel. */
  readonly threadTs: string | null;
  /** Its thread's post is not there, but still may be. */
  readonly threadPending: boolean;
  /** Of show rows. */
  readonly post: {
    readonly id: number;
    readonly purpose: string;
    readonly channel: string;
    readonly channelId: string | null;
    readonly ts: string | null;
    readonly moved: boolean;
  } | null;
  /** As set for the channel, or a person's locale: `ja`, `ja-JP`. */
  readonly language: string | null;
}

/** @returns undefined when the claim is no longer this attempt's. */
export async function readScene(
  db: Db,
  { lead }: Claim,
  fallbackChannel: string | undefined,
): Promise<Scene | undefined> {
  const fallback = sql`${fallbackChannel ?? null}::text`;
  const channel = sql`case when o.fallback_of is null then o.channel else ${fallback} end`;
  const { rows } = await sql<Scene>`
    select s.place, s."fallbackPlace", s."threadTs", s."threadPending", s.post,
      exists (select 1 from channels) as "channelsKnown",
      coalesce((select language from channels where id = s.place), (select locale from people where id = s.place)) as language
    from (
      select coalesce(t.channel_id, ${resolvedPlace(channel)}, '') as place, ${resolvedPlace(fallback)} as "fallbackPlace",
        t.ts as "threadTs",
        t.id is not null and t.ts is null and coalesce(ts.state, '') not in ('failed', 'cancelled') as "threadPending",
        case when p.id is not null then jsonb_build_object('id', p.id, 'purpose', p.purpose, 'channel', p.channel,
          'channelId', p.channel_id, 'ts', p.ts, 'moved', p.moved) end as post
      from outbox o
      left join posts p on p.id = o.post_id
      left join posts t on t.id = o.thread_post_id and o.fallback_of is null
      left join outbox ts on ts.post_id = t.id and ts.kind = 'show'
      where o.id = ${lead.id} and o.attempt_id = ${lead.attempt_id} and o.state = 'sending') s`.execute(db);
  return rows[0];
}

/** The last look before a ping leaves: does its run still stand where it stood when the ping was written? */
export async function fenceHolds(db: Db, { lead }: Claim): Promise<boolean> {
  if (lead.run_id === null) return true;
  const { rows } = await sql`select 1 from runs
    where id = ${lead.run_id} and fence = ${lead.fence} and stopped_at is null`.execute(db);
  return rows.length > 0;
}
