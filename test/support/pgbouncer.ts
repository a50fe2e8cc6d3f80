import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { serverAccount } from '../../src/adapters/postgres/embedded/programs.ts';
import { start } from '../e2e/programs.ts';
import { lastingPort } from './ports.ts';

export interface Pooler {
  /** The same URL through the pooler. */
  readonly url: string;
  /** As its administrator, on the database `pgbouncer`: `show pools` and the like. */
  readonly adminUrl: string;
  close(): Promise<void>;
}

/** Debian puts it where only root looks. */
const ENV = { PATH: `${process.env['PATH']}${delimiter}/usr/sbin` };

/** Whether `pgbouncer` is there. Where it is not, suites skip aloud; with CI=true that is an error. */
export function hasPgBouncer(): boolean {
  const found = spawnSync('pgbouncer', ['--version'], { stdio: 'ignore', env: ENV }).status === 0;
  if (!found && process.env['CI'] === 'true')
    throw new Error('pgbouncer is not on PATH, and with CI=true nothing is skipped');
  if (!found)
    console.warn('SKIPPED: there is no pgbouncer, so nothing is tested behind it (apt-get install pgbouncer)');
  return found;
}

/**
 * PgBouncer in transaction mode, with fewer connections to the server than one process of ours opens to it: statements of a
 * session keep landing on other ones, so whatever needs a session of its own breaks.
 */
export async function startPgBouncer(url: string): Promise<Pooler> {
  const target = new URL(url);
  const [port, account, dir] = await Promise.all([
    lastingPort(),
    serverAccount(),
    mkdtemp(join(tmpdir(), 'hikeshi-pgbouncer-')),
  ]);
  const users = join(dir, 'users.txt');
  const config = join(dir, 'pgbouncer.ini');
  await writeFile(users, `"${target.username}" "${decodeURIComponent(target.password)}"\n`);
  await writeFile(
    config,
    `[databases]
* = host=${target.hostname} port=${target.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = ${POOL_SIZE}
max_client_conn = 200
auth_type = scram-sha-256
auth_file = ${users}
admin_users = ${target.username}
`,
  );
  if (account) for (const path of [dir, users, config]) await chown(path, account.uid, account.gid);
  await chmod(users, 0o600);
  const asUser = account ? ['-u', 'postgres'] : [];
  const running = start('pgbouncer', ['-q', ...asUser, config], ENV);
  const end = performance.now() + UP_WITHIN_MS;
  while (!(await listens(port))) {
    if (running.child.exitCode !== null || performance.now() > end)
      throw new Error(`pgbouncer did not start:\n${running.output()}`);
    await pause(20);
  }
  const through = (database: string): string => {
    const changed = new URL(url);
    changed.port = String(port);
    if (database !== '') changed.pathname = `/${database}`;
    return changed.href;
  };
  return {
    url: through(''),
    adminUrl: through('pgbouncer'),
    async close() {
      await running.stop('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const POOL_SIZE = 6;
const UP_WITHIN_MS = 10_000;

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
