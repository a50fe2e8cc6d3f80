import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { startEmbedded } from '../../src/adapters/postgres/embedded.ts';
import type { Run } from '../lib/run.ts';
import { migrateDatabase } from './hikeshi.ts';

/** What several processes share: a PostgreSQL and a Redis of the run's own. */
export interface SharedStore {
  /** For the program's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** `undefined` where there is no redis-server. */
export async function startSharedStore(run: Run, name: string): Promise<SharedStore | undefined> {
  if (spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined;
  const server = await startEmbedded({ dataDir: run.dataDir(name), log: pino({ level: 'silent' }) });
  const port = await run.port();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--maxmemory-policy', 'noeviction'];
  const redis = run.children.start('redis-server', flags, {}, run.dir);
  await sleep(300);
  const env = {
    DATABASE_URL: server.appUrl,
    DATABASE_MIGRATE_URL: server.ownerUrl,
    REDIS_URL: `redis://127.0.0.1:${port}`,
  };
  await migrateDatabase(run, env);
  const admin = new URL(server.adminUrl);
  admin.pathname = new URL(server.ownerUrl).pathname;
  return {
    env,
    adminUrl: admin.href,
    async stop() {
      await redis.stop();
      await server.stop();
    },
  };
}
