import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { findPrograms } from '../../../src/adapters/postgres/embedded/programs.ts';
import { lastingPort } from '../../support/ports.ts';
import { launchServer } from '../../support/postgres.server.ts';
import { roomyDir } from '../../support/roomy-dir.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { SETTINGS, type Store } from './store.ts';
import { untilNone } from './waits.ts';

/** A streaming replica of a store, on loopback too. */
export interface Standby {
  readonly port: number;
  /** Nothing of what is committed from now on gets here. */
  lag(): Promise<void>;
  /** Takes over: from now on it may be written to. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Copies the running server (https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP)
 * and lets the copy follow it. `sync`: a COMMIT is answered when it is there too. `postgres`: the program, the embedded one else.
 */
export async function startStandby(
  store: Pick<Store, 'adminUrl' | 'pgDir' | 'root'>,
  { sync, postgres }: { readonly sync: boolean; readonly postgres?: string },
): Promise<Standby> {
  const dir = await mkdtemp(join(roomyDir(), 'hikeshi-standby-'));
  const pgDir = join(dir, 'pg');
  const primary = new URL(store.adminUrl);
  const line = await startTcpProxy(primary.hostname, Number(primary.port));
  await copyOf(store, pgDir);
  const { username, password } = primary;
  const conninfo = `host=127.0.0.1 port=${line.port} user=${username} password=''${password}'' application_name=standby`;
  await writeFile(join(pgDir, 'standby.signal'), '');
  await writeFile(join(pgDir, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`);
  const port = await lastingPort();
  const program = postgres ?? (await findPrograms()).postgres;
  const stopServer = await launchServer({ postgres: program, dir, pgDir, port, settings: SETTINGS });
  const own = new URL(primary);
  own.port = String(port);
  await untilFollows(store, own.href);
  if (sync) await waitForIt(store);
  return {
    port,
    lag: () => line.cut(),
    async promote() {
      const admin = new pg.Client({ connectionString: own.href });
      await admin.connect();
      await admin.query('select pg_promote()');
      await admin.end();
    },
    async stop() {
      await stopServer();
      await line.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function copyOf({ root, pgDir }: Pick<Store, 'pgDir' | 'root'>, to: string): Promise<void> {
  const session = await root.connect();
  try {
    // Renamed in PostgreSQL 15.
    const { rows: names } = await session.query<{ old: boolean }>(
      "select current_setting('server_version_num')::int < 150000 as old",
    );
    const [begin, end] = names[0]!.old
      ? ["pg_start_backup('standby', true, false)", 'pg_stop_backup(false)']
      : ["pg_backup_start('standby', true)", 'pg_backup_stop(false)'];
    await session.query(`select ${begin}`);
    const skipped = [join(pgDir, 'postmaster.pid'), join(pgDir, 'postmaster.opts')];
    await cp(pgDir, to, { recursive: true, filter: (path) => !skipped.includes(path) });
    const { rows } = await session.query<{ labelfile: string }>(`select labelfile from ${end}`);
    await writeFile(join(to, 'backup_label'), rows[0]!.labelfile);
  } finally {
    session.release();
  }
}

async function untilFollows({ root }: Pick<Store, 'root'>, url: string): Promise<void> {
  await untilNone(async () => {
    const { rows } = await root.query<{ state: string }>('select state from pg_stat_replication');
    return rows.some(({ state }) => state === 'streaming') ? [] : [`a standby that follows, at ${new URL(url).port}`];
  });
}

async function waitForIt({ root }: Pick<Store, 'root'>): Promise<void> {
  await root.query("alter system set synchronous_standby_names = '*'");
  await root.query('select pg_reload_conf()');
  await untilNone(async () => {
    const { rows } = await root.query<{ state: string }>('select sync_state as state from pg_stat_replication');
    return rows.some(({ state }) => state === 'sync') ? [] : ['a standby that commits wait for'];
  });
}
