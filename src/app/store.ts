import type { Logger } from 'pino';
import type { QueueBackend } from '../adapters/bullmq/backend.ts';
import { openDatabase } from '../adapters/postgres/database.ts';
import { startEmbedded } from '../adapters/postgres/embedded.ts';
import {
  assertReadable,
  isBehind,
  loadMigrations,
  type Migration,
  migrate,
  schemaState,
} from '../adapters/postgres/migrate.ts';
import type { RuntimeEnv } from '../config/config.ts';
import type { Database } from '../ports/database.ts';
import type { Cleanups } from './cleanups.ts';

/** The folder `migrations` beside the bundle, or in the sources. */
export async function ourMigrations(): Promise<readonly Migration[]> {
  const bundled = new URL('./migrations/', import.meta.url);
  const source = new URL('../adapters/postgres/migrations/', import.meta.url);
  return loadMigrations(import.meta.url.endsWith('/src/app/store.ts') ? source : bundled);
}

export interface Store {
  readonly database: Database;
  readonly queueBackend: QueueBackend;
  /** Newest migration that this program brings; what `/ready` compares with. */
  readonly migrations: readonly Migration[];
}

const APP_ROLE_IN_EMBEDDED = (appUrl: string): string => decodeURIComponent(new URL(appUrl).username);

/** Opens the store: embedded (started and migrated here) or as configured (never migrated by `serve`). */
export async function openStore(env: RuntimeEnv, log: Logger, cleanups: Cleanups): Promise<Store> {
  const migrations = await ourMigrations();
  const urls = env.embedded ? await embeddedUrls(env, migrations, log, cleanups) : configuredUrls(env);
  const database = openDatabase({
    url: urls.app,
    applicationName: 'hikeshi',
    ...pools(env.databaseConnections),
    statementTimeoutMs: 10_000,
    connectTimeoutMs: 5_000,
    onIdleError: (error) => log.warn({ err: error }, 'a database connection was lost'),
  });
  cleanups.add('database', () => database.close());
  return { database, migrations, queueBackend: queueBackend(env, urls) };
}

function pools(connections: number): { readonly poolMax: number; readonly receivingMax: number } {
  const receivingMax = Math.floor(connections / 3);
  return { poolMax: connections - receivingMax, receivingMax };
}

interface Urls {
  readonly app: string;
  readonly owner: string;
}

async function embeddedUrls(
  env: RuntimeEnv,
  migrations: readonly Migration[],
  log: Logger,
  cleanups: Cleanups,
): Promise<Urls> {
  const server = await startEmbedded({ dataDir: env.dataDir, log });
  cleanups.add('embedded PostgreSQL', () => server.stop());
  await migrate({ url: server.ownerUrl, appRole: APP_ROLE_IN_EMBEDDED(server.appUrl), migrations, log });
  return { app: server.appUrl, owner: server.ownerUrl };
}

/** The loader has made sure that the URLs are there. */
function configuredUrls(env: RuntimeEnv): Urls {
  const app = env.databaseUrl!.reveal();
  return { app, owner: env.databaseMigrateUrl?.reveal() ?? app };
}

function queueBackend(env: RuntimeEnv, urls: Urls): QueueBackend {
  if (!env.redis) return { kind: 'postgres', url: urls.app, migrateUrl: urls.owner };
  const all = env.redis.urls.map((u) => u.reveal());
  return env.redis.cluster
    ? { kind: 'redis-cluster', urls: all, prefix: '{hikeshi}' }
    : { kind: 'redis', url: all[0]! };
}

/** Why the schema keeps this process from working, in a word; `undefined` when it does not. @throws UserError when it is too new to read */
export async function schemaTrouble({
  database,
  migrations,
}: Pick<Store, 'database' | 'migrations'>): Promise<string | undefined> {
  const state = await schemaState(database.db, migrations);
  assertReadable(state);
  return isBehind(state) ? `schema ${state.version}, this program needs ${state.ours}: run hikeshi migrate` : undefined;
}
