import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Child {
  readonly pid: number;
  /** What it said last, for error messages. */
  said(): string;
  readonly running: boolean;
  /** Resolves with the first line of standard output that begins with `{`. */
  firstJson(withinMs: number): Promise<unknown>;
  /** Asks with `signal`, then kills; resolves when it has ended. */
  stop(signal?: NodeJS.Signals, withinMs?: number): Promise<void>;
}

export interface Children {
  start(file: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Child;
  /** The last started first. */
  stopAll(): Promise<void>;
  /** For an exit handler: asks without waiting, so that a program can stop what it has started itself. */
  askAll(): void;
}

const SAID_MAX = 4_000;

/** The processes of a run. Their environment is what they are given and nothing of the shell's but where programs are. */
export function openChildren(): Children {
  const started: { readonly child: Child; readonly process: ChildProcess }[] = [];
  return {
    start(file, args, env, cwd) {
      const process = spawn(file, args, { cwd, env: { ...bareEnvironment(), ...env }, stdio: 'pipe' });
      const child = follow(process, file);
      started.push({ child, process });
      return child;
    },
    async stopAll() {
      for (const { child } of started.toReversed()) await child.stop();
    },
    askAll() {
      for (const { child, process } of started) if (child.running) process.kill('SIGINT');
    },
  };
}

function bareEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}

function follow(process: ChildProcess, file: string): Child {
  let said = '';
  const note = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-SAID_MAX);
  };
  process.stdout?.on('data', note);
  process.stderr?.on('data', note);
  process.stdin?.on('error', () => undefined);
  let running = true;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      running = false;
      resolve();
    };
    process.once('exit', end);
    process.once('error', (error) => {
      said += error.message;
      end();
    });
  });
  const died = ended.then(() => {
    throw new Error(`${file} ended:\n${said}`);
  });
  died.catch(() => undefined);
  return {
    pid: process.pid ?? 0,
    said: () => said,
    get running() {
      return running;
    },
    async firstJson(withinMs) {
      const line = new Promise<unknown>((resolve) => {
        const lines = createInterface({ input: process.stdout! });
        lines.on('line', (text) => {
          if (text.startsWith('{')) resolve(JSON.parse(text) as unknown);
        });
      });
      return orTooLate(Promise.race([line, died]), withinMs, `${file} says nothing`);
    },
    async stop(signal = 'SIGTERM', withinMs = 8_000) {
      if (!running) return;
      process.kill(signal);
      const inTime = await Promise.race([ended.then(() => true), sleep(withinMs, false, { ref: false })]);
      if (!inTime) process.kill('SIGKILL');
      await ended;
    },
  };
}

/** @throws Error with `what` when `work` takes longer. */
async function orTooLate<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what} within ${ms} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
}
