import pg from 'pg';
import type { LookOptions } from '../../../ports/postgres.ts';
import { CuttableClient } from '../pool.ts';
import { columnTypes } from '../types.ts';
import { postgresError } from './errors.ts';

/** At most so many connections of ours on a server that is not ours. */
const CONNECTIONS = 3;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 5_000;
/** The server cancels first; this is for a peer that is gone. */
const CLIENT_GRACE_MS = 500;
const KEEP_IDLE_MS = 10_000;

/**
 * The limits travel inside the transaction, so that a pooler in transaction mode may stand between. Names are looked up in the
 * catalog alone: nobody's function of the same name is called.
 */
const BEGIN = `begin transaction read only; set local statement_timeout = ${STATEMENT_MS}; set local lock_timeout = 1000; set local idle_in_transaction_session_timeout = ${2 * STATEMENT_MS}; set local search_path = pg_catalog`;

/** Whose transaction: precise to the µs, so that nobody else's statement is cancelled on a connection that was handed on. */
const OURS = `
  select pg_backend_pid() as pid, (extract(epoch from now()) * 1000000)::bigint as begun_us`;

const CANCEL = `
  select pg_cancel_backend(pid) from pg_stat_activity
  where pid = $1 and (extract(epoch from xact_start) * 1000000)::bigint = $2`;

/** Runs statements inside one look. */
export type Ask = <Row extends pg.QueryResultRow>(
  statement: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** The connections to one server of somebody else's. */
export interface Looks {
  /** @throws PostgresError; the signal's reason when it was aborted */
  look<T>(options: LookOptions | undefined, work: (ask: Ask) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens no connection yet. @param name as config names it */
export function openLooks(name: string, url: string): Looks {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'hikeshi-look',
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS + CLIENT_GRACE_MS,
    idleTimeoutMillis: KEEP_IDLE_MS,
    keepAlive: true,
    types: columnTypes,
    Client: CuttableClient,
  });
  // A connection that is lost while idle is made anew; one in use says so itself.
  pool.on('error', () => undefined);
  let closing: Promise<void> | undefined;
  return {
    async look({ signal } = {}, work) {
      try {
        return await transaction(pool, signal, work);
      } catch (error) {
        throw signal?.aborted ? signal.reason : postgresError(error, name);
      }
    },
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

async function transaction<T>(
  pool: pg.Pool,
  signal: AbortSignal | undefined,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const ask: Ask = async (statement, values = []) => {
    signal?.throwIfAborted();
    return (await client.query<never>(statement, [...values])).rows;
  };
  try {
    signal?.throwIfAborted();
    await client.query(BEGIN);
    const [ours] = await ask<{ pid: number; begun_us: number }>(OURS);
    const left = new AbortController();
    const cancel = (): void => void cancelOurs(pool, client, ours!);
    signal?.addEventListener('abort', cancel, { once: true, signal: left.signal });
    const result = await work(ask).finally(() => left.abort());
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // Its transaction may be open still: the connection is given up.
    cut(client);
    client.release(true);
    throw error;
  }
}

/** On another connection, as PostgreSQL has it. Where that cannot be had, the server's own limit ends it. */
async function cancelOurs(
  pool: pg.Pool,
  client: pg.PoolClient,
  ours: { readonly pid: number; readonly begun_us: number },
): Promise<void> {
  try {
    await pool.query(CANCEL, [ours.pid, ours.begun_us]);
  } catch {
    cut(client);
  }
}

function cut(client: pg.PoolClient): void {
  if (client instanceof CuttableClient) client.socket.destroy();
}
