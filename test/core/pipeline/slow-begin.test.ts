import { once } from 'node:events';
import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import { type FakeWorld, fakeAction, fakeWorld } from './fake-action.ts';

/** A database that takes longer to note that execute begins than beginning and executing may take together. */
const LIMIT_MS = 200;
let world: FakeWorld;
let bench: Bench;
let other: pg.Client;
beforeEach(async () => {
  world = fakeWorld();
  bench = await openBench({ action: fakeAction(world), executeWithinMs: LIMIT_MS });
  other = new pg.Client({ connectionString: bench.database.adminUrl });
  await other.connect();
});
afterEach(async () => {
  await other.end();
  await bench.close();
});

/** The worker is held by a lock of ours, and its time has run out. */
async function untilTooLate(): Promise<void> {
  const held = async () => {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(bench.database.db);
    return rows.length > 0;
  };
  await expect.poll(held, { interval: 10, timeout: 5_000 }).toBe(true);
  await once(AbortSignal.timeout(LIMIT_MS + 20), 'abort');
}

it('before its commit: nothing was begun, and it is done by the next attempt', async () => {
  const id = await bench.confirmed();
  await other.query('begin');
  await other.query('select * from actions for update');
  const working = bench.work();
  const failure = expect(working).rejects.toThrow(/timeout/);
  await untilTooLate();
  await other.query('commit');
  await failure;
  expect(world.called).toEqual([]);
  expect(await bench.job(id)).toMatchObject({ executed: false, finished_at: null });
  expect(await bench.audits()).not.toContain('executing');
  await bench.database.db.updateTable('jobs').set({ lease_until: null, lease_owner: null }).execute();
  await bench.toEnd(id);
  expect(world.called).toHaveLength(1);
  expect(await bench.action(id)).toMatchObject({ state: 'done' });
});

it('in its commit: nothing is done any more, the world is asked, and it says so', async () => {
  const id = await bench.confirmed();
  await other.query(`
    create function wait_for_us() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock_shared(1); return null; end';
    create constraint trigger wait_for_us after update of executed on jobs deferrable initially deferred
      for each row when (new.executed and not old.executed) execute function wait_for_us()`);
  await other.query('select pg_advisory_lock(1)');
  const working = bench.work();
  await untilTooLate();
  await other.query('select pg_advisory_unlock(1)');
  await working;
  expect(await bench.job(id)).toMatchObject({ executed: true, finished_at: null });
  await bench.toEnd(id);
  expect(world.called).toEqual([]);
  expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'not-done' } });
});
