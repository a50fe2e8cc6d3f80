import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../ports/database.ts';
import type { Schema } from '../ports/schema.ts';

type Table = keyof Schema;
/** A row as plain JSON values: dates as `Date`, bytes as `Buffer`, jsonb as the object itself. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Rows as one JSON parameter, read back through the table's own row type: one statement for any number of rows, no
 * string-built values, and PostgreSQL does the casts. Every row must have the same keys.
 */
export function recordset(table: Table, rows: readonly Row[]): RawBuilder<unknown> {
  return sql`jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows.map(plain))}::jsonb)`;
}

function plain(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([k, v]) => [k, Buffer.isBuffer(v) ? `\\x${v.toString('hex')}` : v]),
  );
}

function columnsOf(rows: readonly Row[]): readonly string[] {
  return Object.keys(rows[0]!);
}

const list = (columns: readonly string[], prefix?: string): RawBuilder<unknown> =>
  sql.join(columns.map((c) => (prefix ? sql`${sql.ref(`${prefix}.${c}`)}` : sql`${sql.ref(c)}`)));

/** Inserts all rows in one statement; `conflict` is the text after `on conflict`. */
export async function insertRows(
  db: Db,
  table: Table,
  rows: readonly Row[],
  conflict?: RawBuilder<unknown>,
): Promise<void> {
  if (rows.length === 0) return;
  const columns = columnsOf(rows);
  const tail = conflict ? sql`on conflict ${conflict}` : sql``;
  await sql`insert into ${sql.table(table)} as t (${list(columns)}) overriding system value
    select ${list(columns, 'r')} from ${recordset(table, rows)} r ${tail}`.execute(db);
}

/** Updates all rows in one statement, matched by `keys`; the other columns are set. */
export async function updateRows(db: Db, table: Table, keys: readonly string[], rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const set = columnsOf(rows).filter((c) => !keys.includes(c));
  const assignments = sql.join(set.map((c) => sql`${sql.ref(c)} = ${sql.ref(`r.${c}`)}`));
  const where = sql.join(
    keys.map((c) => sql`${sql.ref(`t.${c}`)} = ${sql.ref(`r.${c}`)}`),
    sql` and `,
  );
  await sql`update ${sql.table(table)} t set ${assignments} from ${recordset(table, rows)} r where ${where}`.execute(
    db,
  );
}

/** Draws `count` values of a sequence in one statement. */
export async function draw(db: Db, sequence: string, count: number): Promise<number[]> {
  if (count === 0) return [];
  const { rows } = await sql<{
    n: number;
  }>`select nextval(${sequence}::regclass) as n from generate_series(1, ${count})`.execute(db);
  return rows.map((r) => Number(r.n));
}
