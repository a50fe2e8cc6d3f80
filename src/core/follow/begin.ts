import type { Db } from '../../ports/database.ts';
import { incidentOfThread } from '../ask/thread.ts';
import type { Asked } from '../define.ts';
import { insertJob } from '../jobs/rows.ts';
import { CLASS, createPosts } from '../outbox/write.ts';
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
  | { readonly kind: 'begun'; readonly place: FollowPlace; readonly job: number }
  /** So many run already. */
  | { readonly kind: 'taken'; readonly by: readonly Follow[] };

/**
 * Job and message in one transaction; the first look is in `state`. Nothing begins once `signal` has ended: who asked was told so.
 */
export async function beginFollow(
  db: Db,
  followed: Followed,
  state: FollowState,
  {
    principal,
    origin,
    environment,
    now,
    signal,
  }: Pick<Asked, 'principal' | 'origin' | 'environment' | 'now' | 'signal'>,
): Promise<Begun> {
  return db.transaction().execute(async (tx) => {
    const running = await lockFollows(tx, now);
    if (running.length >= MOST_AT_ONCE) return { kind: 'taken', by: running };
    const thread = await incidentOfThread(tx, { channelId: origin.channel, threadTs: origin.thread });
    const { id: jobId } = await insertJob(
      tx,
      {
        kind: FOLLOW_JOB,
        payload: { ...followed, v: FOLLOW_V },
        principal,
        progress: state,
        due: new Date(now.getTime() + LOOK_EACH_MS),
        ...(environment !== undefined && { environment }),
        ...(thread && { incidentId: thread.id }),
      },
      now,
    );
    const [id] = await draw(tx, 'posts_id_seq', 1);
    const place = thread?.place ?? { channel: principal.id };
    await createPosts(
      tx,
      [{ id: id!, subject: followSubject(jobId), purpose: 'main', class: CLASS.click, ...place }],
      now,
    );
    signal.throwIfAborted();
    return { kind: 'begun', place: thread ? 'thread' : 'direct', job: jobId };
  });
}
