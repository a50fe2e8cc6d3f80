import { CLASS, createPosts } from '../../../src/core/outbox/write.ts';
import { draw } from '../../../src/core/records.ts';
import { incidentSubject } from '../../../src/domain/incident.ts';
import type { Bench } from './bench.ts';

/** An open incident with its post in `C0ALERTS`; its id. Numbers go on from INC-141. */
export async function newIncident(bench: Bench, values: object): Promise<number> {
  const { db } = bench.database;
  const at = bench.now();
  const { count } = await db
    .selectFrom('incidents')
    .select((e) => e.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  const row = {
    source: 'main',
    state: 'open',
    since: at,
    title: 't',
    severity: 'high',
    peak_severity: 'high',
  } as const;
  const { id } = await db
    .insertInto('incidents')
    .values({ ...row, opened_at: at, fired_at: at, channel: 'C0ALERTS', number: 141 + Number(count), ...values })
    .returning('id')
    .executeTakeFirstOrThrow();
  const [postId] = await draw(db, 'posts_id_seq', 1);
  const post = { id: postId!, subject: incidentSubject(id), purpose: 'main', class: CLASS.new, channel: 'C0ALERTS' };
  await createPosts(db, [post], at);
  await db.updateTable('posts').set({ ts: '1.1' }).where('id', '=', post.id).execute();
  await db.updateTable('incidents').set({ main_post_id: post.id }).where('id', '=', id).execute();
  return id;
}

/** A further post of it, told to `channel`, which Slack knows as `channelId`. */
export async function copyOf(bench: Bench, incident: number, channel: string, channelId: string): Promise<number> {
  const { db } = bench.database;
  const [id] = await draw(db, 'posts_id_seq', 1);
  const copy = { id: id!, subject: incidentSubject(incident), purpose: 'copy', class: CLASS.new, channel };
  await createPosts(db, [copy], bench.now());
  await db.updateTable('posts').set({ ts: '1.1', channel_id: channelId }).where('id', '=', copy.id).execute();
  return copy.id;
}

/** Its story, in order. */
export const storyOf = ({ database }: Bench, incident: number) =>
  database.db
    .selectFrom('timeline')
    .select(['kind', 'params', 'actor'])
    .where('incident_id', '=', incident)
    .orderBy('id')
    .execute();
