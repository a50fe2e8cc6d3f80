import { once } from 'node:events';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { isStorageFault } from '../../../src/adapters/postgres/faults.ts';
import type { Db } from '../../../src/ports/database.ts';
import { startProxy } from '../../support/postgres.proxy.ts';
import { openTestDatabase, type TestDatabase, testOptions } from '../../support/postgres.ts';

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await database.close();
});

async function evaluate(db: Db, expression: string): Promise<unknown> {
  const { rows } = await sql<{ value: unknown }>`select ${sql.raw(expression)} as value`.execute(db);
  return rows[0]?.value;
}

async function faultOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}

async function backendPid(db: Db): Promise<number> {
  return Number(await evaluate(db, 'pg_backend_pid()'));
}

test('each test database is its own, and the app role may not change its schema', async () => {
  const other = await openTestDatabase();
  expect(other.appUrl).not.toBe(database.appUrl);
  await expect(sql`create table t (x int)`.execute(other.db)).rejects.toThrow(/permission denied/);
  await other.close();
});

describe('values', () => {
  test.each([
    ['count(*)', 1],
    ['9007199254740991::bigint', Number.MAX_SAFE_INTEGER],
    ["'{1,null,3}'::bigint[]", [1, null, 3]],
    ["'{}'::bigint[]", []],
    ["'2026-03-01 10:00:00.123456+09'::timestamptz", new Date('2026-03-01T01:00:00.123Z')],
    ["'2026-03-01'::date", '2026-03-01'],
    ["'2026-03-01 10:00'::timestamp", '2026-03-01 10:00:00'],
    ["'1.50'::numeric", '1.50'],
    [`'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
    ["'\\x00ff'::bytea", Buffer.from([0, 255])],
    ['null::bigint', null],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(database.db, expression)).toEqual(expected);
  });

  test('a bigint that a number cannot hold is refused, and the connection stays usable', async () => {
    await expect(evaluate(database.db, '9007199254740993::bigint')).rejects.toThrow(/9007199254740993/);
    expect(await evaluate(database.db, '1')).toBe(1);
  });
});

describe('behind a pooler in transaction mode', () => {
  test('a session begins with nothing that a pooler does not know', async () => {
    const proxy = await startProxy(database.appUrl);
    const pooled = openDatabase(testOptions(proxy.url));
    await pooled.db.transaction().execute((tx) => evaluate(tx, '1'));
    expect(proxy.startups.flat().sort()).toEqual(['application_name', 'client_encoding', 'database', 'user']);
    await pooled.close();
    await proxy.close();
  });

  test('limits end with their transaction, and no lock or listener outlives it', async () => {
    const single = await openTestDatabase({ poolMax: 1, statementTimeoutMs: 1_234 });
    const inside = await single.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute((tx) =>
        evaluate(tx, "current_setting('statement_timeout') || current_setting('transaction_isolation')"),
      );
    expect(inside).toBe('1234msrepeatable read');
    expect(await evaluate(single.db, "current_setting('statement_timeout')")).toBe('0');
    const pid = await backendPid(single.db);
    const { rows } = await admin.query('select 1 from pg_locks where pid = $1', [pid]);
    expect(rows).toEqual([]);
    await single.close();
  });
});

describe('faults', () => {
  test('a session ended inside a transaction fails it as a storage fault, and the next one works', async () => {
    const work = database.db.transaction().execute(async (tx) => {
      const pid = await backendPid(tx);
      await admin.query('select pg_terminate_backend($1)', [pid]);
      return evaluate(tx, 'pg_sleep(5)');
    });
    expect(isStorageFault(await faultOf(work))).toBe(true);
    expect(await evaluate(database.db, '1')).toBe(1);
  });

  test('a statement over the limit is cancelled in a transaction, and cut off outside of one', async () => {
    const hasty = openDatabase({ ...testOptions(database.appUrl), statementTimeoutMs: 50, poolMax: 1 });
    const inside = await faultOf(hasty.db.transaction().execute((tx) => evaluate(tx, 'pg_sleep(5)')));
    const outside = await faultOf(evaluate(hasty.db, 'pg_sleep(5)'));
    expect([inside, outside].map(isStorageFault)).toEqual([true, true]);
    expect(inside).toMatchObject({ code: '57014' });
    expect(await evaluate(hasty.db, '1')).toBe(1);
    await hasty.close();
  });

  test('a connection into a black hole is given up, in use and new, and work goes on afterwards', async () => {
    const proxy = await startProxy(database.appUrl);
    const lost = openDatabase({
      ...testOptions(proxy.url),
      statementTimeoutMs: 200,
      connectTimeoutMs: 1_000,
      poolMax: 1,
    });
    expect(await evaluate(lost.db, '1')).toBe(1);
    proxy.swallow();
    const inUse = await faultOf(lost.db.transaction().execute((tx) => evaluate(tx, '1')));
    const connecting = await faultOf(evaluate(lost.db, '1'));
    expect([inUse, connecting].map(isStorageFault)).toEqual([true, true]);
    expect(await lost.healthy()).toBe(false);
    proxy.pass();
    expect(await evaluate(lost.db, '1')).toBe(1);
    await lost.close();
    await proxy.close();
  });

  test('a full pool refuses within the limit instead of waiting for ever', async () => {
    const full = openDatabase({ ...testOptions(database.appUrl), poolMax: 1, connectTimeoutMs: 500 });
    const refused = await full.db.connection().execute(() => faultOf(evaluate(full.db, '1')));
    expect(isStorageFault(refused)).toBe(true);
    expect(await evaluate(full.receiving, '1')).toBe(1);
    await full.close();
  });

  test('an idle connection that is lost is told and replaced', async () => {
    const { promise: told, resolve } = deferred<Error>();
    const idle = openDatabase({ ...testOptions(database.appUrl), onIdleError: resolve });
    const pid = await backendPid(idle.db);
    await admin.query('select pg_terminate_backend($1)', [pid]);
    expect(isStorageFault(await told)).toBe(true);
    expect(await backendPid(idle.db)).not.toBe(pid);
    await idle.close();
  });

  test('nobody at the address', async () => {
    const nobody = openDatabase(testOptions('postgresql://a:secret@127.0.0.1:1/b'));
    const error = await faultOf(evaluate(nobody.db, '1'));
    expect(isStorageFault(error)).toBe(true);
    expect(String(error)).not.toContain('secret');
    expect(await nobody.healthy()).toBe(false);
    await nobody.close();
  });
});

test('a server that only reads is not healthy, and writing there is a storage fault', async () => {
  const other = await openTestDatabase();
  expect(await other.healthy()).toBe(true);
  const name = new URL(other.appUrl).pathname.slice(1);
  await admin.query(`alter database ${name} set default_transaction_read_only = on`);
  const standby = openDatabase(testOptions(other.appUrl));
  expect(await standby.healthy()).toBe(false);
  const error = await faultOf(standby.db.updateTable('clock_offset').set({ ms: 1 }).execute());
  expect(isStorageFault(error)).toBe(true);
  await standby.close();
  await other.close();
});

test('close cuts work that does not end, and is repeatable', async () => {
  const busy = openDatabase(testOptions(database.appUrl));
  const pid = deferred<number>();
  const work = faultOf(
    busy.db.transaction().execute(async (tx) => {
      pid.resolve(await backendPid(tx));
      await evaluate(tx, 'pg_sleep(60)');
    }),
  );
  await pid.promise;
  await Promise.all([busy.close(), busy.close()]);
  expect(isStorageFault(await work)).toBe(true);
  expect(isStorageFault(await faultOf(evaluate(busy.db, '1')))).toBe(true);
});

test('the clock is measured to about the round trip', async () => {
  const offset = await database.measureClock();
  const { rows } = await admin.query<{ ms: number }>(
    'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
  );
  expect(Math.abs(performance.now() + offset - (rows[0]?.ms ?? 0))).toBeLessThan(100);
});

test('a socket error event without anybody asking ends nothing', async () => {
  const idle = openDatabase(testOptions(database.appUrl));
  await idle.db.connection().execute(async (connection) => {
    const pid = await backendPid(connection);
    const gone = once(process, 'uncaughtExceptionMonitor', { signal: AbortSignal.timeout(200) });
    await admin.query('select pg_terminate_backend($1)', [pid]);
    await expect(gone).rejects.toThrow(/aborted/);
  });
  expect(await evaluate(idle.db, '1')).toBe(1);
  await idle.close();
});
