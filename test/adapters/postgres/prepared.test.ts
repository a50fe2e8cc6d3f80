import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { isStorageFault } from '../../../src/adapters/postgres/faults.ts';
import type { Database, Db } from '../../../src/ports/database.ts';
import { hasPgBouncer, startPgBouncer } from '../../support/pgbouncer.ts';
import { type FreshDatabase, freshDatabase, testOptions } from '../../support/postgres.ts';

let fresh: FreshDatabase;
let admin: pg.Client;
let opened: Database;
let db: Db;

/** One connection, so that what is prepared can be looked at. */
beforeEach(async () => {
  opened = openDatabase({ ...testOptions(fresh.appUrl), poolMax: 1 });
  db = opened.db;
  return () => opened.close();
});

beforeAll(async () => {
  fresh = await freshDatabase();
  admin = new pg.Client({ connectionString: fresh.adminUrl });
  await admin.connect();
  await admin.query('create table things (id int primary key, name text); grant all on things to public');
  await admin.query("insert into things values (1, 'one')");
});

afterAll(async () => {
  await admin.end();
  await fresh.drop();
});

async function prepared(on: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(on);
  return rows.map((row) => row.statement);
}

/** On a connection that knows whether it is direct: the first answer is after that. */
async function often(on: Db, run: () => Promise<unknown>, times = 3): Promise<void> {
  await sql`select 1`.execute(on);
  for (let i = 0; i < times; i++) await run();
}

const nameOf = (on: Db, id: number) => sql`select name from things where id = ${id}`.execute(on);

describe('on a connection of its own', () => {
  test('a text that comes for the third time is prepared, and answers the same', async () => {
    await often(db, () => nameOf(db, 1), 2);
    expect(await prepared(db)).toEqual([]);
    await nameOf(db, 1);
    expect(await prepared(db)).toEqual(['select name from things where id = $1']);
    expect(await nameOf(db, 1)).toEqual({ rows: [{ name: 'one' }] });
    expect(await nameOf(db, 2)).toEqual({ rows: [] });
  });

  test('how many rows were changed is told as without', async () => {
    const rename = () => db.updateTable('clock_offset').set({ ms: 0 }).where('ms', '>=', 0).executeTakeFirstOrThrow();
    const { numUpdatedRows } = await rename();
    await often(db, rename);
    expect(await prepared(db)).toHaveLength(1);
    expect((await rename()).numUpdatedRows).toBe(numUpdatedRows);
  });

  test('what reads all columns never is, nor what has no parameters', async () => {
    await often(db, () => sql`select * from things where id = ${1}`.execute(db));
    await often(db, () => sql`select t.* from things t where id = ${1}`.execute(db));
    await often(db, () => sql`update things set name = ${'one'} where id = 1 returning *`.execute(db));
    await often(db, () => sql`select count(*) from things`.execute(db));
    expect(await prepared(db)).toEqual([]);
    await often(db, () => sql`select count(*), 2 * ${2}::int from things`.execute(db));
    expect(await prepared(db)).toHaveLength(1);
  });

  test('texts that vary with what they carry do not pile up', async () => {
    for (let n = 1; n <= 320; n++) {
      const list = sql.join(Array.from({ length: n }, (_, i) => i));
      await often(db, () => sql`select name from things where id in (${list})`.execute(db));
    }
    expect(await prepared(db)).toHaveLength(100);
  });

  test('a refused one leaves the connection and the statement as they were', async () => {
    const inverse = (by: number) => sql<{ x: number }>`select 6 / ${by}::int as x`.execute(db);
    await often(db, () => inverse(2));
    await expect(inverse(0)).rejects.toThrow(/division by zero/);
    expect((await inverse(3)).rows).toEqual([{ x: 2 }]);
    expect(await prepared(db)).toHaveLength(1);
  });
});

describe('while a newer version migrates', () => {
  test('a column that was added changes nothing for what is prepared', async () => {
    const read = () => sql`select * from things where id = ${1}`.execute(db);
    await often(db, () => nameOf(db, 1));
    await often(db, read);
    await admin.query('alter table things add column added int');
    expect(await nameOf(db, 1)).toEqual({ rows: [{ name: 'one' }] });
    expect(await read()).toEqual({ rows: [{ id: 1, name: 'one', added: null }] });
    await admin.query('alter table things drop column added');
  });

  test('a column whose type has changed is a storage fault once, inside a transaction and outside', async () => {
    const inside = () => db.transaction().execute((tx) => nameOf(tx, 1));
    for (const [type, read] of [
      ['varchar', () => nameOf(db, 1)],
      ['text', inside],
    ] as const) {
      await often(db, read);
      await admin.query(`alter table things alter column name type ${type}`);
      const fault: unknown = await read().catch((error: unknown) => error);
      expect(fault).toMatchObject({ code: '0A000' });
      expect(isStorageFault(fault)).toBe(true);
      expect(await read()).toEqual({ rows: [{ name: 'one' }] });
    }
  });
});

describe.skipIf(!hasPgBouncer())('behind PgBouncer in transaction mode', () => {
  test('nothing is prepared, and everything works', async () => {
    const pooler = await startPgBouncer(fresh.appUrl);
    const pooled = openDatabase({ ...testOptions(pooler.url), poolMax: 12 });
    try {
      for (let round = 0; round < 5; round++) {
        const read = Array.from({ length: 12 }, () => nameOf(pooled.db, 1));
        expect(await Promise.all(read)).toEqual(Array(12).fill({ rows: [{ name: 'one' }] }));
      }
      const left = await Promise.all(Array.from({ length: 12 }, () => prepared(pooled.db)));
      expect(left.flat()).toEqual([]);
    } finally {
      await pooled.close();
      await pooler.close();
    }
  });
});
