import {
  assertSchemaCompatibility,
  createPostgresBackend,
  LATEST_SCHEMA_VERSION,
  Queue,
  runMigrations,
  Worker,
} from 'bullmq';
import pg from 'pg';
import { type Backend, KEEP_EVENTS, LOCK_MS, type QueueBackend, RETRY_MS } from './backend.ts';
import { openQueuePool } from './postgres-pool.ts';

const SCHEMA = 'bullmq';
const CONNECT_MS = 1_000;
const STATEMENT_MS = 5_000;
const MIGRATE_MS = 60_000;
/** Whether there are tables, and whoever asks may do with all of them, and what belongs to them, what BullMQ does. */
const MAY_USE = `
  select has_schema_privilege(n.oid, 'usage')
    and exists (select from pg_class where relnamespace = n.oid and relname = 'migration')
    and not exists (select from pg_class t where t.relnamespace = n.oid and t.relkind in ('r', 'p') and not (
      has_table_privilege(t.oid, 'select') and has_table_privilege(t.oid, 'insert')
      and has_table_privilege(t.oid, 'update') and has_table_privilege(t.oid, 'delete')))
    and not exists (select from pg_class s where s.relnamespace = n.oid and s.relkind = 'S' and not (
      has_sequence_privilege(s.oid, 'usage') and has_sequence_privilege(s.oid, 'select')
      and has_sequence_privilege(s.oid, 'update')))
    and not exists (select from pg_proc f where f.pronamespace = n.oid and not has_function_privilege(f.oid, 'execute'))
    as may
  from pg_namespace n where n.nspname = $1`;

/**
 * BullMQ's own tables beside ours, for one machine without Redis. The schema is made on the owner's URL with the first use,
 * because the app role may not; it then gets the rights to use it.
 */
export function postgresBackend(
  name: string,
  address: Extract<QueueBackend, { kind: 'postgres' }>,
  onError: (error: Error) => void,
): Backend {
  const connections = openQueuePool(
    { ...clientOptions(address.url, STATEMENT_MS), options: `-c search_path=${SCHEMA}`, keepAlive: true },
    onError,
  );
  let schema: Promise<void> | undefined;
  return {
    reachable() {
      schema ??= ensureSchema(connections.pool, address).catch((error: unknown) => {
        schema = undefined;
        throw error;
      });
      return schema;
    },
    ping: async () => void (await connections.pool.query('select 1')),
    producer: () =>
      new Queue(
        name,
        { connection: connections.lend(), streams: { events: { maxLen: KEEP_EVENTS } } },
        createPostgresBackend,
      ),
    consumer: (process, concurrency) =>
      new Worker(
        name,
        process,
        { connection: connections.lend(), concurrency, autorun: false, lockDuration: LOCK_MS, runRetryDelay: RETRY_MS },
        createPostgresBackend,
      ),
    close: () => connections.close(),
  };
}

async function ensureSchema(app: pg.Pool, { url, migrateUrl }: { url: string; migrateUrl: string }): Promise<void> {
  if (await isReady(app)) return;
  const appRole = decodeURIComponent(new URL(url).username);
  await asOwner(migrateUrl, async (owner) => {
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

/** Rights that are given once more are written once more, and everybody connected reads them anew: so not at each start. */
async function isReady(app: pg.Pool): Promise<boolean> {
  const { rows } = await app.query<{ may: boolean }>(MAY_USE, [SCHEMA]);
  return rows[0]?.may === true && (await assertSchemaCompatibility(app, SCHEMA)) >= LATEST_SCHEMA_VERSION;
}

async function asOwner(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(clientOptions(url, MIGRATE_MS));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end();
  }
}

function clientOptions(url: string, limitMs: number): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'hikeshi-queue',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: limitMs,
  };
}
