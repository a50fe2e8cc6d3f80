import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Running, start } from '../../e2e/programs.ts';
import { soon } from './waits.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUNDLE = join(ROOT, 'dist', 'hikeshi.js');
const UP_WITHIN_MS = 60_000;
const RUN_WITHIN_MS = 60_000;

/** The bundled program (or another version's), up: it says so itself. @throws Error with what it wrote */
export async function serve(args: readonly string[], env: NodeJS.ProcessEnv, bundle = BUNDLE): Promise<Running> {
  const running = start(process.execPath, [bundle, 'serve', ...args], env);
  const isUp = new Promise<boolean>((resolve) => {
    running.child.stdout?.on('data', () => running.output().includes('hikeshi is up') && resolve(true));
    void running.ended.then(() => resolve(false));
  });
  try {
    if (await soon(isUp, 'the program is up', UP_WITHIN_MS)) return running;
  } catch (error) {
    await running.stop('SIGKILL');
    throw error;
  }
  throw new Error(`it did not start:\n${running.output()}`);
}

/** Runs one of its other commands to the end. @throws Error with what it wrote */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const running = start(process.execPath, [BUNDLE, ...args], env);
  const code = await soon(running.ended, `hikeshi ${args.join(' ')}`, RUN_WITHIN_MS);
  if (code !== 0) throw new Error(`hikeshi ${args.join(' ')} ended with ${code}:\n${running.output()}`);
}
