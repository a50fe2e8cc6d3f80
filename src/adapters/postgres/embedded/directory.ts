import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../../domain/errors.ts';

/**
 * Makes a directory and what lies above it, and sees that it can be written to. Step by step, because Node's own recursive
 * way never ends below /proc. Answers what it made, the deepest first.
 * @throws UserError `data-dir-unusable` {dataDir, why, remedy}
 */
export async function makeDataDir(dataDir: string): Promise<readonly string[]> {
  const path = resolve(dataDir);
  try {
    const made = await make(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return made;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = `${path} can't hold the database: ${why}. Set HIKESHI_DATA_DIR to a directory that may be written to.`;
    throw new UserError('data-dir-unusable', { dataDir: path, why, remedy });
  }
}

async function make(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return [];
  if (found) throw new Error(`${path} is a file`);
  const above = dirname(path) === path ? [] : await make(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return [path, ...above];
}
