import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { chown, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverAccount } from '../../../src/adapters/postgres/embedded/programs.ts';
import type { Scenario } from '../support/scenario.ts';
import { startStore } from '../support/store.ts';

/** PostgreSQL's disk is full: a file system of 32 MB in memory, which holds the database, and a file that takes the rest of it. */
export function fullDisk(): readonly Scenario[] {
  const filler = (mount: string): string => join(mount, 'filler');
  let mount = '';
  return [
    {
      fault: 'PostgreSQL: disk full',
      async options(site) {
        mount = await mkdtemp(join(tmpdir(), 'hikeshi-disk-'));
        mounted('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', mount]);
        const account = await serverAccount();
        if (account) await chown(mount, account.uid, account.gid);
        const store = await startStore();
        await store.root.query(`create tablespace small location '${mount}'`);
        return { ...site, store, tablespace: 'small', standing: [() => unmount(mount)] };
      },
      begin: () => fill(filler(mount)),
      end: () => rm(filler(mount)),
      lastsMs: 4_000,
    },
  ];
}

/** Whether file systems may be mounted here: by root only, and in few containers. */
export function mayMount(): boolean {
  const at = mkdtempSync(join(tmpdir(), 'hikeshi-mount-'));
  const may = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' }).status === 0;
  if (may) spawnSync('umount', [at], { stdio: 'ignore' });
  rmdirSync(at);
  return may;
}

async function unmount(mount: string): Promise<void> {
  mounted('umount', [mount]);
  await rm(mount, { recursive: true, force: true });
}

function mounted(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  const page = Buffer.alloc(8_192, 1);
  try {
    for (;;) await file.write(page);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
