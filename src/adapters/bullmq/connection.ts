import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { QueueBackend } from './backend.ts';

export type RedisAddress = Exclude<QueueBackend, { kind: 'postgres' }>;

const CONNECT_MS = 1_000;
const COMMAND_MS = 1_000;
const RECONNECT_AT_MOST_MS = 1_000;

function reconnectAfter(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 10), RECONNECT_AT_MOST_MS);
}

/** For whoever waits for an answer: a Redis that is away fails the command at once, a silent one within a second. */
const FAIL_FAST: RedisOptions = { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: COMMAND_MS };
/** For workers and subscribers, which wait for Redis to come back; BullMQ refuses them any other way. */
const PATIENT: RedisOptions = { maxRetriesPerRequest: null };

/** What `connectRedis` opens; it knows the copies made of it, so that whoever closes it can close all. */
export interface RedisConnection {
  readonly client: Redis | Cluster;
  /** Closes it and its copies at once; nothing keeps the process after that. */
  cut(): void;
}

/**
 * Opens a connection that begins at once and reconnects for ever, at most a second apart. `rediss://` is TLS. A cluster takes
 * user, password and TLS from its first address.
 */
export function connectRedis(address: RedisAddress, manner: 'fail-fast' | 'patient'): RedisConnection {
  const client = open(address, manner);
  const copies: (Redis | Cluster)[] = [];
  noteCopies(client, (copy) => copies.push(copy));
  return {
    client,
    cut() {
      for (const each of [client, ...copies]) each.disconnect();
    },
  };
}

/** BullMQ copies a worker's connection for its blocking command, and cannot close the copy while Redis is away. */
function noteCopies(client: Redis | Cluster, note: (copy: Redis | Cluster) => void): void {
  const duplicate: (...args: never[]) => Redis | Cluster = client.duplicate;
  const value = (...args: never[]) => {
    const copy = duplicate.apply(client, args);
    note(copy);
    return copy;
  };
  Object.defineProperty(client, 'duplicate', { value, configurable: true, writable: true });
}

function open(address: RedisAddress, manner: 'fail-fast' | 'patient'): Redis | Cluster {
  const options: RedisOptions = {
    ...(manner === 'fail-fast' ? FAIL_FAST : PATIENT),
    connectTimeout: CONNECT_MS,
    disconnectTimeout: CONNECT_MS,
    keepAlive: 10_000,
    retryStrategy: reconnectAfter,
  };
  if (address.kind === 'redis') return new Redis(address.url, options);
  const nodes = address.urls.map((url) => new URL(url));
  return new Cluster(
    nodes.map((node) => ({ host: node.hostname, port: Number(node.port || 6379) })),
    clusterOptions(nodes[0], options, manner),
  );
}

function clusterOptions(first: URL | undefined, options: RedisOptions, manner: string): ClusterOptions {
  const { maxRetriesPerRequest, enableOfflineQueue, retryStrategy: _each, ...shared } = options;
  return {
    clusterRetryStrategy: reconnectAfter,
    enableOfflineQueue: manner === 'patient' || enableOfflineQueue,
    redisOptions: {
      ...shared,
      maxRetriesPerRequest,
      ...(first?.username && { username: decodeURIComponent(first.username) }),
      ...(first?.password && { password: decodeURIComponent(first.password) }),
      ...(first?.protocol === 'rediss:' && { tls: {} }),
    },
  };
}

/** Resolves when commands can be sent; a connection that is still being made is waited for as long as making one may take. */
export function ready(client: Redis | Cluster, withinMs: number): Promise<void> {
  if (client.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      clearTimeout(timer);
      client.off('ready', settle);
      if (error) reject(error);
      else resolve();
    };
    const timer = setTimeout(() => settle(new Error('Redis does not answer')), withinMs);
    client.setMaxListeners(0);
    client.once('ready', settle);
  });
}
