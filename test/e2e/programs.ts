import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** The first of these programs that is on PATH. Where none is, suites skip aloud; with CI=true that is an error. */
export function findProgram(names: readonly string[], debian: string): string | undefined {
  const found = names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
  if (found) return found;
  const why = `${names.join(' or ')} is not on PATH (apt-get install ${debian})`;
  if (process.env['CI'] === 'true') throw new Error(`${why}, and with CI=true nothing is skipped`);
  console.warn(`SKIPPED: ${why}`);
  return undefined;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has written so far, both streams in the order they came. */
  readonly output: () => string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Starts a program that stays; it is killed with this process at the latest. */
export function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Running {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const atExit = (): void => void child.kill('SIGKILL');
  process.once('exit', atExit);
  const ended = once(child, 'close').then(([code, signal]): number | NodeJS.Signals => {
    process.off('exit', atExit);
    return (code as number | null) ?? (signal as NodeJS.Signals);
  });
  return {
    child,
    output: () => output,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

const LOOK_EVERY_MS = 50;

/** Asks until it answers 2xx, for programs that do not say when they are up. @throws Error with `output` when it never does */
export async function untilAnswers(url: string, running: Running, withinMs = 30_000): Promise<void> {
  const until = performance.now() + withinMs;
  while (performance.now() < until && running.child.exitCode === null) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`${url} did not answer; its program wrote:\n${running.output().slice(-4_000)}`);
}
