import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLooks } from '../../../src/adapters/postgres/server/look.ts';
import { createPostgres } from '../../../src/adapters/postgres/server.ts';
import { useServer } from '../../support/busy.ts';
import { lastingPort } from '../../support/ports.ts';
import { binFolders } from '../../support/postgres.server.ts';

const SLEEPING = `select 1 from pg_stat_activity where application_name = $1 and query like '%pg_sleep%' and state = 'active'`;

/** Real servers of every version that this machine has, with real sessions. */
const bins = await binFolders();

describe.each(bins)('%s', (bin) => {
  const used = useServer(bin);

  it('says what it is, and which grants our role lacks', async () => {
    const state = await used.as('hikeshi').state();
    expect(state).toMatchObject({ standby: false, database: 'postgres', grantee: 'hikeshi', superuser: false });
    expect(state.missing).toEqual([]);
    expect(state.version.startsWith(`${state.major}.`)).toBe(true);
    const major = /^\d+$/.exec(basename(dirname(bin)))?.[0];
    if (major !== undefined) expect(String(state.major)).toBe(major);
    expect(state.upMs).toBeGreaterThan(0);
    expect(state.upSince.getTime()).toBeLessThanOrEqual(Date.now());
    expect((await used.as('blind').state()).missing).toEqual(['pg_monitor', 'pg_signal_backend']);
    expect(await used.as('postgres').state()).toMatchObject({ superuser: true, missing: [] });
  });

  it('counts connections by application and state, and no background process', async () => {
    await used.busy.open('checkout');
    await used.busy.idle('checkout');
    await used.busy.aborted('checkout');
    const running = (await used.busy.open('batch')).query('select pg_sleep(60)').catch(() => undefined);
    await used.until(SLEEPING, ['batch'], 1);
    const seen = await used.as('hikeshi').connections();
    expect(seen).toMatchObject({ max: 30, reserved: 3, hidden: 0 });
    expect(seen.groups).toEqual([
      { application: 'checkout', all: 3, active: 0, idleInTransaction: 2, idle: 1 },
      { application: 'admin', all: 1, active: 0, idleInTransaction: 0, idle: 1 },
      { application: 'batch', all: 1, active: 1, idleInTransaction: 0, idle: 0 },
      { application: 'hikeshi-look', all: 1, active: 1, idleInTransaction: 0, idle: 0 },
    ]);
    await used.busy.admin.query("select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'batch'");
    await running;
  });

  it('shows who is idle in transaction, aborted ones too, longest first, without secrets', async () => {
    const first = await used.busy.idle('checkout', "select 'postgres://app:hunter2secret@db/x'");
    const second = await used.busy.aborted('batch');
    await used.busy.open('healthy');
    await used.busy.idle('hikeshi-look');
    const seen = await used.as('hikeshi').idleInTransaction();
    expect(seen).toMatchObject({ hidden: 0, more: 0 });
    expect(seen.sessions).toMatchObject([
      { pid: used.busy.pidOf(first), application: 'checkout', user: 'app', state: 'idle in transaction' },
      { pid: used.busy.pidOf(second), application: 'batch', state: 'idle in transaction (aborted)' },
    ]);
    const [longest, other] = seen.sessions;
    expect(longest!.query).toBe("select 'postgres://app:***@db/x'");
    expect(longest!.stateMs).toBeGreaterThanOrEqual(other!.stateMs);
    expect(longest!.transactionMs).toBeGreaterThanOrEqual(longest!.stateMs);
    const { rows } = await used.busy.admin.query<{ us: string }>(
      'select (extract(epoch from backend_start) * 1000000)::bigint::text as us from pg_stat_activity where pid = $1',
      [longest!.pid],
    );
    expect(String(longest!.startedUs)).toBe(rows[0]!.us);
  });

  it('says how many it may not see rather than that there are none', async () => {
    await used.busy.idle('checkout');
    const postgres = used.as('blind');
    expect(await postgres.idleInTransaction()).toMatchObject({ sessions: [], hidden: 2, grantee: 'blind' });
    const { groups, hidden } = await postgres.connections();
    expect(hidden).toBe(2);
    expect(groups.find(({ application }) => application === 'checkout')).toMatchObject({
      all: 1,
      idleInTransaction: 0,
    });
  });

  it.each([
    ['unauthorized', 'nobody', undefined],
    ['misconfigured', 'hikeshi', 'nowhere'],
  ] as const)('%s: role %s, database %s', async (kind, user, database) => {
    await expect(used.as(user, { ...(database && { database }) }).state()).rejects.toMatchObject({
      kind,
      database: 'orders',
    });
  });

  it('is full', async () => {
    const many = await Promise.allSettled(Array.from({ length: 30 }, () => used.busy.open('hog')));
    expect(many.some(({ status }) => status === 'rejected')).toBe(true);
    await expect(used.as('hikeshi').state()).rejects.toMatchObject({ kind: 'full' });
  });

  it('only reads, and calls nobody else’s functions', async () => {
    await used.busy.admin.query(
      "create function public.now() returns timestamptz language sql as 'select null::timestamptz'",
    );
    const looks = openLooks('orders', used.server.url('app'));
    await expect(looks.look({}, (ask) => ask('create table x (a int)'))).rejects.toMatchObject({ kind: 'invalid' });
    const [row] = await looks.look({}, (ask) => ask<{ path: string }>("select current_setting('search_path') as path"));
    expect(row).toEqual({ path: 'pg_catalog' });
    await looks.close();
    await used.busy.admin.query('drop function public.now()');
  });

  it('cancels on the server what nobody waits for any more, and goes on', async () => {
    const looks = openLooks('orders', used.server.url('hikeshi'));
    const stop = new AbortController();
    const look = looks.look({ signal: stop.signal }, (ask) => ask('select pg_sleep(60)'));
    const rejected = expect(look).rejects.toThrow('enough');
    await used.until(SLEEPING, ['hikeshi-look'], 1);
    stop.abort(new Error('enough'));
    await rejected;
    await used.until(SLEEPING, ['hikeshi-look'], 0);
    expect(await looks.look({}, (ask) => ask('select 1 as one'))).toEqual([{ one: 1 }]);
    await looks.close();
  });

  it('is cancelled by the server when it takes too long', async () => {
    const looks = openLooks('orders', used.server.url('hikeshi'));
    const slow = looks.look({}, async (ask) => {
      await ask('set local statement_timeout = 20');
      return ask('select pg_sleep(60)');
    });
    await expect(slow).rejects.toMatchObject({ kind: 'slow' });
    await looks.close();
  });
});

it('is away', async () => {
  const postgres = createPostgres({ name: 'orders', url: `postgres://a@127.0.0.1:${await lastingPort()}/x` });
  await expect(postgres.state()).rejects.toMatchObject({ kind: 'away' });
  await postgres.close();
});
