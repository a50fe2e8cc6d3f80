import type { Db, Tx } from '../../ports/database.ts';
import type { Asked } from '../define.ts';
import { insertJob } from '../jobs/rows.ts';
import { CLASS, createPosts, type NewPost } from '../outbox/write.ts';
import { draw } from '../records.ts';
import {
  FOLLOW_JOB,
  FOLLOW_V,
  type Follow,
  type Followed,
  type FollowState,
  followSubject,
  LOOK_EACH_MS,
  lockFollows,
  MOST_AT_ONCE,
} from './rows.ts';

/** Where it is shown: an answer that only its asker sees cannot be edited for three minutes. */
export type FollowPlace = 'thread' | 'direct';

export type Begun =
  | { readonly kind: 'begun'; readonly place: FollowPlace }
  /** So many run already. */
  | { readonly kind: 'taken'; readonly by: readonly Follow[] };

/** Job and message in one transaction; the first look is in `state`. */
export async function beginFollow(
  db: Db,
  followed: Followed,
  state: FollowState,
  { principal, origin, environment, now }: Pick<Asked, 'principal' | 'origin' | 'environment' | 'now'>,
): Promise<Begun> {
  return db.transaction().execute(async (tx) => {
    const running = await lockFollows(tx, now);
    if (running.length >= MOST_AT_ONCE) return { kind: 'taken', by: running };
    const { id: jobId } = await insertJob(
      tx,
      {
        kind: FOLLOW_JOB,
        payload: { ...followed, v: FOLLOW_V },
        principal,
        progress: state,
        due: new Date(now.getTime() + LOOK_EACH_MS),
        ...(environment !== undefined && { environment }),
      },
      now,
    );
    const [id] = await draw(tx, 'posts_id_seq', 1);
    const thread = await threadOf(tx, origin.incident);
    const place = thread ?? { channel: principal.id };
    await createPosts(
      tx,
      [{ id: id!, subject: followSubject(jobId), purpose: 'main', class: CLASS.click, ...place }],
      now,
    );
    return { kind: 'begun', place: thread ? 'thread' : 'direct' };
  });
}

/** Of the incident in whose thread it was said. */
async function threadOf(
  tx: Tx,
  incident: number | undefined,
): Promise<Pick<NewPost, 'channel' | 'threadPostId'> | undefined> {
  if (incident === undefined) return undefined;
  const main = await tx
    .selectFrom('incidents as i')
    .innerJoin('posts as p', 'p.id', 'i.main_post_id')
    .select(['p.id', 'p.channel'])
    .where('i.number', '=', incident)
    .executeTakeFirst();
  return main && { channel: main.channel, threadPostId: main.id };
}
