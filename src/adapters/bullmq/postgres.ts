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
/**
 * Whether there are tables, and whoever asks may do with all of them, and what belongs to them, what BullMQ does. What is theirs
 * is found first: asked in any order, the server looks up its rights to each of its 3,000 functions, at each start.
 */
const MAY_USE = `
  with queue as materialized (select oid from pg_namespace where nspname = $1),
    relations as materialized (select oid, relname, relkind from pg_class where relnamespace = (select oid from queue)),
    functions as materialized (select oid from pg_proc where pronamespace = (select oid from queue))
  select has_schema_privilege(queue.oid, 'usage')
    and exists (select from relations where relname = 'migration')
    and not exists (select from relations where relkind in ('r', 'p') and not (
      has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
      and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete')))
    and not exists (select from relations where relkind = 'S' and not (
      has_sequence_privilege(oid, 'usage') and has_sequence_privilege(oid, 'select')
      and has_sequence_privilege(oid, 'update')))
    and not exists (select from functions where not has_function_privilege(oid, 'execute'))
    as may
  from queue`;

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
