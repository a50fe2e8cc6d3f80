import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type DatabaseOptions, openDatabase } from '../../src/adapters/postgres/database.ts';
import type { Database } from '../../src/ports/database.ts';
import type {} from './postgres.global.ts';

export interface FreshDatabase {
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** Superuser on the same database: for looking at sessions and the like. */
  readonly adminUrl: string;
  readonly drop: () => Promise<void>;
}

/** A migrated database of its own: a copy of the run's template, made in some 20 ms. `template0` gives one without tables, the queue's too. */
export async function freshDatabase(from?: 'template0'): Promise<FreshDatabase> {
  const { adminUrl, ownerUrl, appUrl, template: migrated } = inject('postgres');
  const template = from ?? migrated;
  const name = `t_${randomBytes(8).toString('hex')}`;
  const owner = new URL(ownerUrl).username;
  await asAdmin(adminUrl, `create database ${name} template ${template} owner ${owner} strategy file_copy`);
  return {
    ownerUrl: onDatabase(ownerUrl, name),
    appUrl: onDatabase(appUrl, name),
    adminUrl: onDatabase(adminUrl, name),
    drop: () => asAdmin(adminUrl, `drop database if exists ${name} with (force)`),
  };
}

export interface TestDatabase extends Database, FreshDatabase {}

/** The real adapter on a fresh database, as the app role; `close` drops it too. */
export async function openTestDatabase(options: Partial<DatabaseOptions> = {}): Promise<TestDatabase> {
  const fresh = await freshDatabase();
  const database = openDatabase({ ...testOptions(fresh.appUrl), ...options });
  return {
    ...fresh,
    ...database,
    async close() {
      await database.close();
      await fresh.drop();
    },
  };
}

export function testOptions(url: string): DatabaseOptions {
  return {
    url,
    applicationName: 'hikeshi-test',
    poolMax: 5,
    receivingMax: 3,
    statementTimeoutMs: 10_000,
    connectTimeoutMs: 5_000,
    onIdleError: () => undefined,
  };
}

/** One connection for all files of a worker: two for each database were a tenth of what making it costs. It ends with the server. */
let admin: Promise<pg.Client> | undefined;

async function asAdmin(adminUrl: string, statement: string): Promise<void> {
  admin ??= connectAdmin(adminUrl);
  await (await admin).query(statement);
}

async function connectAdmin(adminUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  const forget = (): void => {
    admin = undefined;
  };
  client.on('error', forget);
  await client.connect().catch((error: unknown) => {
    forget();
    throw error;
  });
  return client;
}

function onDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
