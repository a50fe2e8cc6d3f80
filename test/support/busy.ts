import { once } from 'node:events';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { createPostgres } from '../../src/adapters/postgres/server.ts';
import type { Postgres } from '../../src/ports/postgres.ts';
import { type Server, startServer } from './postgres.server.ts';

/** Sessions that do on a real server what sessions do there; closed together. */
export interface Busy {
  /** As superuser. */
  readonly admin: pg.Client;
  open(application: string, options?: { readonly user?: string; readonly database?: string }): Promise<pg.Client>;
  /** In a transaction, having run this, and doing nothing. */
  idle(application: string, statement?: string): Promise<pg.Client>;
  /** In a transaction that has failed, and doing nothing. */
  aborted(application: string): Promise<pg.Client>;
  pidOf(client: pg.Client): number;
  /** All but `admin`. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** Roles: `app` runs the sessions, `hikeshi` has the two grants, `blind` has none. */
const ROLES = `
  create role app login; create role hikeshi login; create role blind login;
  grant pg_monitor, pg_signal_backend to hikeshi; grant all on schema public to app`;

/** Asks for the session of an application (`$1`) whose transaction has been open for longer than a second. */
export const OPEN_A_SECOND = `
  select 1 from pg_stat_activity
  where application_name = $1 and clock_timestamp() - xact_start > interval '1 second'`;

async function busyOn(server: Server): Promise<Busy> {
  const clients: pg.Client[] = [];
  const pids = new Map<pg.Client, number>();
  const open: Busy['open'] = async (application, { user = 'app', database = 'postgres' } = {}) => {
    const client = new pg.Client({ connectionString: server.url(user, database), application_name: application });
    // One that is ended by somebody says so here.
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    pids.set(client, rows[0]!.pid);
    return client;
  };
  const admin = await open('admin', { user: 'postgres' });
  return {
    admin,
    open,
    async idle(application, statement = 'select 1') {
      const client = await open(application);
      await client.query('begin');
      await client.query(statement);
      return client;
    },
    async aborted(application) {
      const client = await open(application);
      await client.query('begin');
      // Its error comes before the server says that it waits again, and in what state.
      const ready = once(client, 'drain');
      await client.query('select 1/0').catch(() => undefined);
      await ready;
      return client;
    },
    pidOf: (client) => pids.get(client)!,
    async leave() {
      await Promise.allSettled(clients.filter((client) => client !== admin).map((client) => client.end()));
    },
    async close() {
      await Promise.allSettled(clients.map((client) => client.end()));
    },
  };
}

/** What a file of tests uses of one server. */
export interface UsedServer {
  readonly server: Server;
  readonly busy: Busy;
  /** Our adapter, closed after the test. */
  as(user: string, options?: { readonly database?: string; readonly name?: string }): Postgres;
  /** Run as superuser after the test, the last one first. */
  after(statement: string): void;
  /** Resolves when the statement gives so many rows. */
  until(statement: string, values: readonly unknown[], rows: number): Promise<void>;
}

/** A server for the tests of a `describe`, with sessions that end after each. */
export function useServer(bin: string, { connections = 30 } = {}): UsedServer {
  let server: Server | undefined;
  let busy: Busy | undefined;
  const opened: Postgres[] = [];
  const after: string[] = [];
  beforeAll(async () => {
    server = await startServer(bin, { max_connections: String(connections), max_prepared_transactions: '5' });
    const first = await busyOn(server);
    await first.admin.query(ROLES);
    await first.close();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    busy = await busyOn(server!);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await busy?.leave();
    for (const statement of after.splice(0).reverse()) await busy?.admin.query(statement);
    await busy?.close();
  });
  return {
    get server() {
      return server!;
    },
    get busy() {
      return busy!;
    },
    as(user, { database, name = 'orders' } = {}) {
      const postgres = createPostgres({ name, url: server!.url(user, database) });
      opened.push(postgres);
      return postgres;
    },
    after: (statement) => void after.push(statement),
    async until(statement, values, rows) {
      const asked = async (): Promise<void> => {
        const { rowCount } = await busy!.admin.query(statement, [...values]);
        if (rowCount !== rows) throw new Error(`not ${rows} rows: ${statement}`);
      };
      await vi.waitFor(asked, { timeout: 25_000, interval: 5 });
    },
  };
}
