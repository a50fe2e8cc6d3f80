import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chmod, chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { vi } from 'vitest';
import { findPrograms, invocation, serverAccount } from '../../src/adapters/postgres/embedded/programs.ts';
import { lastingPort } from './ports.ts';
import { roomyDir } from './roomy-dir.ts';

/** A PostgreSQL of a test's own, of whatever version, on loopback. Everybody who reaches it is let in. */
export interface Server {
  readonly port: number;
  readonly pgDir: string;
  /** Of this role on this database. */
  url(user?: string, database?: string): string;
  stop(): Promise<void>;
}

const APT = '/usr/lib/postgresql';

/**
 * Folders with `postgres` and `initdb`: the embedded one, Debian's packages, and those that HIKESHI_TEST_POSTGRES_BINS names
 * (with colons between).
 */
export async function binFolders(): Promise<readonly string[]> {
  const { postgres } = await findPrograms();
  const debian = existsSync(APT) ? readdirSync(APT).map((major) => join(APT, major, 'bin')) : [];
  const named = (process.env['HIKESHI_TEST_POSTGRES_BINS'] ?? '').split(':').filter(Boolean);
  return [join(postgres, '..'), ...debian.filter((bin) => existsSync(join(bin, 'postgres'))), ...named];
}

export async function startServer(bin: string, settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const dir = await mkdtemp(join(roomyDir(), 'hikeshi-server-'));
  const pgDir = join(dir, 'pg');
  await mkdir(pgDir);
  const account = await serverAccount();
  if (account) {
    await chmod(dir, 0o711);
    await chown(pgDir, account.uid, account.gid);
  }
  const args = ['-D', pgDir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const init = await invocation(join(bin, 'initdb'), args, account, pgDir);
  await promisify(execFile)(init.file, [...init.args], { ...init.options, timeout: 60_000 });
  const port = await lastingPort();
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(join(pgDir, 'postgresql.conf'), lines.join(''));
  const end = await launchServer({ postgres: join(bin, 'postgres'), dir, pgDir, port, settings: {} });
  const url = (user = 'postgres', database = 'postgres'): string => `postgres://${user}@127.0.0.1:${port}/${database}`;
  const stop = async (): Promise<void> => {
    await end();
    await rm(dir, { recursive: true, force: true });
  };
  await untilAccepts(url());
  return { port, pgDir, url, stop };
}

/** Starts a server on the files that are in `pgDir`; answers how to stop it. */
export async function launchServer(options: {
  readonly postgres: string;
  readonly dir: string;
  readonly pgDir: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}): Promise<() => Promise<void>> {
  const { postgres, dir, pgDir, port } = options;
  const account = await serverAccount();
  if (account) {
    await chmod(dir, 0o711);
    await chownAll(pgDir, account);
  }
  await chmod(pgDir, 0o700);
  const settings = {
    ...options.settings,
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
  };
  const args = ['-D', pgDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const call = await invocation(postgres, args, account, pgDir);
  const child = spawn(call.file, call.args, { ...call.options, stdio: 'ignore' });
  const atExit = (): void => void child.kill('SIGQUIT');
  process.once('exit', atExit);
  return async () => {
    process.off('exit', atExit);
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGQUIT');
    await gone;
  };
}

async function chownAll(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): Promise<void> {
  await chown(path, uid, gid);
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true }))
    await chown(join(entry.parentPath, entry.name), uid, gid);
}

async function untilAccepts(url: string): Promise<void> {
  const asked = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    await client.end();
  };
  await vi.waitFor(asked, { timeout: 30_000, interval: 20 });
}
