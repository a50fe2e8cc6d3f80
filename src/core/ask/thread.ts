import type { DatabaseTarget, Target } from '../../domain/workload.ts';
import type { Db } from '../../ports/database.ts';

/** For what is posted into it. */
export interface ThreadPlace {
  readonly channel: string;
  readonly threadPostId: number;
}

/** The incident in whose thread something was said. */
export interface ThreadIncident {
  /** That thread: of the incident's own post, or of a copy of it in another channel, before other people. */
  readonly place: ThreadPlace;
  readonly id: number;
  /** INC-<number> */
  readonly number: number;
  readonly environment?: string;
  readonly target?: Target;
  /** Where that was asked for. */
  readonly database?: DatabaseTarget;
}

/** `undefined`: not a thread, or not an incident's. */
export async function incidentOfThread(
  db: Db,
  at: { readonly channelId?: string; readonly threadTs?: string },
): Promise<ThreadIncident | undefined> {
  if (at.channelId === undefined || at.threadTs === undefined) return undefined;
  const post = await db
    .selectFrom('posts')
    .select(['id', 'channel', 'subject'])
    .where('channel_id', '=', at.channelId)
    .where('ts', '=', at.threadTs)
    .executeTakeFirst();
  const id = /^incident:([0-9]+)$/.exec(post?.subject ?? '')?.[1];
  if (!post || id === undefined) return undefined;
  const row = await db
    .selectFrom('incidents')
    .select(['id', 'number', 'environment', 'target'])
    .where('id', '=', Number(id))
    .executeTakeFirst();
  if (!row) return undefined;
  const { number, environment, target } = row;
  return {
    id: row.id,
    number,
    place: { channel: post.channel, threadPostId: post.id },
    ...(environment !== null && { environment }),
    ...(target !== null && { target }),
  };
}

/** The thread of an incident's own post, for what was said in none of its threads. */
export async function ownThread(db: Db, incidentId: number): Promise<ThreadPlace | undefined> {
  const post = await db
    .selectFrom('incidents as i')
    .innerJoin('posts as p', 'p.id', 'i.main_post_id')
    .select(['p.id', 'p.channel'])
    .where('i.id', '=', incidentId)
    .executeTakeFirst();
  return post && { channel: post.channel, threadPostId: post.id };
}
