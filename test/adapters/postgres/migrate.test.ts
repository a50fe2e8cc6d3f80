import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { splitStatements } from '../../../src/adapters/postgres/migrate/statements.ts';
import {
  assertReadable,
  isBehind,
  loadMigrations,
  type MigrateOptions,
  migrate,
  schemaState,
} from '../../../src/adapters/postgres/migrate.ts';
import { type FreshDatabase, freshDatabase, testOptions } from '../../support/postgres.ts';

const log = pino({ level: 'silent' });
const APP = new URL(inject('postgres').appUrl).username;

let folder: string;
let fresh: FreshDatabase;
let owner: pg.Client;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikeshi-migrations-'));
  fresh = await freshDatabase('template0');
  owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
});

afterEach(async () => {
  await owner.end();
  await fresh.drop();
  await rm(folder, { recursive: true });
});

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text);
}

async function run(options: Partial<MigrateOptions> = {}): Promise<readonly string[]> {
  return migrate({ url: fresh.ownerUrl, appRole: APP, migrations: await loadMigrations(folder), log, ...options });
}

async function state() {
  const database = openDatabase(testOptions(fresh.appUrl));
  try {
    return await schemaState(database.db, await loadMigrations(folder));
  } finally {
    await database.close();
  }
}

test('applies what is missing, in order, once', async () => {
  await files({
    '0010_rows.sql': 'insert into t select 1',
    '0001_table.sql': 'create table t (x int); grant select on t to :app_role;',
  });
  expect(await run()).toEqual(['0001_table.sql', '0010_rows.sql']);
  await files({ '0011_more.sql': 'insert into t select 2' });
  expect(await run()).toEqual(['0011_more.sql']);
  expect(await run()).toEqual([]);
  expect((await owner.query('select x from t order by x')).rows).toEqual([{ x: 1 }, { x: 2 }]);
});

test('the app role has what a file grants it, and may only read what the runner keeps', async () => {
  await files({
    '0001_t.sql': `create table t (x text); grant select on t to :app_role;
      insert into t values (':app_rolex'), ('::app_role')`,
  });
  await run();
  const app = new pg.Client({ connectionString: fresh.appUrl });
  await app.connect();
  expect((await app.query('select x from t')).rows).toEqual([{ x: ':app_rolex' }, { x: '::app_role' }]);
  await expect(app.query('insert into t values (1)')).rejects.toThrow(/permission denied/);
  await expect(app.query('update schema_info set min_reader = 9')).rejects.toThrow(/permission denied/);
  await expect(app.query('delete from schema_migrations')).rejects.toThrow(/permission denied/);
  await app.end();
  expect(await state()).toEqual({ version: 1, minReader: 0, ours: 1 });
});

test('one role for both works, a role that is missing is named', async () => {
  await files({
    '0001_t.sql': 'create table t (x int); grant select, insert on all tables in schema public to :app_role',
  });
  expect(await run({ appRole: new URL(fresh.ownerUrl).username })).toEqual(['0001_t.sql']);
  await expect(run({ appRole: 'no"body' })).rejects.toMatchObject({
    code: 'app-role-missing',
    params: { role: 'no"body' },
  });
});

test('a file that fails is named and leaves nothing of itself; those before stay', async () => {
  await files({ '0001_a.sql': 'create table a (x int)', '0002_b.sql': 'create table b (x int); select 1/0;' });
  await expect(run()).rejects.toThrow('0002_b.sql: division by zero');
  const { rows } = await owner.query("select to_regclass('a') is not null as a, to_regclass('b') is not null as b");
  expect(rows).toEqual([{ a: true, b: false }]);
  expect((await state()).version).toBe(1);
});

test('a changed file is refused by name before anything runs; other line ends are no change', async () => {
  await files({ '0001_a.sql': 'create table a\n(x int);\n' });
  await run();
  await files({ '0001_a.sql': 'create table a\r\n(x int);\r\n' });
  expect(await run()).toEqual([]);
  await files({ '0001_a.sql': 'create table a (x bigint);\n', '0002_b.sql': 'create table b (x int)' });
  await expect(run()).rejects.toMatchObject({ code: 'migration-changed', params: { file: '0001_a.sql' } });
  expect((await owner.query("select to_regclass('b') as b")).rows).toEqual([{ b: null }]);
});

test('two at once apply everything once, on an empty database too', async () => {
  await files({
    '0001_a.sql': 'create table a (x int)',
    '0002_slow.sql': 'insert into a select 1; select pg_sleep(0.1)',
    '0003_index.sql': '-- concurrent\ncreate index concurrently a_x on a (x);',
  });
  const applied = await Promise.all([run(), run(), run()]);
  expect(applied.flat().sort()).toEqual(['0001_a.sql', '0002_slow.sql', '0003_index.sql']);
  expect((await owner.query('select count(*)::int as n from a')).rows).toEqual([{ n: 1 }]);
});

