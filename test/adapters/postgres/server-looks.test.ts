import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPostgres } from '../../../src/adapters/postgres/server.ts';
import { startStandby } from '../../faults/support/standby.ts';
import { OPEN_A_SECOND, useServer } from '../../support/busy.ts';
import { binFolders } from '../../support/postgres.server.ts';

/** Real servers of every version that this machine has. */
const bins = await binFolders();

const WAITING = `select 1 from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'`;

describe.each(bins)('%s', (bin) => {
  const used = useServer(bin);

  it('shows who waits for a lock, whom for, and a prepared transaction that nobody sees else', async () => {
    const { busy } = used;
    await busy.admin.query(
      'create table rows (id int primary key); insert into rows values (1); grant all on rows to app',
    );
    used.after('drop table rows');
    const holder = await busy.idle('holder', 'select * from rows where id = 1 for update');
    const first = await busy.open('first');
    const waits = first.query('update rows set id = 1 where id = 1').catch(() => undefined);
    await used.until(WAITING, ['first'], 1);
    const second = await busy.idle('second');
    const alters = second.query('lock table rows').catch(() => undefined);
    await used.until(WAITING, ['second'], 1);
    const { sessions, hidden } = await used.as('hikeshi').locks();
    expect(hidden).toBe(0);
    const [a, b, c] = [holder, first, second].map((client) => busy.pidOf(client));
    expect(sessions.toSorted((x, y) => x.blockedBy.length - y.blockedBy.length)).toMatchObject([
      { pid: a, application: 'holder', state: 'idle in transaction', blockedBy: [] },
      { pid: b, blockedBy: [a], wants: 'transactionid ShareLock' },
      { pid: c, blockedBy: expect.arrayContaining([a, b]), wants: 'public.rows AccessExclusiveLock' },
    ]);
    // A role without grants still sees that somebody waits, and for whom.
    const blind = await used.as('blind').locks();
    expect(blind.sessions.find(({ pid }) => pid === b)).toMatchObject({ blockedBy: [a], state: '', startedUs: 0 });
    expect(blind.hidden).toBeGreaterThan(2);
    await holder.query('rollback');
    await Promise.all([waits, alters]);
    await second.query('rollback');
    expect((await used.as('hikeshi').locks()).sessions).toEqual([]);
    // And one without a session: pid 0.
    const author = await busy.idle('author', 'lock table rows');
    await author.query("prepare transaction 'order-142'");
    const third = first.query('select * from rows').catch(() => undefined);
    await used.until(WAITING, ['first'], 1);
    const orphaned = await used.as('hikeshi').locks();
    expect(orphaned.sessions).toMatchObject([
      { pid: 0, blockedBy: [] },
      { pid: b, blockedBy: [0] },
    ]);
    const { prepared } = await used.as('hikeshi').longTransactions();
    expect(prepared).toMatchObject([{ name: 'order-142', user: 'app', database: 'postgres' }]);
    await author.query("rollback prepared 'order-142'");
    await third;
  });

  it('groups what active sessions wait for', async () => {
    const { busy } = used;
    const clients = await Promise.all(['a', 'b'].map((name) => busy.open(name)));
    const sleeping = clients.map((client) => client.query('select pg_sleep(60)').catch(() => undefined));
    await used.until(`select 1 from pg_stat_activity where wait_event = 'PgSleep'`, [], 2);
    const { groups } = await used.as('hikeshi').waits();
    expect(groups).toMatchObject([{ wait: 'Timeout: PgSleep', sessions: 2 }]);
    await busy.admin.query(`select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`);
    await Promise.all(sleeping);
    expect((await used.as('hikeshi').waits()).groups).toEqual([]);
  });

  it('shows open transactions by age, and not our own', async () => {
    const { busy } = used;
    const old = await busy.idle('old');
    await busy.idle('young');
    await used.until(OPEN_A_SECOND, ['young'], 1);
    await busy.idle('new');
    const { sessions, prepared } = await used.as('hikeshi').longTransactions();
    expect(sessions.map(({ application }) => application)).toEqual(['old', 'young']);
    expect(sessions[0]).toMatchObject({ pid: busy.pidOf(old), query: 'select 1' });
    expect(prepared).toEqual([]);
  });

  it('measures tables, estimates bloat where it may read statistics, and does not wait for a locked one', async () => {
    const { admin } = used.busy;
    await admin.query(`create schema "Big Shop"; create table "Big Shop"."Orders" (id int, note text) with (autovacuum_enabled = off);
      insert into "Big Shop"."Orders" select n, repeat('x', 100) from generate_series(1, 20000) n`);
    await admin.query('delete from "Big Shop"."Orders" where id % 4 > 0');
    await admin.query('analyze "Big Shop"."Orders"');
    await used.until("select 1 from pg_stat_user_tables where relname = 'Orders' and n_dead_tup > 10000", [], 1);
    await admin.query('create table locked (a int); create table small (a int primary key)');
    used.after('drop schema "Big Shop" cascade; drop table locked, small');
    const locker = await used.busy.open('locker', { user: 'postgres' });
    await locker.query('begin; lock table locked');
    const seen = await used.as('hikeshi').sizes();
    expect(seen).toMatchObject({ database: 'postgres', locked: 1 });
    expect(seen.databaseBytes).toBeGreaterThan(1_000_000);
    expect(seen.tables.map(({ table }) => table)).toEqual(['"Big Shop"."Orders"', 'public.small']);
    const [orders, small] = seen.tables;
    expect(orders!.deadShare).toBeGreaterThan(0.5);
    expect(orders!.deadShare).toBeLessThan(0.85);
    // Statistics of tables that we may not read are not shown to us.
    expect(orders!.bloat).toBeUndefined();
    expect(small!.indexes).toBeGreaterThan(0);
    const [known] = (await used.as('postgres').sizes()).tables;
    await locker.query('rollback');
    expect(known!.bloat).toBeGreaterThan(0.6);
    expect(known!.bloat).toBeLessThan(0.85);
  });

  it('counts what was found in memory', async () => {
    const { admin } = used.busy;
    await admin.query(
      'create table read (a int); insert into read select generate_series(1, 100); select count(*) from read',
    );
    used.after('drop table read');
    await used.until("select 1 from pg_statio_user_tables where relname = 'read' and heap_blks_hit > 0", [], 1);
    const seen = await used.as('hikeshi').cache();
    expect(seen).toMatchObject({ database: 'postgres', sharedBuffers: '128 MB', temporaryBytes: 0 });
    expect(seen.hits).toBeGreaterThan(0);
    expect(seen.hits).toBeLessThanOrEqual(1);
    expect(seen.tables).toContainEqual({
      table: 'public.read',
      hits: expect.any(Number),
      readBytes: expect.any(Number),
    });
  });

  it('names settings that wait for a restart, and what they will be', async () => {
    const { admin } = used.busy;
    await admin.query("alter system set shared_buffers = '256MB'");
    await admin.query('select pg_reload_conf()');
    used.after('select pg_reload_conf()');
    used.after('alter system reset shared_buffers');
    await used.until("select 1 from pg_settings where name = 'shared_buffers' and pending_restart", [], 1);
    const { settings } = await used.as('postgres').settings();
    expect(settings[0]).toEqual({ name: 'shared_buffers', value: '128 MB', next: '256MB', pending: true });
    expect(settings.slice(1).some(({ pending }) => pending)).toBe(false);
    expect(settings).toContainEqual({ name: 'max_connections', value: '30', pending: false });
    expect((await used.as('hikeshi').settings()).settings[0]).toMatchObject({ name: 'shared_buffers', pending: true });
  });

  it("shows the server's own limits, not those of a look, and who has others", async () => {
    const { admin } = used.busy;
    const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const limitsFor = async (user: string): Promise<readonly string[]> =>
      (await used.as(user).settings()).settings.flatMap(({ name, value }) => (limits.includes(name) ? [value] : []));
    expect(await limitsFor('blind')).toEqual(['0', '0', '0']);
    const before = await used.as('hikeshi').settings();
    expect(before.settings).toContainEqual({ name: 'effective_cache_size', value: '4 GB', pending: false });
    expect(before.exceptions).toEqual([]);
    await admin.query("alter system set lock_timeout = '30s'");
    used.after('select pg_reload_conf()');
    used.after('alter system reset lock_timeout');
    await admin.query("alter role blind set statement_timeout = '7s'");
    used.after('alter role blind reset all');
    await admin.query("alter role app in database postgres set lock_timeout = '2s'");
    used.after('alter role app in database postgres reset all');
    await admin.query('alter database postgres set idle_in_transaction_session_timeout = 60000');
    used.after('alter database postgres reset all');
    await admin.query('select pg_reload_conf()');
    await used.until("select 1 from pg_settings where name = 'lock_timeout' and setting = '30000'", [], 1);
    // What our own role or database gives to our session is not the server's.
    expect(await limitsFor('blind')).toEqual(['?', '30 s', '?']);
    expect((await used.as('hikeshi').settings()).exceptions).toEqual([
      { name: 'idle_in_transaction_session_timeout', value: '60000', database: 'postgres' },
      { name: 'lock_timeout', value: '2s', role: 'app', database: 'postgres' },
      { name: 'statement_timeout', value: '7s', role: 'blind' },
    ]);
  });

  it('measures how far a streaming standby is behind, from both sides', async () => {
    const { server, busy } = used;
    expect(await used.as('hikeshi').replication()).toMatchObject({ standbys: [], slots: [], hidden: 0 });
    await busy.admin.query("select pg_create_physical_replication_slot('forgotten', true)");
    used.after("select pg_drop_replication_slot('forgotten')");
    const root = new pg.Pool({ connectionString: server.url() });
    root.on('error', () => undefined);
    const standby = await startStandby(
      { adminUrl: server.url(), pgDir: server.pgDir, root },
      { sync: false, postgres: join(bin, 'postgres') },
    );
    const url = new URL(server.url());
    url.port = String(standby.port);
    const there = new pg.Client({ connectionString: url.href });
    there.on('error', () => undefined);
    url.username = 'hikeshi';
    const ours = createPostgres({ name: 'orders', url: url.href });
    onTestFinished(async () => {
      await ours.close();
      await there.end();
      await standby.stop();
      await root.end();
    });
    await there.connect();
    await there.query('select pg_wal_replay_pause()');
    await busy.admin.query('create table behind as select generate_series(1, 5000) as a; drop table behind');
    await used.until('select 1 from pg_stat_replication where sent_lsn > replay_lsn and write_lsn = sent_lsn', [], 1);
    const seen = await used.as('hikeshi').replication();
    expect(seen.following).toBeUndefined();
    expect(seen.standbys).toMatchObject([
      { application: 'standby', client: '127.0.0.1', state: 'streaming', sync: 'async' },
    ]);
    expect(seen.standbys[0]!.lagBytes).toBeGreaterThan(10_000);
    expect(seen.slots).toMatchObject([{ name: 'forgotten', active: false, walStatus: 'reserved' }]);
    expect(seen.slots[0]!.retainedBytes).toBeGreaterThan(10_000);
    expect(await used.as('blind').replication()).toMatchObject({ standbys: [], hidden: 1, grantee: 'blind' });
    expect((await ours.state()).standby).toBe(true);
    const { following } = await ours.replication();
    expect(following).toMatchObject({ status: 'streaming', from: '127.0.0.1', paused: true });
    expect(following!.lagBytes).toBeGreaterThan(10_000);
    await there.query('select pg_wal_replay_resume()');
    await used.until('select 1 from pg_stat_replication where replay_lsn >= pg_current_wal_lsn()', [], 1);
    expect((await ours.replication()).following).toMatchObject({ status: 'streaming', lagBytes: 0, paused: false });
    await standby.lag();
    await expect.poll(async () => (await ours.replication()).following?.status, { timeout: 25_000 }).toBe('');
  }, 60_000);
});
