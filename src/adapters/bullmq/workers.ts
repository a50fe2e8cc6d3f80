import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Workers } from '../../ports/queue.ts';
import { type Backend, type Consumer, type Process, RETRY_MS } from './backend.ts';
import { throttledWarn, within } from './limit.ts';

export type Handler = (jobId: string, signal: AbortSignal) => Promise<void>;

export interface WorkersOptions {
  readonly backend: Backend;
  readonly handler: Handler;
  readonly concurrency: number;
  readonly log: Logger;
  /** Wakes another worker for a job that a stop has interrupted. */
  readonly handOver: (jobId: string) => Promise<void>;
}

/** For the store to hear that the last handlers have ended, and to close connections; then they are cut. */
const GOODBYE_MS = 1_000;

/**
 * Runs handlers until `stop`, whatever happens to the store: a consumer that could not begin, or ended by itself, is made anew.
 */
export function startWorkers(options: WorkersOptions): Workers {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const warn = throttledWarn(options.log);
  const process = processor(options, stopping.signal, running);
  let consumer: Consumer | undefined;

  async function consume(): Promise<void> {
    await options.backend.reachable();
    if (stopping.signal.aborted) return;
    consumer = options.backend.consumer(process, options.concurrency);
    consumer.on('error', (error) => warn(error, 'queue worker'));
    await consumer.waitUntilReady();
    await consumer.run();
  }

  async function consumeUntilStopped(): Promise<void> {
    while (!stopping.signal.aborted) {
      await consume().catch((error: unknown) => warn(asError(error), 'queue worker could not run'));
      if (stopping.signal.aborted) return;
      await farewell(consumer, true);
      consumer = undefined;
      await pause(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  void consumeUntilStopped();
  return {
    async stop(withinMs) {
      stopping.abort();
      await quietly(consumer?.pause(true));
      await quietly(within(withinMs, 'stopping handlers', Promise.all(running)));
      await farewell(consumer, running.size > 0 || (await isAway(options.backend)));
    },
  };
}

/** Never throws: an error of a handler is its own affair, and the row's state says what to do. */
function processor(options: WorkersOptions, stopped: AbortSignal, running: Set<Promise<void>>): Process {
  return ({ data }) => {
    const run = handle(options, data.jobId, stopped).finally(() => running.delete(run));
    running.add(run);
    return run;
  };
}

async function handle({ handler, handOver, log }: WorkersOptions, jobId: string, stopped: AbortSignal): Promise<void> {
  try {
    if (!stopped.aborted) await handler(jobId, stopped);
  } catch (error) {
    if (!stopped.aborted) log.error({ err: error, jobId }, 'a job handler failed');
  }
  if (stopped.aborted) await quietly(handOver(jobId));
}

async function isAway(backend: Backend): Promise<boolean> {
  return within(GOODBYE_MS, 'asking the store', backend.ping()).then(
    () => false,
    () => true,
  );
}

/** BullMQ's own close waits for a store that is away, so it gets a moment, and then the connections are cut. */
async function farewell(consumer: Consumer | undefined, force: boolean): Promise<void> {
  if (!consumer) return;
  await quietly(within(GOODBYE_MS, 'closing the worker', consumer.close(force)));
  await quietly(within(GOODBYE_MS, 'disconnecting the worker', consumer.disconnect()));
}

/** For goodbyes: what fails then is found by the sweep. */
async function quietly(work: Promise<unknown> | undefined): Promise<void> {
  await work?.catch(() => undefined);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
