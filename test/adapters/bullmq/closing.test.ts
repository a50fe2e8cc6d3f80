import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import type { QueueBackend } from '../../../src/adapters/bullmq/backend.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';

const CHILD = new URL('closing.child.ts', import.meta.url).pathname;

/** Starts a process that works and closes; what it says comes line by line. */
function begin(backend: QueueBackend): { child: ChildProcess; lines: Interface } {
  const args = ['--import', 'tsx', CHILD, JSON.stringify(backend)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return { child, lines: createInterface(child.stdout) };
}

async function worksThenEnds(backend: QueueBackend, beforeClose: () => Promise<void> = async () => undefined) {
  const { child, lines } = begin(backend);
  try {
    expect(await once(lines, 'line')).toEqual(['worked']);
    await beforeClose();
    // A Redis that has gone leaves BullMQ's watchdog over its blocking command, a timer of some 6 s.
    const exit = once(child, 'exit', { signal: AbortSignal.timeout(15_000) });
    child.stdin?.write('close\n');
    expect(await once(lines, 'line')).toEqual(['closed']);
    expect(await exit).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
}

describe('close leaves nothing that keeps the process', () => {
  test('on PostgreSQL', async () => {
    const { appUrl: url, ownerUrl: migrateUrl, drop } = await freshDatabase();
    await worksThenEnds({ kind: 'postgres', url, migrateUrl });
    await drop();
  });

  test('on PostgreSQL that has gone', async () => {
    const { appUrl: url, ownerUrl: migrateUrl, drop } = await freshDatabase();
    await worksThenEnds({ kind: 'postgres', url, migrateUrl }, drop);
  });

  test.skipIf(!hasRedis())('on Redis, there or gone', async () => {
    const redis = await startRedis();
    await worksThenEnds({ kind: 'redis', url: redis.url });
    await worksThenEnds({ kind: 'redis', url: redis.url }, redis.kill);
  });
});
