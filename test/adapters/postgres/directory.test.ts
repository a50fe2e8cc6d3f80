import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDataDir } from '../../../src/adapters/postgres/embedded/directory.ts';
import { lookAtDataDir } from '../../../src/app/check-here.ts';
import { sentences } from '../../../src/messages/catalog.ts';
import { fullEnv, loaded } from '../../config/support.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hikeshi-directory-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('what is missing is made, and what is there stays', async () => {
  const path = join(dir, 'a', 'b');
  expect(await makeDataDir(path)).toEqual([path, join(dir, 'a')]);
  expect(await makeDataDir(path)).toEqual([]);
});

test('where nothing can be made, and a file, are refused with a remedy', async () => {
  const remedy = expect.stringContaining('Set HIKESHI_DATA_DIR to a directory');
  const refused = { code: 'data-dir-unusable', params: { remedy } };
  await expect(makeDataDir('/proc/hikeshi/data')).rejects.toMatchObject(refused);
  await writeFile(join(dir, 'file'), '');
  await expect(makeDataDir(join(dir, 'file'))).rejects.toMatchObject(refused);
  await expect(makeDataDir(join(dir, 'file', 'below'))).rejects.toMatchObject(refused);
});

test('check tries it, and leaves nothing behind', async () => {
  const look = (dataDir: string) => {
    const { DATABASE_URL: _, REDIS_URL: __, ...env } = fullEnv;
    const given = { embedded: true, env: { ...env, HIKESHI_DATA_DIR: dataDir } };
    return lookAtDataDir(loaded('slack: {channel: a, oncall: here}', given), sentences('en').found);
  };
  expect(await look(join(dir, 'a', 'b'))).toMatchObject({ ok: true });
  expect(await readdir(dir)).toEqual([]);
  await mkdir(join(dir, 'kept'));
  await look(join(dir, 'kept'));
  expect(await readdir(dir)).toEqual(['kept']);
  expect(await look('/proc/hikeshi')).toMatchObject({ ok: false, remedy: expect.stringContaining('HIKESHI_DATA_DIR') });
});
