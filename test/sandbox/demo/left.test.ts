import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clearLeft } from '../../../sandbox/demo/left.ts';
import { folderPrefix } from '../../../scripts/own-folder.mjs';

const KIND = 'hikeshi-demo';
const [, , , NAMESPACE] = folderPrefix(KIND).split('-');

it('of what lies in the temporary folder, only what a demo that is gone has left is removed', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'hikeshi-left-'));
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const others = [
    `${folderPrefix(KIND)}aB3xYz`,
    // A container's: who has its number here is somebody else.
    `hikeshi-demo-${dead}-1${NAMESPACE}-aB3xYz`,
    `hikeshi-demo-${dead}-aB3xYz`,
    'hikeshi-demo-notes',
    `hikeshi-demo-0-${NAMESPACE}-x`,
    `hikeshi-test-${dead}-${NAMESPACE}-x`,
  ];
  for (const name of [`hikeshi-demo-${dead}-${NAMESPACE}-aB3xYz`, ...others]) {
    const pgDir = join(parent, name, 'data-1', 'pg');
    mkdirSync(pgDir, { recursive: true });
    // Another one's number, and another folder: it must live on.
    writeFileSync(join(pgDir, 'postmaster.pid'), `${process.ppid}\n/elsewhere/pg\n0\n5432\n\n\n\nready   \n`);
  }
  await clearLeft(parent, KIND);
  expect(readdirSync(parent).sort()).toEqual(others.sort());
  expect(process.kill(process.ppid, 0)).toBe(true);
  rmSync(parent, { recursive: true });
});

it('a temporary folder that is not there holds nothing that was left', async () => {
  await expect(clearLeft(join(tmpdir(), 'hikeshi-is-not-there'), KIND)).resolves.toBeUndefined();
});
