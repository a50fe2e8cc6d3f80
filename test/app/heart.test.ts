import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { type Heart, type Process, startHeart } from '../../src/app/housekeeping.ts';
import { at } from '../support/bodies.ts';
import { openTestDatabase, type TestDatabase, testOptions } from '../support/postgres.ts';

/** Gaps in our own uptime, by beats. Times are seconds. */

let database: TestDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
  await sql`insert into sources (name, look_due) values ('main', ${at(3_600)})`.execute(database.db);
});
afterEach(() => database.close());

const heart = (id: string, roles: readonly Process['roles'][number][] = ['web', 'worker']): Heart =>
  startHeart(database.db, { id, roles, version: '1', startedAt: at(0) });

/** The end of the gap that is being looked through. */
async function gap(): Promise<Date | null> {
  const { rows } = await sql<{ gap_until: Date | null; look_due: Date }>`select * from sources`.execute(database.db);
  if (rows[0]!.gap_until) expect(rows[0]!.look_due).toEqual(rows[0]!.gap_until);
  return rows[0]!.gap_until;
}

async function lookedThrough(): Promise<void> {
  await sql`update sources set gap_until = null, look_due = ${at(3_600)}`.execute(database.db);
}

test('a start with nobody there is the end of a gap; beats that follow in time are none', async () => {
  const one = heart('one');
  await one.beat(at(0));
  expect(await gap()).toEqual(at(0));
  await lookedThrough();
  await Promise.all([one.beat(at(10)), one.beat(at(11))]);
  for (let s = 20; s < 120; s += 10) await one.beat(at(s));
  expect(await gap()).toBeNull();
});

test('replicas stand in for each other; a worker alone does not take webhooks', async () => {
  const one = heart('one');
  const worker = heart('worker', ['worker']);
  await one.beat(at(0));
  await lookedThrough();
  await heart('two').beat(at(20));
  await worker.beat(at(25));
  expect(await gap()).toBeNull();
  await worker.beat(at(51));
  expect(await gap()).toEqual(at(51));
});

test('a beat that the store did not take ends a gap, however short', async () => {
  const owner = openDatabase(testOptions(database.ownerUrl));
  const one = heart('one');
  await one.beat(at(0));
  await lookedThrough();
  await sql`alter table beats rename to elsewhere`.execute(owner.db);
  await expect(one.beat(at(5))).rejects.toThrow('beats');
  await sql`alter table elsewhere rename to beats`.execute(owner.db);
  await owner.close();
  await one.beat(at(10));
  expect(await gap()).toEqual(at(10));
  await lookedThrough();
  await one.beat(at(15));
  expect(await gap()).toBeNull();
});

test('a store that has forgotten a beat has forgotten more: it failed over to a standby that lagged', async () => {
  const one = heart('one');
  await one.beat(at(0));
  await one.beat(at(10));
  await lookedThrough();
  await sql`update beats set beat_at = ${at(0)}`.execute(database.db);
  await one.beat(at(12));
  expect(await gap()).toEqual(at(12));
});

test('a server that was started since is another one, or has failed over: what it answered last may be lost', async () => {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query(ANOTHER_START);
  const later = openDatabase(testOptions(database.appUrl));
  try {
    const one = startHeart(later.db, { id: 'one', roles: ['web'], version: '1', startedAt: at(0) });
    await one.beat(at(0));
    await lookedThrough();
    await one.beat(at(10));
    expect(await gap()).toBeNull();
    await admin.query(`update shadow.started set at = at + interval '1 min'`);
    await one.beat(at(20));
    expect(await gap()).toEqual(at(20));
    await lookedThrough();
    await one.beat(at(30));
    expect(await gap()).toBeNull();
  } finally {
    await later.close();
    await admin.end();
  }
});

/** Whoever connects from now on is told the start that a table holds: its function is found before the server's own. */
const ANOTHER_START = `
  create schema shadow;
  create table shadow.started as select pg_catalog.pg_postmaster_start_time() as at;
  create function shadow.pg_postmaster_start_time() returns timestamptz language sql security definer
    as 'select at from shadow.started';
  grant usage on schema shadow to public;
  do $$ begin execute format('alter database %I set search_path to shadow, public, pg_catalog', current_database()); end $$`;
