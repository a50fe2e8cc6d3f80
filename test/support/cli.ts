import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT_MS = 25_000;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The bundle as people start it, built for this test, with a config of its own and nothing of the shell's environment. */
export interface Cli {
  /** @param more variables for this run, over those of all; an empty one is as good as none */
  run(args: readonly string[], input?: string, more?: Readonly<Record<string, string>>): Promise<Ended>;
  /** The same, where whoever reads what it prints has gone. */
  runUnread(args: readonly string[]): Promise<Pick<Ended, 'code' | 'stderr'>>;
  close(): Promise<void>;
}

export async function openCli(config: string, env: Readonly<Record<string, string>> = {}): Promise<Cli> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-cli-'));
  const file = join(dir, 'hikeshi.yaml');
  await writeFile(file, config);
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.mjs'), dir]);
  const options = { env: { PATH: process.env['PATH'], HIKESHI_CONFIG: file, ...env }, cwd: ROOT, timeout: LIMIT_MS };
  return {
    run: (args, input = '', more = {}) =>
      new Promise((resolve) => {
        const child = execFile(
          process.execPath,
          [join(dir, 'hikeshi.js'), ...args],
          { ...options, env: { ...options.env, ...more } },
          (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
        );
        child.stdin?.end(input);
      }),
    runUnread: (args) =>
      new Promise((resolve) => {
        const child = execFile(process.execPath, [join(dir, 'hikeshi.js'), ...args], options, (error, _, stderr) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, stderr }),
        );
        child.stdout?.destroy();
      }),
    close: () => rm(dir, { recursive: true, force: true }),
  };
}
