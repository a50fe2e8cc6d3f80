import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import type { Json } from '../../ports/schema.ts';
import { insertion, type Write, writeTogether } from '../records.ts';

/**
 * Writing to the outbox, in the transaction of whatever there is to tell. Two kinds of row: a *show* row is unique by its
 * post, carries nothing and renders the present, so ten changes are one update; a *say* row is unique by (subject, event,
 * channel) and carries its parameters.
 */

/** Lower goes first. */
export const CLASS = {
  newCritical: 1,
  ping: 2,
  click: 3,
  new: 4,
  resolved: 5,
  update: 6,
  timeline: 7,
  progress: 8,
} as const;
export type OutboxClass = (typeof CLASS)[keyof typeof CLASS];

export interface NewPost {
  /** Drawn from `posts_id_seq`. */
  readonly id: number;
  /** `incident:12`, `action:<uuid>`: its kind picks the renderer. */
  readonly subject: string;
  readonly purpose: string;
  /** Channel id, `#name`, or a person's id for a DM. */
  readonly channel: string;
  readonly threadPostId?: number;
  readonly class: OutboxClass;
  /** Of what it shows, where that is more than 1: programs that know no such version leave it, see `OUTBOX_V`. */
  readonly v?: number;
}

/** Creates posts with their show rows. The caller made sure that (subject, purpose, channel) is new. */
export async function createPosts(db: Db, posts: readonly NewPost[], now: Date): Promise<void> {
  await writeTogether(db, postWrites(posts, now));
}

/** What `createPosts` writes, to be written together with something else. */
export function postWrites(posts: readonly NewPost[], now: Date): readonly Write[] {
  const rows = insertion(
    'posts',
    posts.map((p) => ({
      id: p.id,
      subject: p.subject,
      purpose: p.purpose,
      channel: p.channel,
      thread_post_id: p.threadPostId ?? null,
      created_at: now,
      rendered: 0,
      moved: false,
    })),
  );
  const shows = outboxRows(
    posts.map((p) => ({
      kind: 'show',
      post_id: p.id,
      thread_post_id: p.threadPostId ?? null,
      subject: p.subject,
      event: `show:${p.purpose}`,
      channel: p.channel,
      class: p.class,
      state: p.threadPostId === undefined ? 'pending' : 'waiting',
      due_at: now,
      created_at: now,
      ...(p.v !== undefined && { v: p.v }),
    })),
  );
  return [rows, shows];
}

/** The `error` of what a person decided that nobody is to be told. */
export const DROPPED = 'dropped';

export interface Change {
  readonly subject: string;
  readonly class: OutboxClass;
}

/**
 * Marks every post of these subjects as changed. A row that is being sent stays so and is sent once more; `due` may lie
 * ahead to let changes merge. Rows are locked by id, so that two who change several subjects do not wait for each other.
 * What was cancelled (a first DM that came too late, a copy that somebody deleted) stays so, but for what a person dropped:
 * that was one version of it.
 */
export async function showAgain(db: Db, changes: readonly Change[], due: Date): Promise<void> {
  if (changes.length === 0) return;
  await sql`
    update outbox o set
      wanted = o.wanted + 1,
      class = case when o.state in ('pending', 'waiting') then least(o.class, c.class) else c.class end,
      due_at = case when o.state in ('pending', 'waiting') then least(o.due_at, ${due}) else ${due} end,
      wanted_at = case when o.state in ('sent', 'cancelled') then ${due} else least(o.wanted_at, ${due}) end,
      error = case when o.state = 'cancelled' then null else o.error end,
      state = case when o.state in ('sending', 'waiting') then o.state else 'pending' end
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) c(subject text, class smallint), (
      select id from outbox where kind = 'show' and (state <> 'cancelled' or error = ${DROPPED})
        and subject = any(${changes.map((c) => c.subject)})
      order by id for update) locked
    where o.id = locked.id and o.subject = c.subject`.execute(db);
}

