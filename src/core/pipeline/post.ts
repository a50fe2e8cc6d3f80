import { incidentSubject } from '../../domain/incident.ts';
import type { Principal } from '../../domain/principal.ts';
import { storableJson } from '../../domain/storable.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { Json } from '../../ports/schema.ts';
import { incidentOfThread, ownThread } from '../ask/thread.ts';
import { isPerson } from '../outbox/places.ts';
import { CLASS, createPosts, type OutboxClass, sayLines, showAgain } from '../outbox/write.ts';
import { draw } from '../records.ts';
import type { ActionRow } from './records.ts';

/** Where actions that nobody asked for in a channel are told: with `channel` absent there is nowhere, and no post. */
interface Place {
  readonly channel: string;
  readonly threadPostId?: number;
}

export function subjectOf(actionId: string): string {
  return `action:${actionId}`;
}

/** What the action's post is about by then: a job, or the question to a second person. */
type Asked = { readonly job: number } | { readonly approval: number };

/**
 * The action's one post: where it was asked for, which may be the thread of a copy of the incident's post; the incident's own thread
 * has a line of it then. What a second person is asked is not hidden in somebody's direct messages.
 */
export async function postAction(tx: Tx, row: ActionRow, asked: Asked, now: Date): Promise<void> {
  const place = 'approval' in asked ? await openPlaceOf(tx, row) : await placeOf(tx, row);
  if (!place) return;
  const [id] = await draw(tx, 'posts_id_seq', 1);
  await createPosts(
    tx,
    [{ id: id!, subject: subjectOf(row.id), purpose: 'main', class: CLASS.click, v: row.v, ...place }],
    now,
  );
  const own = await ownPlace(tx, row);
  if (row.incident_id === null || !own || own.threadPostId === place.threadPostId) return;
  const params = { verb: row.verb, target: row.target_key, ...asked };
  const payload = { kind: 'acted', actor: row.principal, params };
  await sayLines(tx, [{ subject: incidentSubject(row.incident_id), event: `acted:${row.id}`, ...own, payload }], now);
}

/** The same, privately, to each of these people. */
export async function postPrivately(tx: Tx, row: ActionRow, people: readonly string[], now: Date): Promise<void> {
  const ids = await draw(tx, 'posts_id_seq', people.length);
  const posts = people.map((channel, i) => ({
    id: ids[i]!,
    subject: subjectOf(row.id),
    purpose: 'dm',
    class: CLASS.click,
    channel,
    v: row.v,
  }));
  await createPosts(tx, posts, now);
}

/** Where it is told: in the thread that it came from. */
async function placeOf(tx: Tx, row: ActionRow): Promise<Place | undefined> {
  const { incident_id: incident, origin } = row;
  if (origin.post !== undefined) return threadOf(tx, origin.post);
  if (incident !== null) {
    const thread = await incidentOfThread(tx, { channelId: origin.channel, threadTs: origin.thread });
    const own = thread?.id === incident ? thread.place : await ownThread(tx, incident);
    if (own) return own;
  }
  return origin.channel === undefined ? undefined : { channel: origin.channel };
}

/** Where others hear of it as well: of what somebody asked for in their direct messages, the incident's own thread. */
export async function openPlaceOf(tx: Tx, row: ActionRow): Promise<Place | undefined> {
  const found = await placeOf(tx, row);
  return found && isPerson(found.channel) ? ((await ownPlace(tx, row)) ?? found) : found;
}

async function ownPlace(tx: Tx, { incident_id: incident }: ActionRow): Promise<Required<Place> | undefined> {
  return incident === null ? undefined : ownThread(tx, incident);
}

async function threadOf(tx: Tx, post: number): Promise<Place | undefined> {
  const found = await tx.selectFrom('posts').select(['id', 'channel']).where('id', '=', post).executeTakeFirst();
  return found && { channel: found.channel, threadPostId: found.id };
}

/** What an incident's story says of an action, and of one that is made for a while. */
type StoryLine = 'action-confirmed' | 'action-finished' | 'approval-asked' | 'approval-decided' | TermLine;
export type TermLine = 'term-began' | 'term-extended' | 'term-asked' | 'term-taking' | 'term-ended';

/** In the incident's story; and its post shows what is being done about it. */
export async function noteInTimeline(
  tx: Tx,
  row: ActionRow,
  kind: Exclude<StoryLine, TermLine>,
  actor: Principal | null,
  params: Json,
  now: Date,
): Promise<void> {
  if (row.incident_id === null) return;
  await addToTimeline(tx, row, kind, actor, params, now);
  await showAgain(tx, [{ subject: incidentSubject(row.incident_id), class: CLASS.update }], now);
}

/** In the story alone: what the incident's post says stays as it is. */
export async function addToTimeline(
  tx: Tx,
  row: ActionRow,
  kind: StoryLine,
  actor: Principal | null,
  params: Json,
  now: Date,
): Promise<void> {
  if (row.incident_id === null) return;
  await tx
    .insertInto('timeline')
    .values({
      incident_id: row.incident_id,
      at: now,
      kind,
      actor: actor && JSON.stringify(actor),
      params: storableJson({ action: row.id, verb: row.verb, target: row.target_key, ...params }),
    })
    .execute();
}

export async function showAction(
  db: Db,
  actionId: string,
  due: Date,
  clazz: OutboxClass = CLASS.update,
): Promise<void> {
  await showAgain(db, [{ subject: subjectOf(actionId), class: clazz }], due);
}
