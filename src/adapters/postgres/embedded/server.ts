import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning } from './lock.ts';
import { type Account, invocation, type Programs } from './programs.ts';

const LOOK_EVERY_MS = 15;
/** Crash recovery of a small database takes a second or two; a minute is for slow disks. */
const READY_WITHIN_MS = 60_000;
const START_ATTEMPTS = 20;
const MAX_LOG_BYTES = 4 * 1024 * 1024;
/** Passing faults: a port taken since we looked, and children of a killed server that still hold its shared memory. */
const WORTH_ANOTHER_TRY = /could not create any TCP\/IP sockets|shared memory block .* is still in use/;

export interface ServerFiles {
  readonly programs: Programs;
  readonly account: Account | undefined;
  /** PostgreSQL's own data directory. */
  readonly pgDir: string;
  readonly logFile: string;
  /** Server settings, each passed as `-c name=value`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A running server process, ours or adopted. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * Starts the server on loopback and waits until it takes connections. It runs in a session of its own, so that Ctrl-C reaches
 * us first and we stop it last.
 * @throws Error with the end of the server's log when it does not come up.
 */
export async function startServer(files: ServerFiles, preferredPort: number | undefined): Promise<Postmaster> {
  let port = preferredPort ?? (await freePort());
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryStart(files, port);
    if ('pid' in outcome) return outcome;
    if (attempt === START_ATTEMPTS || !WORTH_ANOTHER_TRY.test(outcome.failure)) {
      throw new Error(`The embedded PostgreSQL did not start:\n${outcome.failure}`);
    }
    await pause(attempt * LOOK_EVERY_MS);
    if (outcome.failure.includes('TCP/IP')) port = await freePort();
  }
}

async function tryStart(files: ServerFiles, port: number): Promise<Postmaster | { failure: string }> {
  const log = await open(files.logFile, (await sizeOf(files.logFile)) > MAX_LOG_BYTES ? 'w' : 'a');
  const logStart = (await log.stat()).size;
  try {
    const child = await launch(files, port, log.fd);
    const ready = await waitUntilReady(files.pgDir, child);
    if (ready) return { pid: child.pid ?? 0, port };
    child.kill('SIGKILL');
    const text = await readFile(files.logFile, 'utf8');
    return { failure: text.slice(logStart).slice(-2_000) };
  } finally {
    await log.close();
  }
}

async function launch(files: ServerFiles, port: number, logFd: number): Promise<ChildProcess> {
  const settings = Object.entries({ ...files.settings, port: String(port) });
  const args = ['-D', files.pgDir, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const { file, args: full, options } = await invocation(files.programs.postgres, args, files.account, files.pgDir);
  const child = spawn(file, full, { ...options, detached: true, stdio: ['ignore', logFd, logFd] });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  return child;
}

async function waitUntilReady(pgDir: string, child: ChildProcess): Promise<boolean> {
  const end = performance.now() + READY_WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null && performance.now() < end) {
    const state = await readPidFile(pgDir);
    if (state?.pid === child.pid && state?.ready) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
}

/** What `postmaster.pid` says: pid, directory, start time, port, socket directory, address, shared memory, status; a line each. */
export async function readPidFile(pgDir: string): Promise<(Postmaster & { ready: boolean }) | undefined> {
  const lines = (await readFile(`${pgDir}/postmaster.pid`, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0)) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** Whether the server with this number still runs here; without waiting, for an exit handler. */
export function ownsPidFile(pgDir: string, pid: number): boolean {
  try {
    return readFileSync(`${pgDir}/postmaster.pid`, 'utf8').startsWith(`${pid}\n`);
  } catch {
    return false;
  }
}

/**
 * A server left running in this directory by a killed parent. A pid file whose number now belongs to something else is
 * removed, because PostgreSQL would take it for a running server and refuse to start.
 */
export async function findRunning(pgDir: string): Promise<Postmaster | undefined> {
  const state = await readPidFile(pgDir);
  if (!state || !isRunning(state.pid)) return undefined;
  if (!(await isPostgres(state.pid))) {
    await rm(`${pgDir}/postmaster.pid`, { force: true });
    return undefined;
  }
  const end = performance.now() + READY_WITHIN_MS;
  while (isRunning(state.pid) && performance.now() < end) {
    const now = await readPidFile(pgDir);
    if (!now || now.ready) return now;
    await pause(LOOK_EVERY_MS);
  }
  return undefined;
}

async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name.trim() === 'postgres';
}

/**
 * Asks for a fast shutdown (sessions are ended, data is written), then an immediate one, then kills: 8 s at most.
 * Whether it ended is read from its pid file too, because a dead child of another parent may linger as a zombie.
 */
export async function stopServer(pgDir: string, { pid }: Postmaster): Promise<void> {
  for (const [signal, withinMs] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 1_000],
  ] as const) {
    if (!signalled(pid, signal)) return;
    const end = performance.now() + withinMs;
    while (performance.now() < end) {
      if (!isRunning(pid) || (await readPidFile(pgDir))?.pid !== pid) return;
      await pause(LOOK_EVERY_MS);
    }
  }
}

export function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
