import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { clearLeft } from '../../sandbox/demo/left.ts';
import { folderPrefix } from '../../scripts/own-folder.mjs';
import { postgresBackend } from '../../src/adapters/bullmq/postgres.ts';
import { startEmbedded } from '../../src/adapters/postgres/embedded.ts';
import { loadMigrations, migrate } from '../../src/adapters/postgres/migrate.ts';
import { ROOMY_DIRS, roomyDir } from './roomy-dir.ts';

export interface TestServer {
  /** Superuser, on the database `postgres`: makes and drops databases. */
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** The migrated database that fresh ones are copied from. */
  readonly template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestServer;
  }
}

const KIND = 'hikeshi-test-pg';
const MIGRATIONS = new URL('../../src/adapters/postgres/migrations/', import.meta.url);
/** All projects of one vitest process share a server; each loads this file anew, so what is shared hangs on the process. */
const SHARED = Symbol.for('hikeshi.test.postgres');
type Shared = { users: number; started: Promise<{ server: TestServer; stop(): Promise<void> }> };
const shared = globalThis as typeof globalThis & { [SHARED]?: Shared };

/** Starts the server with the first project and stops it with the last. HIKESHI_TEST_FSYNC=on makes commits durable. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared[SHARED] ??= { users: 0, started: start() };
  const use = shared[SHARED];
  use.users++;
  const running = await use.started;
  project.provide('postgres', running.server);
  return async () => {
    use.users--;
    if (use.users > 0) return;
    delete shared[SHARED];
    await running.stop();
  };
}

async function start(): Promise<{ server: TestServer; stop(): Promise<void> }> {
  for (const parent of ROOMY_DIRS) await clearLeft(parent, KIND);
  const dataDir = await mkdtemp(join(roomyDir(), folderPrefix(KIND)));
  const embedded = await startEmbedded({
    dataDir,
    log: pino({ level: 'warn' }),
    fsync: process.env['HIKESHI_TEST_FSYNC'] === 'on',
    settings: {
      max_connections: '300',
      max_prepared_transactions: '10',
      log_min_messages: 'fatal',
      scram_iterations: '1',
    },
  });
  const { adminUrl, ownerUrl, appUrl } = embedded;
  await migrateTemplate(ownerUrl, appUrl);
  return {
    server: { adminUrl, ownerUrl, appUrl, template: 'hikeshi' },
    async stop() {
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function migrateTemplate(url: string, appUrl: string): Promise<void> {
  const migrations = await loadMigrations(MIGRATIONS);
  await migrate({ url, appRole: new URL(appUrl).username, migrations, log: pino({ level: 'warn' }) });
  // The queue's tables too: making them in each copy is a quarter of what a started program costs the server.
  const queue = postgresBackend('template', { kind: 'postgres', url: appUrl, migrateUrl: url }, () => undefined);
  await queue.reachable();
  await queue.close();
}
