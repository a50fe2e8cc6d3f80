import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/** The one store. A pool or a transaction: both run statements. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/**
 * The pools of one process. Receiving has its own small pool, so that sending and jobs cannot starve it.
 */
export interface Database {
  /** For everything but receiving. */
  readonly db: Db;
  /** For webhooks, clicks and commands. */
  readonly receiving: Db;
  /** Milliseconds that the database's clock is ahead of `performance.now()`'s epoch; measured with the round trip halved. */
  measureClock(): Promise<number>;
  healthy(): Promise<boolean>;
  close(): Promise<void>;
}
