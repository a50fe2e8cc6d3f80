import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach } from 'vitest';

/** The demo as people start it; ended after each test. */

/** A folder for the demos' temporary files and the pictures, so that what is left over is seen. */
export const FOLDER = mkdtempSync(join(tmpdir(), 'hikeshi-demo-test-'));

let demo: ChildProcess | undefined;

const ENV = {
  PATH: process.env['PATH'],
  TMPDIR: FOLDER,
  DATABASE_URL: 'postgres://nobody@192.0.2.1/x',
  KUBECONFIG: '/nowhere',
};

export function run(...args: string[]): ChildProcess {
  demo = spawn(process.execPath, ['scripts/demo.mjs', ...args], { env: ENV, stdio: ['pipe', 'pipe', 'pipe'] });
  return demo;
}

/** As npm does it. */
export function runByShell(...args: string[]): ChildProcess {
  const env = { ...ENV, npm_lifecycle_event: 'demo' };
  demo = spawn('sh', ['-c', `node scripts/run.mjs ${args.join(' ')}; exit $?`], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return demo;
}

/** What it printed, and how it ended. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const [out, err, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, out, err };
}

export async function addressOf(child: ChildProcess): Promise<string> {
  let out = '';
  for await (const part of child.stdout!.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    out += String(part);
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0];
    if (found) return found;
  }
  throw new Error(`no address in: ${out}`);
}

afterEach(async () => {
  if (demo?.exitCode === null && demo.signalCode === null) {
    const exit = once(demo, 'exit');
    demo.kill('SIGTERM');
    await exit;
  }
  demo = undefined;
});