test.each(['23505', '42P07', '42710', 'XX000'])(
  'a first start that collides with another by %s tries again',
  async (code) => {
    const admin = new pg.Client({ connectionString: fresh.adminUrl });
    await admin.connect();
    await admin.query(`
    create sequence tries;
    create function collide() returns event_trigger language plpgsql security definer as $do$
      begin
        if nextval('tries') = 1 then raise exception 'already exists' using errcode = '${code}'; end if;
      end $do$;
    create event trigger collide on ddl_command_start when tag in ('CREATE TABLE') execute function collide()`);
    await admin.end();
    await files({ '0001_a.sql': 'create table a (x int)' });
    expect(await run()).toEqual(['0001_a.sql']);
  },
);

test('a lock that is held too long is told, and a dead holder holds up nobody', async () => {
  await files({ '0001_a.sql': 'create table a (x int)' });
  await run();
  await owner.query('begin');
  await owner.query('select 1 from schema_lock for update');
  await expect(run({ waitMs: 50 })).rejects.toMatchObject({ code: 'migration-locked' });
  const { rows } = await owner.query<{ pid: number }>('select pg_backend_pid() as pid');
  const admin = new pg.Client({ connectionString: fresh.adminUrl });
  await admin.connect();
  owner.on('error', () => undefined);
  await admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await admin.end();
  expect(await run()).toEqual([]);
  owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
});

test('a concurrent file runs outside of a transaction, statement by statement', async () => {
  await files({
    '0001_a.sql': 'create table a (x int, y text)',
    '0002_b.sql': `-- concurrent
-- min_reader: 1
create index concurrently a_x on a (x); -- with a ; in a comment
insert into a values (1, 'a;''b'); /* ; */ do $do$ begin perform 1; end $do$;
create index concurrently a_y on a (y);`,
  });
  expect(await run()).toEqual(['0001_a.sql', '0002_b.sql']);
  const { rows } = await owner.query("select count(*)::int as n from pg_indexes where tablename = 'a'");
  expect(rows).toEqual([{ n: 2 }]);
  expect(await state()).toEqual({ version: 2, minReader: 1, ours: 2 });
});

describe('versions', () => {
  test('a database that is ahead is fine, unless its newest readers are newer than us', async () => {
    await files({ '0001_a.sql': 'create table a (x int)', '0002_b.sql': 'create table b (x int)' });
    await run();
    await rm(join(folder, '0002_b.sql'));
    expect(await run()).toEqual([]);
    const ahead = await state();
    expect(ahead).toEqual({ version: 2, minReader: 0, ours: 1 });
    expect(isBehind(ahead)).toBe(false);
    expect(() => assertReadable(ahead)).not.toThrow();

    await files({ '0003_c.sql': '-- drops what 1 reads\n-- min_reader: 2\nselect 1' });
    await run();
    await rm(join(folder, '0003_c.sql'));
    const dropped = await state();
    expect(dropped).toEqual({ version: 3, minReader: 2, ours: 1 });
    expect(() => assertReadable(dropped)).toThrow(/schema-too-new/);
  });

  test('an empty database is behind', async () => {
    await files({ '0001_a.sql': 'select 1' });
    const empty = await state();
    expect(empty).toEqual({ version: 0, minReader: 0, ours: 1 });
    expect(isBehind(empty)).toBe(true);
  });

  test.each([['1_a.sql'], ['0001-a.sql'], ['0000_a.sql'], ['0001_A.sql']])(
    '%s is refused, not ignored',
    async (name) => {
      await files({ [name]: 'select 1' });
      await expect(loadMigrations(folder)).rejects.toThrow(name);
    },
  );

  test('a number used twice is refused', async () => {
    await files({ '0001_a.sql': 'select 1', '0001_b.sql': 'select 1' });
    await expect(loadMigrations(folder)).rejects.toThrow(/Two migrations/);
  });
});

test('statements are cut at their semicolons and nowhere else', () => {
  expect(splitStatements("select ';'; select E'\\';' ; select \";\" -- ;\n; -- rest")).toEqual([
    "select ';'",
    "select E'\\';'",
    'select ";" -- ;',
  ]);
  expect(splitStatements('do $$ begin; end $$; do $a$ $$;$$ $a$;')).toEqual([
    'do $$ begin; end $$',
    'do $a$ $$;$$ $a$',
  ]);
});