export interface NewSaying {
  readonly subject: string;
  /** With subject and channel the identity: a second one with the same changes nothing. */
  readonly event: string;
  readonly channel: string;
  readonly class: OutboxClass;
  /** Hangs on this post's thread; not due before its ts is known. */
  readonly threadPostId?: number;
  readonly payload: Json & { readonly say: string };
  /** The fence: a ping leaves only while this run is at this fence. */
  readonly run?: { readonly id: number; readonly fence: number };
  readonly due?: Date;
  /** Of what it says, where that is more than 1: as with posts. */
  readonly v?: number;
}

/** Says each of these once. */
export async function say(db: Db, sayings: readonly NewSaying[], now: Date): Promise<void> {
  const rows = outboxRows(
    sayings.map((s) => ({
      kind: 'say',
      post_id: null,
      thread_post_id: s.threadPostId ?? null,
      subject: s.subject,
      event: s.event,
      channel: s.channel,
      class: s.class,
      state: s.threadPostId === undefined ? 'pending' : 'waiting',
      due_at: s.due ?? now,
      created_at: now,
      payload: s.payload,
      run_id: s.run?.id ?? null,
      fence: s.run?.fence ?? null,
      ...(s.v !== undefined && { v: s.v }),
    })),
    true,
  );
  await writeTogether(db, [rows]);
}

/** The `say` of lines; their wording gets all that leave together. */
export const LINES = 'lines';
/** How long the first line of a thread waits for others. */
const LINES_MERGE_MS = 15_000;

export interface NewLine {
  readonly subject: string;
  /** With subject and channel the identity. */
  readonly event: string;
  readonly channel: string;
  readonly threadPostId: number;
  /** What the wording of this subject's lines needs. */
  readonly payload: Json;
}

/** Says lines in a thread that may wait: those of one thread within 15 s leave as one message, when the first is due. */
export async function sayLines(db: Db, lines: readonly NewLine[], now: Date): Promise<void> {
  const due = new Date(now.getTime() + LINES_MERGE_MS);
  const sayings = lines.map((l) => ({ ...l, payload: { ...l.payload, say: LINES }, class: CLASS.timeline, due }));
  await say(db, sayings, now);
}

interface OutboxRow {
  readonly kind: 'show' | 'say';
  readonly post_id: number | null;
  readonly thread_post_id: number | null;
  readonly subject: string;
  readonly event: string;
  readonly channel: string;
  readonly class: number;
  readonly state: string;
  readonly due_at: Date;
  readonly created_at: Date;
  readonly payload?: Json;
  readonly run_id?: number | null;
  readonly fence?: number | null;
  readonly v?: number;
}

/**
 * In the order given, which is what "age" goes by. A waiting row whose thread is already there is pending at once; the sender's
 * sweep mends the ones that raced.
 */
function outboxRows(rows: readonly OutboxRow[], once = false): Write {
  if (rows.length === 0) return undefined;
  const full = rows.map((r) => ({ payload: {}, run_id: null, fence: null, v: 1, method: 'chat.postMessage', ...r }));
  const conflict = once ? sql`on conflict (subject, event, channel) where kind = 'say' do nothing` : sql``;
  return sql`
    insert into outbox (kind, post_id, thread_post_id, subject, event, channel, class, method, state, due_at, wanted_at, created_at,
      payload, run_id, fence, v)
    select r.kind, r.post_id, r.thread_post_id, r.subject, r.event, r.channel, r.class, r.method,
      case when r.state = 'waiting' and p.ts is not null then 'pending' else r.state end,
      r.due_at, r.due_at, r.created_at, r.payload, r.run_id, r.fence, r.v
    from jsonb_populate_recordset(null::outbox, ${JSON.stringify(full)}::jsonb) with ordinality r
    left join posts p on p.id = r.thread_post_id
    order by r.ordinality
    ${conflict}`;
}

/** Cancels what a run still wanted to say. In the transaction that stops it. Two that cancel lock in the same order. */
export async function cancelPings(db: Db, runIds: readonly number[]): Promise<void> {
  if (runIds.length === 0) return;
  await sql`
    with wanted as (
      select id from outbox where run_id = any(${runIds}) and state in ('waiting', 'pending') order by id for update)
    update outbox o set state = 'cancelled', error = 'run stopped' from wanted w where o.id = w.id`.execute(db);
}
