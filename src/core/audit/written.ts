import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../ports/database.ts';

/**
 * An audit entry exactly as PostgreSQL holds it: every column as its text, so that no type of ours rounds or reorders
 * anything. Times are UTC with microseconds (`2026-03-02T03:00:00.123000Z`); jsonb is PostgreSQL's own text of it.
 */
export interface WrittenEntry {
  readonly id: number;
  readonly v: string;
  readonly at: string;
  readonly stage: string;
  readonly verb: string;
  readonly principal: string;
  readonly origin: string;
  readonly target: string | null;
  readonly incident_id: string | null;
  readonly action_id: string | null;
  readonly job_id: string | null;
  readonly approval_id: string | null;
  readonly reason: string | null;
  readonly rule: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly outcome: string;
}

/** In the order in which they are digested, after the id: a change of it is a new `v` of seals. */
export const WRITTEN_COLUMNS = [
  'v',
  'at',
  'stage',
  'verb',
  'principal',
  'origin',
  'target',
  'incident_id',
  'action_id',
  'job_id',
  'approval_id',
  'reason',
  'rule',
  'before',
  'after',
  'outcome',
] as const satisfies readonly (keyof WrittenEntry)[];

/** A timestamptz as text, whatever the session's time zone. */
export function instantText(column: RawBuilder<unknown>): RawBuilder<string> {
  return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** `a.id, a.v::text as v, ...` of a table that is called `a` in the statement. */
export const asWritten: RawBuilder<unknown> = sql.join([
  sql`a.id`,
  ...WRITTEN_COLUMNS.map((column) =>
    column === 'at' ? sql`${instantText(sql`a.at`)} as at` : sql`a.${sql.ref(column)}::text as ${sql.ref(column)}`,
  ),
]);

/** Entries by their ids, in no particular order. */
export async function entriesByIds(db: Db, ids: readonly number[]): Promise<readonly WrittenEntry[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<WrittenEntry>`select ${asWritten} from audit a where a.id = any(${ids}::bigint[])`.execute(
    db,
  );
  return rows;
}

/** sha256 over the JSON array of the id and all columns as text. */
export function digestOf(entry: WrittenEntry): Buffer {
  const line = JSON.stringify([String(entry.id), ...WRITTEN_COLUMNS.map((column) => entry[column])]);
  return createHash('sha256').update(line).digest();
}
