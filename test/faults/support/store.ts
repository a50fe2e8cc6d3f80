import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { readPidFile } from '../../../src/adapters/postgres/embedded/server.ts';
import { type Embedded, startEmbedded } from '../../../src/adapters/postgres/embedded.ts';
import { roomyDir } from '../../support/roomy-dir.ts';
import { run } from './program.ts';
import { untilNone } from './waits.ts';

/** A PostgreSQL of the test's own, so that it outlives the killed program. */
export interface Store {
  /** A database of its own, migrated by the program; in this tablespace, if one is named. */
  open(tablespace?: string): Promise<StoreDatabase>;
  /** As superuser, on the database `postgres`. */
  readonly adminUrl: string;
  /** The directory of the server's files, its pid file among them. */
  readonly pgDir: string;
  readonly root: pg.Pool;
  /** Shuts the server down; sessions are ended. */
  halt(): Promise<void>;
  /** SIGKILL for the server; those of its children that notice end by themselves. */
  crash(): Promise<void>;
  /** Starts it again at the same address. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

export interface StoreDatabase {
  readonly name: string;
  readonly appUrl: string;
  /** As superuser, past the proxies: for looking, and for letting leases run out. */
  readonly admin: pg.Pool;
  /**
   * Ends everybody's sessions but our own. Resolves when they are gone: a backend carries out what a dead client has sent, a
   * claim for example, before it notices.
   */
  endSessions(): Promise<void>;
  /** From now on `admin` asks the server at this port. */
  moveTo(port: number): Promise<void>;
  drop(): Promise<void>;
}

/**
 * What is committed survives the death of any process, but not that of the machine: the operating system writes at its leisure.
 * Many programs at once share it, and the sessions of those that were cut off stay for a while.
 */
export const SETTINGS = { synchronous_commit: 'on', full_page_writes: 'on', max_connections: '500' };

export async function startStore(settings: Readonly<Record<string, string>> = {}): Promise<Store> {
  const dir = await mkdtemp(join(roomyDir(), 'hikeshi-faults-'));
  const dataDir = join(dir, 'data');
  const pgDir = join(dataDir, 'pg');
  const begin = (): Promise<Embedded> =>
    startEmbedded({ dataDir, fsync: false, settings: { ...SETTINGS, ...settings }, log: pino({ level: 'silent' }) });
  let embedded = await begin();
  const root = poolAt(embedded.adminUrl);
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
    adminUrl: embedded.adminUrl,
    pgDir,
    root,
    halt: () => embedded.stop(),
    async crash() {
      const server = await readPidFile(pgDir);
      if (server) process.kill(server.pid, 'SIGKILL');
      await embedded.stop();
    },
    async revive() {
      embedded = await begin();
    },
    async open(tablespace) {
      const name = `f_${randomBytes(6).toString('hex')}`;
      const where = tablespace === undefined ? '' : ` tablespace ${tablespace}`;
      await creating(() =>
        root.query(`create database ${name} template ${template.pathname.slice(1)} owner ${template.username}${where}`),
      );
      let admin = poolAt(named(embedded.adminUrl, name));
      return {
        name,
        appUrl: named(embedded.appUrl, name),
        get admin() {
          return admin;
        },
        endSessions: () => endSessions(admin),
        async moveTo(port) {
          const moved = new URL(named(embedded.adminUrl, name));
          moved.port = String(port);
          await admin.end();
          admin = poolAt(moved.href);
        },
        async drop() {
          await admin.end();
          await root.query(`drop database if exists ${name} with (force)`).catch(() => undefined);
        },
      };
    },
  };
}

async function endSessions(admin: pg.Pool): Promise<void> {
  const { rows } = await admin.query<{ pid: number }>(`
    select pid, pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename <> current_user and backend_type = 'client backend'`);
  const pids = rows.map(({ pid }) => pid);
  await untilNone(async () => {
    const left = await admin.query<{ pid: number }>('select pid from pg_stat_activity where pid = any($1)', [pids]);
    return left.rows.map(({ pid }) => `session ${pid}`);
  });
}

/** One at a time: a database that is being copied must be in nobody's use. */
let creation: Promise<unknown> = Promise.resolve();
function creating<T>(work: () => Promise<T>): Promise<T> {
  const mine = creation.then(work);
  creation = mine.catch(() => undefined);
  return mine;
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

function poolAt(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 2, connectionTimeoutMillis: 30_000 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function named(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
