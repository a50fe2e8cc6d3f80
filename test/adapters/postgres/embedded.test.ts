import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPidFile } from '../../../src/adapters/postgres/embedded/server.ts';
import { attachEmbedded, type Embedded, startEmbedded } from '../../../src/adapters/postgres/embedded.ts';
import { roomyDir } from '../../support/roomy-dir.ts';

const HOLDER = new URL('../../support/postgres.holder.ts', import.meta.url).pathname;
let dataDir: string;
let running: Embedded[];
let children: ChildProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(roomyDir(), 'hikeshi-embedded-'));
  running = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const embedded of running) await embedded.stop();
  // A server that was killed with its holder may still be ending.
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

async function start({ fsync = false } = {}): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, fsync, log: pino({ level: 'silent' }) });
  running.push(embedded);
  return embedded;
}

/** Starts the server from another process, and answers when it is up. */
async function startElsewhere(): Promise<{ child: ChildProcess; ownerUrl: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', HOLDER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, ownerUrl: output.toString().trim() };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

async function query(url: string, ...statements: string[]): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

async function serverPid(): Promise<number> {
  return (await readPidFile(join(dataDir, 'pg')))?.pid ?? 0;
}

describe('life', () => {
  test('a program beside the one that holds the directory finds the server, as long as it runs', async () => {
    await expect(attachEmbedded(dataDir)).rejects.toThrow('no-embedded-postgresql-runs');
    const holder = await start();
    const { appUrl, ownerUrl } = await attachEmbedded(dataDir);
    expect({ appUrl, ownerUrl }).toEqual({ appUrl: holder.appUrl, ownerUrl: holder.ownerUrl });
    await holder.stop();
    await expect(attachEmbedded(dataDir)).rejects.toThrow('no-embedded-postgresql-runs');
  });

  test('rows, passwords and port outlive a restart; roles are as in production', async () => {
    const first = await start();
    await query(first.ownerUrl, 'create table t (x int)', 'insert into t values (7)');
    await expect(query(first.appUrl, 'select x from t')).rejects.toThrow(/permission denied/);
    await expect(query(first.appUrl, 'create table u (x int)')).rejects.toThrow(/permission denied/);
    await expect(query(first.ownerUrl.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);
    await first.stop();
    await expect(query(first.ownerUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);

    const second = await start();
    expect(second).toMatchObject({ ownerUrl: first.ownerUrl, appUrl: first.appUrl, adopted: false });
    expect(await query(second.ownerUrl, 'select x from t')).toEqual([{ x: 7 }]);
    const settings = await query(
      second.ownerUrl,
      `select current_setting('listen_addresses') as addresses, current_setting('server_encoding') as encoding,
              (select datcollate from pg_database where datname = 'hikeshi') as locale`,
    );
    expect(settings).toEqual([{ addresses: '127.0.0.1', encoding: 'UTF8', locale: 'C.UTF-8' }]);
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  test('stop is bounded and repeatable though a session is busy', async () => {
    const embedded = await start();
    const busy = query(embedded.ownerUrl, 'select pg_sleep(60)').catch((error: unknown) => error);
    await query(embedded.ownerUrl, 'select 1');
    await embedded.stop();
    await embedded.stop();
    expect(await busy).toBeInstanceOf(Error);
  });

  test('a server that was killed recovers its rows at the next start', async () => {
    const first = await start({ fsync: true });
    await query(first.ownerUrl, 'create table t as select 1 as x');
    process.kill(await serverPid(), 'SIGKILL');
    await first.stop();
    const second = await start();
    expect(await query(second.ownerUrl, 'select x from t')).toEqual([{ x: 1 }]);
  });

  test('a cluster whose passwords are lost is refused with a remedy', async () => {
    const first = await start();
    await first.stop();
    await rm(join(dataDir, 'secrets.json'));
    await expect(start()).rejects.toMatchObject({ code: 'data-dir-secrets-missing' });
  });
});

describe('one process only', () => {
  test('a live holder is named, here and elsewhere', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'data-dir-in-use', params: { pid: process.pid } });
    await running[0]?.stop();
    const { child } = await startElsewhere();
    await expect(start()).rejects.toMatchObject({ code: 'data-dir-in-use', params: { pid: child.pid } });
  });

  test('a server that outlived its killed parent is adopted with its port and rows', async () => {
    const { child, ownerUrl } = await startElsewhere();
    await query(ownerUrl, 'create table t as select 1 as x');
    const pid = await serverPid();
    await ended(child, 'SIGKILL');
    const adopted = await start();
    expect(adopted).toMatchObject({ adopted: true, ownerUrl });
    expect(await serverPid()).toBe(pid);
    expect(await query(adopted.ownerUrl, 'select x from t')).toEqual([{ x: 1 }]);
    await adopted.stop();
    await expect(query(ownerUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  test('a parent that exits without stopping takes the server with it', async () => {
    const { child } = await startElsewhere();
    await ended(child, 'SIGHUP');
    const next = await start();
    expect(await query(next.ownerUrl, 'select 1 as x')).toEqual([{ x: 1 }]);
  });

  test('the lock of a dead process is taken over, also when its number lives on in another', async () => {
    const lock = join(dataDir, 'hikeshi.lock');
    await writeFile(lock, JSON.stringify({ pid: process.pid, birth: 'an earlier boot/1', token: 'dead' }));
    const embedded = await start();
    expect(JSON.parse(await readFile(lock, 'utf8'))).toMatchObject({ pid: process.pid });
    await embedded.stop();
    await expect(readFile(lock)).rejects.toThrow(/ENOENT/);
  });

  test('a pid file whose number belongs to something else is no server', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(dataDir, 'pg', 'postmaster.pid'), `${process.pid}\n${dataDir}/pg\n0\n1\n\n\n\nready\n`);
    expect(await start()).toMatchObject({ adopted: false });
  });
});
