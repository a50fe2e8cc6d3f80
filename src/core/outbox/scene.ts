import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import type { Claim } from './claim.ts';
import { resolvedPlace } from './places.ts';

/** What a claimed row is about to be sent into, read with its claim. */
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

/** The scene of the row `o` of `outbox`, as one JSON value, so that it comes with the claim. */
export function sceneOf(fallbackChannel: string | undefined): RawBuilder<Scene> {
  const fallback = sql`${fallbackChannel ?? null}::text`;
  const channel = sql`case when o.fallback_of is null then o.channel else ${fallback} end`;
  return sql<Scene>`(select jsonb_build_object('place', s.place, 'fallbackPlace', s.fallback, 'threadTs', s.thread_ts,
      'threadPending', s.thread_pending, 'post', s.post, 'channelsKnown', exists (select 1 from channels),
      'language', coalesce((select language from channels where id = s.place), (select locale from people where id = s.place)))
    from (
      select coalesce(t.channel_id, ${resolvedPlace(channel)}, '') as place, ${resolvedPlace(fallback)} as fallback,
        t.ts as thread_ts,
        t.id is not null and t.ts is null and coalesce(ts.state, '') not in ('failed', 'cancelled') as thread_pending,
        case when p.id is not null then jsonb_build_object('id', p.id, 'purpose', p.purpose, 'channel', p.channel,
          'channelId', p.channel_id, 'ts', p.ts, 'moved', p.moved) end as post
      from (select 1) one
      left join posts p on p.id = o.post_id
      left join posts t on t.id = o.thread_post_id and o.fallback_of is null
      left join outbox ts on ts.post_id = t.id and ts.kind = 'show') s)`;
}

/** The last look before a ping leaves: does its run still stand where it stood when the ping was written? */
export async function fenceHolds(db: Db, { lead }: Claim): Promise<boolean> {
  if (lead.run_id === null) return true;
  const { rows } = await sql`select 1 from runs r, outbox o
    where r.id = ${lead.run_id} and r.fence = ${lead.fence} and r.stopped_at is null
      and o.id = ${lead.id} and o.state = 'sending' and o.attempt_id = ${lead.attempt_id}`.execute(db);
  return rows.length > 0;
}
