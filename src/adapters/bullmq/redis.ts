import { Queue, Worker } from 'bullmq';
import { UserError } from '../../domain/errors.ts';
import { type Backend, type Consumer, KEEP_EVENTS, LOCK_MS, type Process, RETRY_MS, type WakeData } from './backend.ts';
import { connectRedis, type RedisAddress, ready } from './connection.ts';

/** Braces keep all keys of the queue on one node of a cluster. */
const PREFIX = '{hikeshi}';
const HASH_TAG = /\{[^{}]+\}/;
/** How long a wake-up waits for a connection that is being made. */
const REACH_MS = 500;

/** @throws UserError `queue-prefix-without-hash-tag`: a cluster would refuse every command (CROSSSLOT), without end. */
export function redisBackend(name: string, address: RedisAddress, onError: (error: Error) => void): Backend {
  const prefix = address.kind === 'redis' ? PREFIX : address.prefix;
  if (!HASH_TAG.test(prefix)) {
    const remedy = `Put a part of it in braces, as in ${PREFIX}, so that a cluster keeps the queue's keys together.`;
    throw new UserError('queue-prefix-without-hash-tag', { prefix, remedy });
  }
  const asking = connectRedis(address, 'fail-fast');
  asking.client.on('error', onError);
  return {
    reachable: () => ready(asking.client, REACH_MS),
    async ping() {
      await ready(asking.client, REACH_MS);
      await asking.client.ping();
    },
    producer: () =>
      new Queue<WakeData, void, 'wake'>(name, {
        connection: asking.client,
        prefix,
        skipVersionCheck: true,
        skipWaitingForReady: true,
        streams: { events: { maxLen: KEEP_EVENTS } },
      }),
    consumer: (process, concurrency) => consumer(name, { address, prefix, concurrency, process }, onError),
    async close() {
      asking.cut();
    },
  };
}

interface ConsumerOptions {
  readonly address: RedisAddress;
  readonly prefix: string;
  readonly concurrency: number;
  readonly process: Process;
}

function consumer(name: string, options: ConsumerOptions, onError: (error: Error) => void): Consumer {
  const { address, prefix, concurrency, process } = options;
  const connection = connectRedis(address, 'patient');
  connection.client.on('error', onError);
  const worker = new Worker<WakeData, void, 'wake'>(name, process, {
    connection: connection.client,
    prefix,
    concurrency,
    autorun: false,
    lockDuration: LOCK_MS,
    runRetryDelay: RETRY_MS,
  });
  return {
    waitUntilReady: () => worker.waitUntilReady(),
    run: () => worker.run(),
    pause: (doNotWaitActive) => worker.pause(doNotWaitActive),
    close: (force) => worker.close(force),
    on: (event, listener) => worker.on(event, listener),
    async disconnect() {
      connection.cut();
    },
  };
}
