import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import type { PgPool, PgQueryResult } from 'bullmq';
import pg from 'pg';
import { within } from './limit.ts';

/** At once, of a process: four statements, and the worker's one that listens. */
const CONNECTIONS = 5;
const CLOSE_WITHIN_MS = 1_000;

const heard = (): void => undefined;

/**
 * A connection that is lost while nobody listens to it would end the process: as it is made, between two statements of one task,
 * and while it says goodbye, when BullMQ has taken all listeners off.
 */
class HeardClient extends pg.Client {
  readonly socket: Socket;

  constructor(config: pg.ClientConfig = {}) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.socket = socket;
    this.on('error', heard);
  }

  override removeAllListeners(event?: string | symbol): this {
    super.removeAllListeners(event);
    if (this.listenerCount('error') === 0) this.on('error', heard);
    return this;
  }
}

/** What BullMQ gets of the pool: it listens to it for good, and its workers are made anew as long as PostgreSQL is away. */
class LentPool extends EventEmitter implements PgPool {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super();
    this.#pool = pool;
  }

  connect(): Promise<pg.PoolClient> {
    return this.#pool.connect();
  }

  query<R>(text: string, values: readonly unknown[] = []): Promise<PgQueryResult<R>> {
    return this.#pool.query<R & pg.QueryResultRow>(text, [...values]);
  }

  /** Who lends ends it. */
  end(): Promise<void> {
    return Promise.resolve();
  }
}

/** The connections of one queue and its workers. */
export interface QueuePool {
  readonly pool: pg.Pool;
  lend(): PgPool;
  /** Waits a little for goodbyes, then cuts. */
  close(): Promise<void>;
}

export function openQueuePool(config: pg.PoolConfig, onIdleError: (error: Error) => void): QueuePool {
  const pool = new pg.Pool({ ...config, max: CONNECTIONS, Client: HeardClient });
  const open = new Set<pg.PoolClient>();
  pool.on('error', onIdleError);
  pool.on('connect', (client) => open.add(client));
  pool.on('remove', (client) => open.delete(client));
  return {
    pool,
    lend: () => new LentPool(pool),
    async close() {
      await within(CLOSE_WITHIN_MS, 'closing connections', pool.end()).catch(() => undefined);
      for (const client of open) if (client instanceof HeardClient) client.socket.destroy();
    },
  };
}
