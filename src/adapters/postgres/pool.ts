import { Socket } from 'node:net';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  PostgresAdapter,
  type PostgresCursor,
  PostgresDriver,
  PostgresIntrospector,
  type PostgresPool,
  type PostgresPoolClient,
  PostgresQueryCompiler,
  type PostgresQueryResult,
  type TransactionSettings,
} from 'kysely';
import pg from 'pg';
import { isStalePrepared, isStorageFault } from './faults.ts';
import { Prepared } from './prepared.ts';
import { columnTypes } from './types.ts';

export interface PoolOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Connections at most. */
  readonly max: number;
  /** For one statement; inside a transaction also for sitting idle. */
  readonly statementTimeoutMs: number;
  /** For getting a connection: a new one, or one that is in use. */
  readonly connectTimeoutMs: number;
  /** Told about connections lost while nobody used them; work in progress gets the error itself. */
  onIdleError(error: Error): void;
}

/** The server cancels first, so that the client's own limit only meets statements outside of transactions and dead peers. */
const CLIENT_GRACE_MS = 500;

/** A client whose socket can be cut: a polite goodbye to a peer that is gone keeps the socket for a quarter of an hour. */
export class CuttableClient extends pg.Client {
  readonly socket: Socket;
  readonly prepared = new Prepared();

  constructor(config: pg.ClientConfig = {}) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.socket = socket;
    // The pool listens only while a client is idle; without a listener a lost connection would end the process.
    this.on('error', () => undefined);
  }
}

/**
 * Connections for Kysely that fit behind a pooler in transaction mode: no startup parameters but the name, which poolers know;
 * no session state. A statement over its time limit ends its connection, for the answer to it may still come.
 */
export class BoundPool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #clients = new Set<CuttableClient>();

  constructor(options: PoolOptions) {
    const config: pg.PoolConfig = {
      connectionString: options.url,
      application_name: options.applicationName,
      max: options.max,
      connectionTimeoutMillis: options.connectTimeoutMs,
      query_timeout: options.statementTimeoutMs + CLIENT_GRACE_MS,
      keepAlive: true,
      types: columnTypes,
      pipeline: true,
      Client: CuttableClient,
    };
    this.#pool = new pg.Pool(config);
    this.#pool.on('error', (error) => options.onIdleError(error));
    this.#pool.on('connect', (client) => {
      if (!(client instanceof CuttableClient)) return;
      this.#clients.add(client);
      // Goes out with the first statement; where it fails, so does that, and says so.
      client.prepared.ask(client).catch(() => undefined);
    });
    this.#pool.on('remove', (client) => {
      if (client instanceof CuttableClient) this.#clients.delete(client);
    });
  }

  async connect(): Promise<PostgresPoolClient> {
    return guarded(await this.#pool.connect());
  }

  /** Waits for work in progress, and for polite goodbyes. */
  async end(): Promise<void> {
    await this.#pool.end();
  }

  /** Cuts every connection; what is in progress fails with a storage fault. */
  cut(): void {
    for (const client of this.#clients) client.socket.destroy();
  }
}

function isUnusableAfter(error: Error): boolean {
  return error instanceof pg.DatabaseError ? isStalePrepared(error) : isStorageFault(error);
}

/**
 * Passes statements on; after a lost or overdue answer, or when what it has prepared is not valid any more, it refuses the rest
 * and gives the connection up instead of back.
 */
function guarded(client: pg.PoolClient): PostgresPoolClient {
  const inner: PostgresPoolClient = client;
  let broken: Error | undefined;
  const note = (error: unknown): never => {
    if (error instanceof Error && isUnusableAfter(error)) broken = error;
    throw error;
  };
  function query<R>(statement: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query<R>(what: string | PostgresCursor<R>, parameters: ReadonlyArray<unknown> = []) {
    if (typeof what !== 'string') return inner.query(what);
    if (broken) return Promise.reject(broken);
    const name = client instanceof CuttableClient ? client.prepared.nameOf(what, parameters) : undefined;
    const sent = name ? queryNamed<R>(client, name, what, parameters) : inner.query<R>(what, parameters);
    return sent.catch(note);
  }
  return {
    query,
    release() {
      if (broken && client instanceof CuttableClient) client.socket.destroy();
      client.release(broken);
    },
  };
}

async function queryNamed<R>(
  client: pg.PoolClient,
  name: string,
  text: string,
  parameters: readonly unknown[],
): Promise<PostgresQueryResult<R>> {
  const { command, rowCount, rows } = await client.query<R & pg.QueryResultRow>({
    name,
    text,
    values: [...parameters],
  });
  return { command: COMMANDS.find((known) => known === command) ?? 'SELECT', rowCount: rowCount ?? 0, rows };
}

const COMMANDS = ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'SELECT'] as const;

class BoundedDriver extends PostgresDriver {
  readonly #limits: string;

  constructor(pool: PostgresPool, statementTimeoutMs: number) {
    super({ pool });
    const ms = Math.ceil(statementTimeoutMs);
    this.#limits = `set local statement_timeout = ${ms}; set local idle_in_transaction_session_timeout = ${ms}`;
  }

  /** One round trip: the limits travel with `begin`, and end with the transaction, so they stay off other users of a pooler. */
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const level = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : '';
    const access = settings.accessMode ? ` ${settings.accessMode}` : '';
    await connection.executeQuery(CompiledQuery.raw(`begin${level}${access}; ${this.#limits}`));
  }
}

export function boundedDialect(pool: PostgresPool, statementTimeoutMs: number): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new BoundedDriver(pool, statementTimeoutMs),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}
