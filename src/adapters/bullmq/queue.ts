import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { Logger } from 'pino';
import { RetryableError } from '../../domain/errors.ts';
import type { Queue, WakeOptions } from '../../ports/queue.ts';
import type { Backend, Producer, QueueBackend } from './backend.ts';
import { throttledWarn, within } from './limit.ts';
import { postgresBackend } from './postgres.ts';
import { redisBackend } from './redis.ts';
import { startWorkers } from './workers.ts';

export interface QueueOptions {
  readonly backend: QueueBackend;
  /** Of the queue; processes with one name share their wake-ups. No colons. */
  readonly name: string;
  readonly log: Logger;
}

const WAKE_WITHIN_MS = 1_000;
const FIRST_WAKE_WITHIN_MS = 10_000;
const HEALTHY_WITHIN_MS = 1_000;
const CLOSE_WITHIN_MS = 2_000;
const STOP_WORKERS_WITHIN_MS = 1_000;
const DEFAULT_PRIORITY = 10;

/**
 * Wake-ups over BullMQ. Each gets an id of its own, so one that arrives while its job's handler runs is never taken for a repeat;
 * a random one, because BullMQ's numbers would need the app role to create a sequence on PostgreSQL. Nothing is kept of those that are done. Three attempts, because on PostgreSQL a deadlock can fail a wake-up whose
 * handler has succeeded; handlers bear being called again.
 * @throws UserError `queue-prefix-without-hash-tag`.
 */
export function createQueue(options: QueueOptions): Queue {
  const warn = throttledWarn(options.log);
  const backend = openBackend(options, (error) => warn(error, 'queue connection'));
  const producer = lazyProducer(backend, (error) => warn(error, 'queue'));
  const workers = new Set<ReturnType<typeof startWorkers>>();

  async function wake(jobId: string, wakeOptions: WakeOptions = {}): Promise<void> {
    try {
      const queue = await producer.get();
      await within(WAKE_WITHIN_MS, 'waking', queue.add('wake', { v: 1, jobId }, jobsOptions(wakeOptions)));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new RetryableError('queue', `The queue did not take the wake-up: ${why}`, { cause });
    }
  }

  return {
    wake,
    async work(handler, { concurrency }) {
      const handOver = (jobId: string) => wake(jobId);
      const started = startWorkers({ backend, handler, concurrency, log: options.log, handOver });
      workers.add(started);
      return started;
    },
    healthy: () =>
      within(HEALTHY_WITHIN_MS, 'asking the queue', backend.ping()).then(
        () => true,
        () => false,
      ),
    async close() {
      await Promise.all([...workers].map((started) => started.stop(STOP_WORKERS_WITHIN_MS)));
      await within(CLOSE_WITHIN_MS, 'closing the queue', producer.close()).catch(() => undefined);
      await backend.close();
    },
  };
}

function openBackend({ backend, name }: QueueOptions, onError: (error: Error) => void): Backend {
  return backend.kind === 'postgres' ? postgresBackend(name, backend, onError) : redisBackend(name, backend, onError);
}

function jobsOptions({ priority = DEFAULT_PRIORITY, delayMs }: WakeOptions): JobsOptions {
  return {
    jobId: randomUUID(),
    priority,
    ...(delayMs !== undefined && { delay: delayMs }),
    attempts: 3,
    backoff: { type: 'fixed', delay: 100 },
    removeOnComplete: true,
    removeOnFail: true,
  };
}

/** The queue is made with the first wake-up that reaches its store, and anew if it could not begin: BullMQ remembers a failed start. */
function lazyProducer(backend: Backend, onError: (error: Error) => void) {
  let begun: Promise<Producer> | undefined;

  async function begin(): Promise<Producer> {
    const queue = backend.producer();
    queue.on('error', onError);
    try {
      await within(FIRST_WAKE_WITHIN_MS, 'connecting the queue', queue.waitUntilReady());
      return queue;
    } catch (error) {
      queue.close().catch(() => undefined);
      throw error;
    }
  }

  return {
    async get(): Promise<Producer> {
      await backend.reachable();
      begun ??= begin().catch((error: unknown) => {
        begun = undefined;
        throw error;
      });
      return begun;
    },
    async close(): Promise<void> {
      await (await begun)?.close();
    },
  };
}
