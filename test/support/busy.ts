import pg from 'pg';
import type { Server } from './postgres.server.ts';

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
  close(): Promise<void>;
}

/** Roles: `app` runs the sessions, `hikeshi` has the two grants, `blind` has none. */
export const ROLES = `
  create role app login; create role hikeshi login; create role blind login;
  grant pg_monitor, pg_signal_backend to hikeshi; grant all on schema public to app`;

export async function busyOn(server: Server): Promise<Busy> {
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
      await client.query('select 1/0').catch(() => undefined);
      return client;
    },
    pidOf: (client) => pids.get(client)!,
    async close() {
      await Promise.allSettled(clients.map((client) => client.end()));
    },
  };
}
