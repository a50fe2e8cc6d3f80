import { chmod, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { folderPrefix } from '../../scripts/own-folder.mjs';
import { makeDataDir } from '../../src/adapters/postgres/embedded/directory.ts';
import { clearLeft } from './left.ts';

/** As the runner calls its own. */
const KIND = 'hikeshi-demo';

/** Of the n-th world's database in a demo's folder: what is kept is always the same. */
export function dataDirOf(folder: string, kept: boolean, n: number): string {
  return join(folder, kept ? 'data' : `data-${n}`);
}

/**
 * Where a demo keeps config, database and log. What killed demos left in temporary folders goes first.
 * @param keep absent: a temporary folder
 * @throws Error, UserError `data-dir-unusable` for one that is not to be used
 */
export async function openFolder(keep: string | undefined): Promise<string> {
  if (keep !== undefined) {
    await makeDataDir(keep);
    await claim(resolve(keep));
    return resolve(keep);
  }
  await clearLeft(tmpdir(), KIND);
  const folder = await mkdtemp(join(tmpdir(), folderPrefix(KIND)));
  // As root, PostgreSQL runs as somebody else, who has to get at its own folder inside.
  await chmod(folder, 0o711);
  return folder;
}

/** Tells a folder of ours, in which everything may be replaced, from any other. */
const MARK = 'hikeshi-demo.txt';

/** @throws Error for a folder in which somebody keeps other things */
async function claim(folder: string): Promise<void> {
  const there = await readdir(folder);
  if (there.length > 0 && !there.includes(MARK))
    throw new Error(
      `${folder} is not empty and no demo has made it: say a new folder with --keep. Nothing in it was touched.`,
    );
  await writeFile(
    join(folder, MARK),
    'The demo of Hikeshi keeps its data here, and replaces what is beside this file.\n',
  );
}
