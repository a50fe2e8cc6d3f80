import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createQueue } from '../../../src/adapters/bullmq/queue.ts';
import { createSignal } from '../../../src/adapters/bullmq/signal.ts';
import { readPidFile } from '../../../src/adapters/postgres/embedded/server.ts';
import { startEmbedded } from '../../../src/adapters/postgres/embedded.ts';
import type { Queue } from '../../../src/ports/queue.ts';
import { deferred, type QueueStore, queueContract, silent } from '../../contracts/queue.ts';
import { startProxy } from '../../support/postgres.proxy.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { roomyDir } from '../../support/roomy-dir.ts';

async function onRedis(): Promise<QueueStore> {
  const redis = await startRedis();
  return { ...redis, open: (name) => createQueue({ backend: { kind: 'redis', url: redis.url }, name, log: silent }) };
}

/** A server of its own, because it is killed. */
async function onPostgres(): Promise<QueueStore & { readonly url: string; readonly migrateUrl: string }> {
  const dataDir = await mkdtemp(join(roomyDir(), 'hikeshi-queue-'));
  const start = () => startEmbedded({ dataDir, fsync: false, log: silent });
  let server = await start();
  const { appUrl: url, ownerUrl: migrateUrl } = server;
  return {
    url,
    migrateUrl,
    open: (name) => createQueue({ backend: { kind: 'postgres', url, migrateUrl }, name, log: silent }),
    async kill() {
      const pid = (await readPidFile(join(dataDir, 'pg')))?.pid ?? 0;
      for (const each of [pid, ...(await childrenOf(pid))]) process.kill(each, 'SIGKILL');
      await refused(url);
    },
    async restart() {
      await server.stop();
      server = await start();
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Sessions outlive their killed server for a moment, and would take one wake-up more. */
async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(pid)]);
  return stdout.trim().split(/\s+/).map(Number);
}

async function refused(url: string): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined);
    const error = await client.connect().catch((caught: unknown) => caught);
    await client.end().catch(() => undefined);
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return;
  }
}

queueContract('PostgreSQL', onPostgres);

describe.skipIf(!hasRedis())('with redis-server', () => {
  queueContract('Redis', onRedis);
});

describe('PostgreSQL that ends a session', () => {
  async function behindProxy() {
    const store = await onPostgres();
    onTestFinished(() => store.stop());
    const proxy = await startProxy(store.url);
    onTestFinished(() => proxy.close());
    const backend = { kind: 'postgres', url: proxy.url, migrateUrl: store.migrateUrl } as const;
    const open = () => createQueue({ backend, name: 'jobs', log: silent });
    return { proxy, open };
  }

  async function works(queue: Queue): Promise<void> {
    const { promise: worked, resolve } = deferred();
    await queue.work(async () => resolve(), { concurrency: 1 });
    await vi.waitFor(() => queue.wake('2'), { timeout: 10_000 });
    await worked;
  }

  test('between two statements does not end the process, and the next wake-up is taken', async () => {
    const { proxy, open } = await behindProxy();
    const queue = open();
    onTestFinished(() => queue.close());
    proxy.endAfter('MAX(version)');
    await queue.wake('1').catch(() => undefined);
    await works(queue);
  });

  test('as it is made, be it the first or the one that listens, does not end the process', async () => {
    const { proxy, open } = await behindProxy();
    for (const sparing of [0, 1, 2, 3]) {
      const queue = open();
      proxy.endAfter('hikeshi-queue', sparing);
      await works(queue);
      await queue.close();
    }
  });

  test('that says goodbye does not end the process', async () => {
    const { proxy, open } = await behindProxy();
    const queue = open();
    await works(queue);
    proxy.endAtGoodbye();
    await queue.close();
  });
});

describe('rights on its tables in PostgreSQL', () => {
  test('are given where one is missing, and written at no other start', async () => {
    const store = await onPostgres();
    onTestFinished(() => store.stop());
    const owner = new pg.Client({ connectionString: store.migrateUrl });
    await owner.connect();
    onTestFinished(() => owner.end());
    const start = async (): Promise<string> => {
      const queue = store.open('jobs');
      onTestFinished(() => queue.close());
      await queue.wake('1');
      // Each row's version: of tables and sequences, then of functions.
      const { rows } = await owner.query<{ versions: string }>(`
        select concat((select string_agg(xmin::text, ' ' order by oid) from pg_class where relnamespace = n.oid), ';',
          (select string_agg(xmin::text, ' ' order by oid) from pg_proc where pronamespace = n.oid)) as versions
        from pg_namespace n where nspname = 'bullmq'`);
      return rows[0]!.versions;
    };
    const first = await start();
    expect(first).toMatch(/\d;\d/);
    expect(await start()).toBe(first);
    const app = pg.escapeIdentifier(decodeURIComponent(new URL(store.url).username));
    for (const lost of [
      `revoke update on bullmq.job from ${app}`,
      `revoke usage on schema bullmq from ${app}`,
      `revoke usage on all sequences in schema bullmq from ${app}`,
      `revoke execute on all functions in schema bullmq from public, ${app}`,
    ]) {
      await owner.query(lost);
      expect(await start()).not.toBe(first);
    }
  });
});

describe('a cluster', () => {
  test.skipIf(!hasRedis())('carries wake-ups and signals', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'hikeshi-redis-node-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const redis = await startRedis(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--dir', dir]);
    const node = new Redis(redis.url);
    onTestFinished(async () => {
      node.disconnect();
      await redis.stop();
    });
    await node.cluster('ADDSLOTSRANGE', 0, 16_383);
    while (!(await node.cluster('INFO')).includes('cluster_state:ok')) await new Promise(setImmediate);
    const backend = { kind: 'redis-cluster', urls: [redis.url], prefix: '{test}' } as const;
    const queue = createQueue({ backend, name: 'jobs', log: silent });
    const signal = createSignal({ ...backend, log: silent });
    const { promise: worked, resolve } = deferred();
    await queue.work(async () => resolve(), { concurrency: 2 });
    await queue.wake('1');
    await worked;
    expect(await node.keys('*')).toContain('{test}:jobs:meta');
    expect(await queue.healthy()).toBe(true);
    const other = createSignal({ ...backend, log: silent });
    const { promise: heard, resolve: hear } = deferred();
    other.subscribe('outbox', hear);
    const again = setInterval(() => signal.publish('outbox'), 10);
    await heard;
    clearInterval(again);
    await Promise.all([queue.close(), signal.close(), other.close()]);
  });

  test.each(['hikeshi', '{}', 'a}b{'])('refuses the prefix %s, whose keys would lie on several nodes', (prefix) => {
    const backend = { kind: 'redis-cluster', urls: ['redis://127.0.0.1:1'], prefix } as const;
    expect(() => createQueue({ backend, name: 'jobs', log: silent })).toThrow(/queue-prefix-without-hash-tag/);
  });
});
