import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import pg from 'pg';
import { type Backend, KEEP_EVENTS, LOCK_MS, type QueueBackend, RETRY_MS } from './backend.ts';

const SCHEMA = 'bullmq';
const CONNECT_MS = 1_000;
const STATEMENT_MS = 5_000;
const MIGRATE_MS = 60_000;
/** Statements at once of each queue or worker; a worker has one connection more, which listens. */
const POOL_MAX = 2;

/** Between two statements of one task nobody else listens: a connection that is lost there would end the process. */
class HeardClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/**
 * BullMQ's own tables beside ours, for one machine without Redis. The schema is made on the owner's URL with the first use,
 * because the app role may not; it then gets the rights to use it.
 */
export function postgresBackend(name: string, address: Extract<QueueBackend, { kind: 'postgres' }>): Backend {
  const connection = {
    connectionString: address.url,
    application_name: 'hikeshi-queue',
    schema: SCHEMA,
    max: POOL_MAX,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS,
    Client: HeardClient,
  };
  let schema: Promise<void> | undefined;
  return {
    reachable() {
      schema ??= ensureSchema(address).catch((error: unknown) => {
        schema = undefined;
        throw error;
      });
      return schema;
    },
    ping: () => asClient(address.url, STATEMENT_MS, async (client) => void (await client.query('select 1'))),
    producer: () =>
      new Queue(name, { connection, streams: { events: { maxLen: KEEP_EVENTS } } }, createPostgresBackend),
    consumer: (process, concurrency) =>
      new Worker(
        name,
        process,
        { connection, concurrency, autorun: false, lockDuration: LOCK_MS, runRetryDelay: RETRY_MS },
        createPostgresBackend,
      ),
    close: () => Promise.resolve(),
  };
}

async function ensureSchema({ url, migrateUrl }: { url: string; migrateUrl: string }): Promise<void> {
  const appRole = decodeURIComponent(new URL(url).username);
  await asClient(migrateUrl, MIGRATE_MS, async (owner) => {
    await runMigrations(owner, SCHEMA);
    const role = owner.escapeIdentifier(appRole);
    // One transaction, for processes begin together and PostgreSQL refuses rights that two give at once.
    await owner.query(
      `select pg_advisory_xact_lock(hashtext('hikeshi queue'));
       grant usage on schema ${SCHEMA} to ${role};
       grant select, insert, update, delete on all tables in schema ${SCHEMA} to ${role};
       grant usage, select, update on all sequences in schema ${SCHEMA} to ${role};
       grant execute on all functions in schema ${SCHEMA} to ${role}`,
    );
  });
}

async function asClient(url: string, limitMs: number, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'hikeshi-queue',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: limitMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end();
  }
}
