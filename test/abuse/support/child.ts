import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answered, Asked } from './messages.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../program.ts', import.meta.url));
const UP_WITHIN_MS = 60_000;

type Question = Asked extends infer A ? (A extends Asked ? Omit<A, 'id'> : never) : never;

/** The program's process. */
export interface Child {
  readonly port: number;
  /** What it has written to stdout and stderr so far. */
  output(): { readonly log: string; readonly errors: string };
  /** @throws Error with what was thrown there, or that it has ended */
  ask<T>(question: Question): Promise<T>;
  /** Undefined while it lives. */
  ended(): number | string | undefined;
  stop(): Promise<void>;
}

export async function startChild(env: NodeJS.ProcessEnv): Promise<Child> {
  const child = fork(PROGRAM, [], {
    cwd: ROOT,
    env,
    execArgv: ['--import', 'tsx', '--expose-gc'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const atExit = (): void => void child.kill('SIGKILL');
  process.once('exit', atExit);
  const written: { log: string[]; errors: string[] } = { log: [], errors: [] };
  child.stdout?.on('data', (chunk) => void written.log.push(String(chunk)));
  child.stderr?.on('data', (chunk) => void written.errors.push(String(chunk)));
  const output = () => ({ log: written.log.join(''), errors: written.errors.join('') });
  const waiting = new Map<number, (answered: Answered) => void>();
  const gone = once(child, 'exit');
  child.once('exit', () => {
    process.off('exit', atExit);
    const { log, errors } = output();
    for (const [id, done] of waiting) done({ id, thrown: `the program has ended:\n${errors}\n${log.slice(-2_000)}` });
  });
  child.on('message', (answered: Answered) => {
    waiting.get(answered.id)?.(answered);
    waiting.delete(answered.id);
  });
  const answerTo = async (id: number): Promise<unknown> => {
    const answered = await new Promise<Answered>((done) => waiting.set(id, done));
    if ('thrown' in answered) throw new Error(answered.thrown);
    return answered.value;
  };
  const late = setTimeout(() => child.kill('SIGKILL'), UP_WITHIN_MS);
  const { port } = (await answerTo(0)) as { readonly port: number };
  clearTimeout(late);
  let last = 0;
  return {
    port,
    output,
    async ask<T>(question: Question): Promise<T> {
      const id = ++last;
      const answer = answerTo(id);
      child.send({ ...question, id });
      return (await answer) as T;
    },
    ended: () => child.exitCode ?? child.signalCode ?? undefined,
    async stop() {
      if (child.connected) child.send({ id: ++last, ask: 'stop' });
      await gone;
    },
  };
}
