import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { UserError } from '../../../domain/errors.ts';

/** Who holds a data directory. `birth` tells two processes with one number apart (a container's first process is always 1). */
interface Holder {
  readonly pid: number;
  readonly birth: string | undefined;
  readonly token: string;
}

export interface DirectoryLock {
  /** Gives the directory back. A lock that someone else took over meanwhile is left alone. */
  release(): Promise<void>;
}

/**
 * Makes a directory one process' own, by a file made with `link`, which is atomic. The lock of a dead process is taken over.
 * @throws UserError `data-dir-in-use` {dataDir, pid, remedy} while its holder lives.
 */
export async function lockDirectory(dataDir: string, path: string): Promise<DirectoryLock> {
  const mine = { pid: process.pid, birth: await birthOf(process.pid), token: randomUUID() };
  const draft = `${path}.${mine.token}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    while (!(await created(link(draft, path)))) await evictDead(dataDir, path);
  } finally {
    await rm(draft, { force: true });
  }
  return {
    async release() {
      const now = await holderOf(path);
      if (now?.token === mine.token) await rm(path, { force: true });
    },
  };
}

/** Removes the lock of a dead holder. By renaming, so that of two processes that see the same corpse one buries it. */
async function evictDead(dataDir: string, path: string): Promise<void> {
  const holder = await holderOf(path);
  if (holder && (await isAlive(holder))) {
    const remedy =
      `${dataDir} belongs to process ${holder.pid}, which is running, and an embedded database takes one process. ` +
      'Stop that one, set HIKESHI_DATA_DIR to another directory, or run several on DATABASE_URL and REDIS_URL.';
    throw new UserError('data-dir-in-use', { dataDir, pid: holder.pid, remedy });
  }
  const grave = `${path}.dead-${randomUUID()}`;
  if (!(await renamed(path, grave))) return;
  const buried = await holderOf(grave);
  if (buried?.token !== holder?.token) await created(link(grave, path));
  await rm(grave, { force: true });
}

async function holderOf(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    const { pid, birth, token } = JSON.parse(text) as Partial<Holder>;
    return pid !== undefined && token !== undefined ? { pid, birth, token } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  return isRunning(holder.pid) && (await birthOf(holder.pid)) === holder.birth;
}

/** Whether a process with this number exists; another user's counts too. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Boot id and start time in clock ticks, field 22 of proc(5); undefined where there is no /proc, then the number alone counts. */
async function birthOf(pid: number): Promise<string | undefined> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}/${afterName[19]}`;
  } catch {
    return undefined;
  }
}

async function created(linking: Promise<void>): Promise<boolean> {
  return linking.then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    },
  );
}

async function renamed(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
