import { access, mkdtemp, rm, statfs } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findRunning, freePort, stopServer } from '../../src/adapters/postgres/embedded/server.ts';
import { type Children, openChildren } from './children.ts';
import { clockFrom, clockOffset, type Now } from './clock.ts';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What every measure of a run shares. */
export interface Run {
  readonly children: Children;
  readonly now: Now;
  readonly clockOffset: number;
  /** On a real disk where there is one: in memory a commit costs nothing. */
  readonly dir: string;
  readonly inMemory: boolean;
  /** How many programs wanted a core before the run began. */
  readonly loadBefore: number;
  /** As many as the design's target has; a tenth of them in a small run. */
  count(whole: number): number;
  /** A new directory for a program with the embedded database. */
  dataDir(name: string): string;
  port(): Promise<number>;
  say(line: string): void;
  /** Ends every process of the run and removes its files. Repeatable. */
  close(): Promise<void>;
}

const TMPFS = 0x01021994;

export async function openRun({ small }: { readonly small: boolean }): Promise<Run> {
  const places = await Promise.all(
    [tmpdir(), '/var/tmp'].map(async (path) => ({ path, inMemory: await isInMemory(path) })),
  );
  const place = places.find((p) => p.inMemory === false) ?? { path: tmpdir(), inMemory: true };
  const dir = await mkdtemp(join(place.path, 'hikeshi-bench-'));
  const loadBefore = loadavg()[0] ?? 0;
  const children = openChildren();
  const offset = clockOffset();
  const dataDirs: string[] = [];
  process.once('exit', () => children.askAll());
  return {
    children,
    now: clockFrom(offset),
    clockOffset: offset,
    dir,
    inMemory: place.inMemory === true,
    loadBefore,
    count: (whole) => (small ? Math.ceil(whole / 10) : whole),
    dataDir(name) {
      const path = join(dir, name);
      dataDirs.push(path);
      return path;
    },
    port: freePort,
    say: (line) => console.error(line),
    async close() {
      await children.stopAll();
      for (const path of dataDirs) await stopLeftServer(join(path, 'pg'));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A program that had to be killed leaves its database server behind. */
async function stopLeftServer(pgDir: string): Promise<void> {
  const left = await findRunning(pgDir);
  if (left) await stopServer(pgDir, left);
}

async function isInMemory(path: string): Promise<boolean | undefined> {
  try {
    await access(path);
    return (await statfs(path)).type === TMPFS;
  } catch {
    return undefined;
  }
}
