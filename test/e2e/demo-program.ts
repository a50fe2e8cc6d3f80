import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** The demo as people start it; ended after each test. */

/** A folder for the demos' temporary files and the pictures, so that what is left over is seen. */
export const FOLDER = mkdtempSync(join(tmpdir(), 'hikeshi-demo-test-'));

const ENV = {
  PATH: process.env['PATH'],
  TMPDIR: FOLDER,
  DATABASE_URL: 'postgres://nobody@192.0.2.1/x',
  KUBECONFIG: '/nowhere',
};

export function run(...args: string[]): ChildProcess {
  return endedWithTest(
    spawn(process.execPath, ['scripts/demo.mjs', ...args], { env: ENV, stdio: ['pipe', 'pipe', 'pipe'] }),
  );
}

/** As npm does it. */
export function runByShell(...args: string[]): ChildProcess {
  const env = { ...ENV, npm_lifecycle_event: 'demo' };
  const command = `node scripts/run.mjs ${args.join(' ')}; exit $?`;
  return endedWithTest(spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'inherit'] }));
}

function endedWithTest(demo: ChildProcess): ChildProcess {
  onTestFinished(async () => {
    if (demo.exitCode !== null || demo.signalCode !== null) return;
    const exit = once(demo, 'exit');
    demo.kill('SIGTERM');
    await exit;
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
