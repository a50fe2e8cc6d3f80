import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../../src/adapters/postgres/embedded/lock.ts';
import { findRunning, stopServer } from '../../src/adapters/postgres/embedded/server.ts';

/** What a demo calls its temporary folders: whose they are is in their names. */
export function folderPrefix(): string {
  return `hikeshi-demo-${process.pid}-`;
}

const NAME = /^hikeshi-demo-(\d+)-\w+$/;

/** Ends the servers and removes the folders of demos that were killed. Those of a demo that runs, and all that is not a demo's, stay. */
export async function clearLeft(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (!(pid > 0) || isRunning(pid) || !(await isOwn(join(parent, name)))) continue;
    // One that cannot be removed must not keep a new one from starting.
    await clear(join(parent, name)).catch(() => undefined);
  }
}

async function isOwn(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pgDir = join(folder, name, 'pg');
    // A number may belong to another server by now: it is this folder's only where its own file says so.
    const [, dir] = (await readFile(join(pgDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    const server = dir === pgDir ? await findRunning(pgDir) : undefined;
    if (server) await stopServer(pgDir, server);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
