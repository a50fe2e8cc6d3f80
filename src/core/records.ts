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

/** A statement that writes rows; `undefined` when there are none. */
export type Write = RawBuilder<unknown> | undefined;

/** Inserts all rows in one statement; `conflict` is the text after `on conflict`. */
export function insertion(table: Table, rows: readonly Row[], conflict?: RawBuilder<unknown>): Write {
  if (rows.length === 0) return undefined;
  const columns = columnsOf(rows);
  const tail = conflict ? sql`on conflict ${conflict}` : sql``;
  return sql`insert into ${sql.table(table)} as t (${list(columns)}) overriding system value
    select ${list(columns, 'r')} from ${recordset(table, rows)} r ${tail}`;
}

/** Updates all rows in one statement, matched by `keys`; the other columns are set. */
export function update(table: Table, keys: readonly string[], rows: readonly Row[]): Write {
  if (rows.length === 0) return undefined;
  const set = columnsOf(rows).filter((c) => !keys.includes(c));
  const assignments = sql.join(set.map((c) => sql`${sql.ref(c)} = ${sql.ref(`r.${c}`)}`));
  const where = sql.join(
    keys.map((c) => sql`${sql.ref(`t.${c}`)} = ${sql.ref(`r.${c}`)}`),
    sql` and `,
  );
  return sql`update ${sql.table(table)} t set ${assignments} from ${recordset(table, rows)} r where ${where}`;
}

/**
 * Several writes as one statement: a transaction waits for one answer instead of one for each. They see the tables as before
 * all of them and must not touch the same row; foreign keys between them are checked at the end.
 */
export async function writeTogether(db: Db, writes: readonly Write[]): Promise<void> {
  const wanted = writes.filter((w) => w !== undefined);
  const [first, ...others] = wanted;
  if (!first) return;
  if (others.length === 0) return void (await first.execute(db));
  const parts = wanted.map((w, i) => sql`${sql.ref(`w${i}`)} as (${w})`);
  await sql`with ${sql.join(parts)} select 1`.execute(db);
}

export async function insertRows(
  db: Db,
  table: Table,
  rows: readonly Row[],
  conflict?: RawBuilder<unknown>,
): Promise<void> {
  await writeTogether(db, [insertion(table, rows, conflict)]);
}

/** Draws `count` values of a sequence in one statement. */
export async function draw(db: Db, sequence: string, count: number): Promise<number[]> {
  return (await drawEach(db, [sequence], count)).map(([n]) => n!);
}

/** Draws `count` values of each of these sequences in one statement: a row has one of each. */
export async function drawEach(db: Db, sequences: readonly string[], count: number): Promise<number[][]> {
  if (count === 0) return [];
  const drawn = sql.join(sequences.map((s) => sql`nextval(${s}::regclass)`));
  const { rows } = await sql<{ drawn: (number | string)[] }>`
    select array[${drawn}] as drawn from generate_series(1, ${count})`.execute(db);
  return rows.map((r) => r.drawn.map(Number));
}
