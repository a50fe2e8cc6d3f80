import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makerOf } from '../../scripts/own-folder.mjs';
import { isRunning } from '../../src/adapters/postgres/embedded/lock.ts';
import { findRunning, stopServer } from '../../src/adapters/postgres/embedded/server.ts';

/**
 * Ends the servers and removes the folders of this kind whose makers were killed. Those of one that runs, those of a container or machine
 * that shares the parent, and all that is of no such kind, stay.
 */
export async function clearLeft(parent: string, kind: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = makerOf(kind, name);
    if (pid === undefined || isRunning(pid) || !(await isOwn(join(parent, name)))) continue;
    // One that cannot be removed must not keep a new one from starting.
    await clear(join(parent, name)).catch(() => undefined);
  }
}

async function isOwn(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

async function clear(folder: string): Promise<void> {
  for (const dataDir of [folder, ...(await readdir(folder)).map((name) => join(folder, name))]) {
    const pgDir = join(dataDir, 'pg');
    // A number may belong to another server by now: it is this folder's only where its own file says so.
    const [, dir] = (await readFile(join(pgDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    const server = dir === pgDir ? await findRunning(pgDir) : undefined;
    if (server) await stopServer(pgDir, server);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
