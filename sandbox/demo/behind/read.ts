import { type Selectable, sql } from 'kysely';
import { incidentSubject } from '../../../src/domain/incident.ts';
import type { Db } from '../../../src/ports/database.ts';
import type { Schema } from '../../../src/ports/schema.ts';

export type RowOf<Table extends keyof Schema> = Selectable<Schema[Table]>;

/** A message as the database may know it. */
export interface MessageAt {
  readonly channelId: string;
  /** How the outbox may call that place: an id, a name, a person. */
  readonly places: readonly string[];
  readonly ts: string;
  /** Whom it is for alone, where it is. */
  readonly reader?: string;
}

/** Every row that belongs to a message, in the order in which they came. */
export interface Found {
  readonly posts: readonly RowOf<'posts'>[];
  readonly outbox: readonly RowOf<'outbox'>[];
  readonly incident: RowOf<'incidents'> | undefined;
  readonly alerts: readonly RowOf<'alerts'>[];
  readonly runs: readonly RowOf<'runs'>[];
  readonly timeline: readonly RowOf<'timeline'>[];
  readonly notifications: readonly Omit<RowOf<'notifications'>, 'key_hash'>[];
  readonly actions: readonly RowOf<'actions'>[];
  readonly approvals: readonly RowOf<'approvals'>[];
  readonly jobs: readonly RowOf<'jobs'>[];
  readonly audit: readonly RowOf<'audit'>[];
  /** No row made it: the audit's is of what its reader asked last before it. */
  readonly answered: boolean;
}

/** The newest so many of a kind. */
const MOST = 30;

/** One picture of the moment, which nothing in here can change: PostgreSQL holds the transaction to that. */
export function readBehind(db: Db, message: MessageAt): Promise<Found> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) => read(tx, message));
}

async function read(db: Db, message: MessageAt): Promise<Found> {
  const posts = await db
    .selectFrom('posts')
    .selectAll()
    .where('channel_id', '=', message.channelId)
    .where('ts', '=', message.ts)
    .execute();
  const outbox = await outboxOf(
    db,
    message,
    posts.map((post) => post.id),
  );
  const subjects = [...posts, ...outbox].map((row) => row.subject);
  const answered = subjects.length === 0;
  const asked = answered ? await lastAsked(db, message) : [];
  const about = {
    incidents: idsIn(subjects, 'incident').map(Number),
    actions: [...idsIn(subjects, 'action'), ...idsIn(subjects, 'term'), ...present(asked.map((row) => row.action_id))],
    jobs: [...idsIn(subjects, 'follow').map(Number), ...present(asked.map((row) => row.job_id))],
  };
  const actions = await actionsOf(db, about);
  const jobs = await jobsOf(db, about.jobs, actions);
  const incidentId = [
    ...about.incidents,
    ...present(actions.map((row) => row.incident_id)),
    ...present(asked.map((row) => row.incident_id)),
  ][0];
  return {
    posts,
    outbox,
    ...(await incidentOf(db, incidentId)),
    actions,
    approvals: await approvalsOf(db, actions),
    jobs,
    audit: answered && actions.length === 0 ? asked : await auditOf(db, about.incidents, actions, jobs),
    answered,
  };
}

/** What showed it, and what was said in it: lines that left together are several. */
async function outboxOf(db: Db, { places, ts }: MessageAt, posts: readonly number[]) {
  const { rows } = await sql<RowOf<'outbox'>>`select * from outbox
    where post_id = any(${posts}) or (ts = ${ts} and (channel = any(${places}) or fallback_of is not null))
    order by id`.execute(db);
  return rows;
}

/** Slack's clock and ours are read apart: an answer cannot come before its question. */
const APART_MS = 1_000;

async function lastAsked(db: Db, { channelId, ts, reader }: MessageAt) {
  if (reader === undefined) return [];
  const until = new Date(Number(ts) * 1_000 + APART_MS);
  const { rows } = await sql<RowOf<'audit'>>`select * from audit
    where principal->>'id' = ${reader} and origin->>'channel' = ${channelId} and at <= ${until}
    order by id desc limit 1`.execute(db);
  return rows;
}

function idsIn(subjects: readonly string[], kind: string): readonly string[] {
  const ids = subjects.flatMap((subject) => (subject.startsWith(`${kind}:`) ? [subject.slice(kind.length + 1)] : []));
  return [...new Set(ids)];
}

function present<T>(values: readonly (T | null)[]): readonly T[] {
  return values.filter((value) => value !== null);
}

type About = { readonly incidents: readonly number[]; readonly actions: readonly string[] };

async function actionsOf(db: Db, { incidents, actions }: About) {
  return (
    await db
      .selectFrom('actions')
      .selectAll()
      .where((or) => or.or([or('incident_id', 'in', some(incidents, 0)), or('id', 'in', some(actions, NO_ACTION))]))
      .orderBy('created_at', 'desc')
      .limit(MOST)
      .execute()
  ).reverse();
}

const NO_ACTION = '00000000-0000-0000-0000-000000000000';

/** SQL has no empty list. */
function some<T>(ids: readonly T[], none: T): T[] {
  return ids.length > 0 ? [...ids] : [none];
}

async function jobsOf(db: Db, ids: readonly number[], actions: readonly RowOf<'actions'>[]) {
  const of = some(
    actions.map((action) => action.id),
    NO_ACTION,
  );
  return db
    .selectFrom('jobs')
    .selectAll()
    .where((or) => or.or([or('id', 'in', some(ids, 0)), or('action_id', 'in', of)]))
    .orderBy('id')
    .execute();
}

async function approvalsOf(db: Db, actions: readonly RowOf<'actions'>[]) {
  const of = some(
    actions.map((action) => action.id),
    NO_ACTION,
  );
  return db.selectFrom('approvals').selectAll().where('action_id', 'in', of).orderBy('id').execute();
}

async function auditOf(
  db: Db,
  incidents: readonly number[],
  actions: readonly RowOf<'actions'>[],
  jobs: readonly RowOf<'jobs'>[],
) {
  const { rows } = await sql<RowOf<'audit'>>`select * from audit
    where incident_id = any(${incidents}) or action_id = any(${actions.map((action) => action.id)})
      or job_id = any(${jobs.map((job) => job.id)})
    order by id desc limit ${MOST}`.execute(db);
  return rows.reverse();
}

async function incidentOf(
  db: Db,
  id: number | undefined,
): Promise<Pick<Found, 'incident' | 'alerts' | 'runs' | 'timeline' | 'notifications'>> {
  if (id === undefined) return { incident: undefined, alerts: [], runs: [], timeline: [], notifications: [] };
  const notifications = await sql<Omit<RowOf<'notifications'>, 'key_hash'>>`
    select id, received_at, source, receiver, status, alerts, truncated, bytes, outcome, reason, repairs, incident_id
    from notifications where incident_id = ${id} order by id desc limit ${MOST}`.execute(db);
  const timeline = await db
    .selectFrom('timeline')
    .selectAll()
    .where('incident_id', '=', id)
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute();
  const alerts = db.selectFrom('alerts').selectAll().where('incident_id', '=', id).orderBy('first_seen').limit(MOST);
  return {
    incident: await db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst(),
    alerts: await alerts.execute(),
    runs: await db.selectFrom('runs').selectAll().where('subject', '=', incidentSubject(id)).orderBy('id').execute(),
    timeline: timeline.reverse(),
    notifications: notifications.rows.reverse(),
  };
}
