import { sql } from 'kysely';
import { z } from 'zod';
import type { ErrorParams } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { JobRow } from '../jobs/rows.ts';
import { assertKnown } from '../newer.ts';

/**
 * Following logs is a job: its payload says what is followed, its progress how far that has come, its result how it ended. So a worker
 * that is killed is one look, at the most.
 */

export const FOLLOW_JOB = 'follow';
export const FOLLOW_V = 1;

/** At once, of the whole workspace: each takes 6 edits of the 15 that progress may have in a minute. */
export const MOST_AT_ONCE = 2;
export const FOLLOWS_MS = 180_000;
export const LOOK_EACH_MS = 10_000;

const Instant = z.iso.datetime().transform((text) => new Date(text));

export const Followed = z.object({
  v: z.literal(FOLLOW_V),
  words: z.object({
    target: z.string().optional(),
    namespace: z.string().optional(),
    selector: z.string().optional(),
    container: z.string().optional(),
    grep: z.string().optional(),
    errors: z.literal(true).optional(),
    tail: z.string().optional(),
    since: z.string().optional(),
    'since-time': z.string().optional(),
  }),
  environment: z.string().optional(),
  cluster: z.string().optional(),
  /** As it is shown. */
  title: z.string(),
  container: z.string(),
  /** Words that show these logs, without how many and since when. */
  say: z.string(),
  from: Instant,
  until: Instant,
});
/** What is followed, and for how long. */
export type Followed = z.output<typeof Followed>;

const Cursor = z.object({
  since: z.number(),
  seen: z.int(),
  mark: z.string(),
  latest: z.number(),
  inKey: z.literal(true).optional(),
});

const State = z.object({
  /** By the pod's uid: how far its log has been read; `ended`: to its end, for its container did not run then. */
  logs: z.record(
    z.string(),
    z.object({
      label: z.string(),
      restarts: z.int(),
      ended: z.literal(true).optional(),
      cursor: Cursor.optional(),
    }),
  ),
  /** The newest lines, as they are shown. */
  lines: z.array(z.string()),
  /** Lines in all, those that are not shown any more included. */
  found: z.int(),
  /** There were older ones when it began. */
  older: z.boolean(),
  /** So often lines were missing between one look and the next. */
  gaps: z.int(),
  /** Labels of pods that have gone meanwhile, those that could not be read at the last look, clusters that did not answer then. */
  left: z.array(z.string()),
  unread: z.array(z.string()),
  away: z.array(z.string()),
  /** Pods that are not read because there are so many. */
  more: z.int(),
  /** Looks in a row that found no pod. */
  absent: z.int(),
  lookedAt: Instant,
  /** Of the first line. */
  firstAt: Instant.optional(),
});
/** How far it has come. */
export type FollowState = z.output<typeof State>;

const Person = z.custom<Principal>((value) => typeof value === 'object' && value !== null && 'id' in value);
const Params = z.custom<ErrorParams>((value) => typeof value === 'object' && value !== null);
const End = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('time') }),
  z.object({ kind: z.literal('gone') }),
  z.object({ kind: z.literal('stopped'), by: Person }),
  /** Nobody has looked for so long that what was written meanwhile would not fit. */
  z.object({ kind: z.literal('interrupted') }),
  /** The code and parameters of a `UserError`. */
  z.object({ kind: z.literal('impossible'), code: z.string(), params: Params }),
  /** In the cluster's words. */
  z.object({ kind: z.literal('refused'), detail: z.string() }),
]);
export type FollowEnd = z.output<typeof End>;

/** One that runs, or has run. */
export interface Follow {
  readonly job: JobRow;
  readonly followed: Followed;
  readonly state: FollowState;
  /** Absent: it goes on. Somebody's wish to stop it counts at once. */
  readonly end?: FollowEnd;
}

export function stateOf(job: Pick<JobRow, 'progress'>): FollowState {
  return State.parse(job.progress);
}

export function followSubject(jobId: number): string {
  return `follow:${jobId}`;
}

/** @throws NewerVersion */
export async function loadFollow(db: Db, jobId: number): Promise<Follow | undefined> {
  const found = db.selectFrom('jobs').selectAll().where('id', '=', jobId).where('kind', '=', FOLLOW_JOB);
  const job = await found.executeTakeFirst();
  return job && readFollow(job);
}

function readFollow(job: JobRow): Follow {
  assertKnown(`JOB-${job.number}`, job.v, FOLLOW_V);
  const end = endOf(job);
  return { job, followed: Followed.parse(job.payload), state: stateOf(job), ...(end && { end }) };
}

function endOf({ result, cancel_requested_by: by }: JobRow): FollowEnd | undefined {
  if (result) return End.parse(result);
  return by ? { kind: 'stopped', by } : undefined;
}

/** Those that go on, the oldest first; nobody begins another until the transaction ends. */
export async function lockFollows(tx: Tx, now: Date): Promise<readonly Follow[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended('follow', 0))`.execute(tx);
  const rows = await tx
    .selectFrom('jobs')
    .selectAll()
    .where('kind', '=', FOLLOW_JOB)
    .where('due_at', 'is not', null)
    .where('cancel_requested_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map(readFollow).filter(({ followed }) => followed.until > now);
}
