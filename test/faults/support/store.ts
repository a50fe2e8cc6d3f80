import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbedded } from '../../../src/adapters/postgres/embedded.ts';
import { run } from './program.ts';

/** A PostgreSQL of the test's own, so that it outlives the killed program. */
export interface Store {
  /** A database of its own, migrated by the program. */
  open(): Promise<StoreDatabase>;
  stop(): Promise<void>;
}

export interface StoreDatabase {
  readonly appUrl: string;
  /** As superuser, past the proxy: for looking, and for letting leases run out. */
  readonly admin: pg.Client;
  drop(): Promise<void>;
}

export async function startStore(): Promise<Store> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-faults-'));
  const embedded = await startEmbedded({ dataDir: join(dir, 'data'), fsync: false, log: pino({ level: 'silent' }) });
  const root = await connected(embedded.adminUrl);
  const stop = async (): Promise<void> => {
    await root.end();
    await embedded.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await migrate(dir, embedded);
  } catch (error) {
    await stop();
    throw error;
  }
  const template = new URL(embedded.ownerUrl);
  return {
    stop,
    async open() {
      const name = `f_${randomBytes(6).toString('hex')}`;
      await root.query(`create database ${name} template ${template.pathname.slice(1)} owner ${template.username}`);
      const admin = await connected(named(embedded.adminUrl, name));
      return {
        appUrl: named(embedded.appUrl, name),
        admin,
        async drop() {
          await admin.end();
          await root.query(`drop database ${name} with (force)`);
        },
      };
    },
  };
}

async function migrate(dir: string, urls: { readonly ownerUrl: string; readonly appUrl: string }): Promise<void> {
  const config = join(dir, 'hikeshi.yaml');
  await writeFile(config, 'slack: { channel: alerts }\n');
  await run(['migrate'], {
    PATH: process.env['PATH'],
    HIKESHI_CONFIG: config,
    DATABASE_URL: urls.appUrl,
    DATABASE_MIGRATE_URL: urls.ownerUrl,
  });
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function named(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
