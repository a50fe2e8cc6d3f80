import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedis, type TestRedis } from './redis.ts';

export interface TestCluster {
  /** The nodes' addresses with commas between, as `REDIS_URL` takes them. */
  readonly url: string;
  readonly nodes: readonly TestRedis[];
  /** The node that keeps the keys with this hash tag. */
  ownerOf(tag: string): Promise<TestRedis>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const SHARE = Math.ceil(SLOTS / 3);
const WHOLE_WITHIN_MS = 20_000;

/** Three masters without replicas on loopback, each with a third of the slots; a node that is restarted finds the others again. */
export async function startRedisCluster(): Promise<TestCluster> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-redis-cluster-'));
  const flags = (i: number): readonly string[] =>
    ['--cluster-enabled yes --cluster-node-timeout 1000 --cluster-announce-ip 127.0.0.1'.split(' '), '--dir', dir]
      .flat()
      .concat('--cluster-config-file', join(dir, `nodes-${i}.conf`));
  const nodes = await Promise.all([0, 1, 2].map((i) => startRedis(flags(i))));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(dir, { recursive: true, force: true });
  };
  try {
    for (const [i, node] of nodes.entries()) await asked(node, (redis) => introduce(redis, i, nodes));
    for (const node of nodes) await asked(node, untilWhole);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: nodes.map((node) => node.url).join(','),
    nodes,
    async ownerOf(tag) {
      const slot = await asked(nodes[0]!, (redis) => redis.cluster('KEYSLOT', tag));
      return nodes[Math.floor(slot / SHARE)]!;
    },
    stop,
  };
}

async function introduce(redis: Redis, i: number, nodes: readonly TestRedis[]): Promise<void> {
  await redis.cluster('SET-CONFIG-EPOCH', i + 1);
  await redis.cluster('ADDSLOTSRANGE', i * SHARE, Math.min(SLOTS, (i + 1) * SHARE) - 1);
  for (const { url } of nodes.slice(0, i)) await redis.cluster('MEET', '127.0.0.1', new URL(url).port);
}

async function untilWhole(redis: Redis): Promise<void> {
  const until = performance.now() + WHOLE_WITHIN_MS;
  while (!(await redis.cluster('INFO')).includes('cluster_state:ok')) {
    if (performance.now() > until) throw new Error(`the cluster is not whole:\n${await redis.cluster('INFO')}`);
    await pause(20);
  }
}

/** @throws Error when the node does not answer. */
export async function asked<T>({ url }: TestRedis, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
