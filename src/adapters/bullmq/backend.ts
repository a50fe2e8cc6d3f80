import type { Job, JobsOptions } from 'bullmq';

/** Where wake-ups travel. */
export type QueueBackend =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'redis-cluster'; readonly urls: readonly string[]; readonly prefix: string }
  | {
      readonly kind: 'postgres';
      /** Direct, not through a pooler: workers LISTEN on it. */
      readonly url: string;
      /** The owner's, which may create the schema `bullmq`. */
      readonly migrateUrl: string;
    };

/** What a wake-up carries. A newer `v` is left to the sweep of a newer replica. */
export interface WakeData {
  readonly v: 1;
  readonly jobId: string;
}

/** What is used of BullMQ's Queue, whichever its backend. */
export interface Producer {
  add(name: 'wake', data: WakeData, options: JobsOptions): Promise<unknown>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** What is used of BullMQ's Worker. */
export interface Consumer {
  waitUntilReady(): Promise<void>;
  run(): Promise<void>;
  pause(doNotWaitActive: boolean): Promise<void>;
  close(force: boolean): Promise<void>;
  /** Cuts what connections a close has left. */
  disconnect(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export type Process = (job: Job<WakeData, void, 'wake'>) => Promise<void>;

/** One store of wake-ups, and how to reach it. */
export interface Backend {
  /** Resolves when the store can be asked; rejects when it is away, without waiting for it to come back. */
  reachable(): Promise<void>;
  /** Asks the store. */
  ping(): Promise<void>;
  producer(): Producer;
  consumer(process: Process, concurrency: number): Consumer;
  /** Cuts the connections that ask; makes no promise to what is in progress. */
  close(): Promise<void>;
}

/**
 * A lost worker's wake-up is given to another after this long, in ms. The sweep is faster, so this only keeps the store tidy.
 */
export const LOCK_MS = 30_000;
/** Between two tries of a worker whose store fails it, in ms. */
export const RETRY_MS = 1_000;
/** Events of the queue that are kept for onlookers; nobody reads them. */
export const KEEP_EVENTS = 100;
