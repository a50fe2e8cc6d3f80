import { basename, dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLooks } from '../../../src/adapters/postgres/server/look.ts';
import { createPostgres } from '../../../src/adapters/postgres/server.ts';
import type { Postgres } from '../../../src/ports/postgres.ts';
import { type Busy, busyOn, ROLES } from '../../support/busy.ts';
import { lastingPort } from '../../support/ports.ts';
import { binFolders, type Server, startServer } from '../../support/postgres.server.ts';

/** Real servers of every version that this machine has, with real sessions. */
const bins = await binFolders();

describe.each(bins)('%s', (bin) => {
  let server: Server;
  let busy: Busy;
  const opened: Postgres[] = [];
  const as = (user: string, database?: string): Postgres => {
    const postgres = createPostgres({ name: 'orders', url: server.url(user, database) });
    opened.push(postgres);
    return postgres;
  };
  beforeAll(async () => {
    server = await startServer(bin, { max_connections: '30' });
    const first = await busyOn(server);
    await first.admin.query(ROLES);
    await first.close();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    busy = await busyOn(server);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await busy.close();
  });

  it('says what it is, and which grants our role lacks', async () => {
    const state = await as('hikeshi').state();
    expect(state).toMatchObject({ standby: false, database: 'postgres', grantee: 'hikeshi', superuser: false });
    expect(state.missing).toEqual([]);
    expect(state.version.startsWith(`${state.major}.`)).toBe(true);
    const major = /^\d+$/.exec(basename(dirname(bin)))?.[0];
    if (major !== undefined) expect(String(state.major)).toBe(major);
    expect(state.upMs).toBeGreaterThan(0);
    expect(state.upSince.getTime()).toBeLessThanOrEqual(Date.now());
    expect((await as('blind').state()).missing).toEqual(['pg_monitor', 'pg_signal_backend']);
    expect(await as('postgres').state()).toMatchObject({ superuser: true, missing: [] });
  });

  it('counts connections by application and state, and no background process', async () => {
    await busy.open('checkout');
    await busy.idle('checkout');
    await busy.aborted('checkout');
    const running = (await busy.open('batch')).query('select pg_sleep(60)').catch(() => undefined);
    await untilActive(busy, 'batch');
    const seen = await as('hikeshi').connections();
    expect(seen).toMatchObject({ max: 30, reserved: 3, hidden: 0 });
    expect(seen.groups).toEqual([
      { application: 'checkout', all: 3, active: 0, idleInTransaction: 2, idle: 1 },
      { application: 'admin', all: 1, active: 0, idleInTransaction: 0, idle: 1 },
      { application: 'batch', all: 1, active: 1, idleInTransaction: 0, idle: 0 },
      { application: 'hikeshi', all: 1, active: 1, idleInTransaction: 0, idle: 0 },
    ]);
    await busy.admin.query("select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'batch'");
    await running;
  });

  it('shows who is idle in transaction, aborted ones too, longest first, without secrets', async () => {
    const first = await busy.idle('checkout', "select 'postgres://app:hunter2secret@db/x'");
    const second = await busy.aborted('batch');
    await busy.open('healthy');
    const seen = await as('hikeshi').idleInTransaction();
    expect(seen).toMatchObject({ hidden: 0, more: 0 });
    expect(seen.sessions).toMatchObject([
      { pid: busy.pidOf(first), application: 'checkout', user: 'app', state: 'idle in transaction' },
      { pid: busy.pidOf(second), application: 'batch', state: 'idle in transaction (aborted)' },
    ]);
    const [longest, other] = seen.sessions;
    expect(longest!.query).toBe("select 'postgres://app:***@db/x'");
    expect(longest!.stateMs).toBeGreaterThanOrEqual(other!.stateMs);
    expect(longest!.transactionMs).toBeGreaterThanOrEqual(longest!.stateMs);
    const { rows } = await busy.admin.query<{ us: string }>(
      'select (extract(epoch from backend_start) * 1000000)::bigint::text as us from pg_stat_activity where pid = $1',
      [longest!.pid],
    );
    expect(String(longest!.startedUs)).toBe(rows[0]!.us);
  });

  it('says how many it may not see rather than that there are none', async () => {
    await busy.idle('checkout');
    const postgres = as('blind');
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
    await expect(as(user, database).state()).rejects.toMatchObject({ kind, database: 'orders' });
  });

  it('is full', async () => {
    const many = await Promise.allSettled(Array.from({ length: 30 }, () => busy.open('hog')));
    expect(many.some(({ status }) => status === 'rejected')).toBe(true);
    await expect(as('hikeshi').state()).rejects.toMatchObject({ kind: 'full' });
  });

  it('only reads, and calls nobody else’s functions', async () => {
    await busy.admin.query(
      "create function public.now() returns timestamptz language sql as 'select null::timestamptz'",
    );
    const looks = openLooks('orders', server.url('app'));
    await expect(looks.look({}, (ask) => ask('create table x (a int)'))).rejects.toMatchObject({ kind: 'invalid' });
    const [row] = await looks.look({}, (ask) => ask<{ path: string }>("select current_setting('search_path') as path"));
    expect(row).toEqual({ path: 'pg_catalog' });
    await looks.close();
    await busy.admin.query('drop function public.now()');
  });

  it('cancels on the server what nobody waits for any more, and goes on', async () => {
    const looks = openLooks('orders', server.url('hikeshi'));
    const stop = new AbortController();
    const look = looks.look({ signal: stop.signal }, (ask) => ask('select pg_sleep(60)'));
    const rejected = expect(look).rejects.toThrow('enough');
    await untilActive(busy, 'hikeshi');
    stop.abort(new Error('enough'));
    await rejected;
    await untilNone(busy, 'hikeshi');
    expect(await looks.look({}, (ask) => ask('select 1 as one'))).toEqual([{ one: 1 }]);
    await looks.close();
  });

  it('is cancelled by the server when it takes too long', async () => {
    const looks = openLooks('orders', server.url('hikeshi'));
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

function untilActive(busy: Busy, application: string): Promise<void> {
  return until(
    busy,
    `select 1 from pg_stat_activity where application_name = $1 and query like '%pg_sleep%' and state = 'active'`,
    application,
    1,
  );
}

function untilNone(busy: Busy, application: string): Promise<void> {
  return until(
    busy,
    `select 1 from pg_stat_activity where application_name = $1 and query like '%pg_sleep%' and state = 'active'`,
    application,
    0,
  );
}

async function until({ admin }: Busy, statement: string, application: string, count: number): Promise<void> {
  const limit = performance.now() + 10_000;
  for (;;) {
    if ((await admin.query(statement, [application])).rowCount === count) return;
    if (performance.now() > limit) throw new Error(`${application}: not ${count}`);
  }
}
