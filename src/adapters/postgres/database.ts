import { Kysely, sql } from 'kysely';
import type { Database, Db } from '../../ports/database.ts';
import type { Schema } from '../../ports/schema.ts';
import { BoundPool, boundedDialect, type PoolOptions } from './pool.ts';

export interface DatabaseOptions extends Omit<PoolOptions, 'max'> {
  /** Connections for everything but receiving. */
  readonly poolMax: number;
  /** Connections kept for webhooks, clicks and commands. */
  readonly receivingMax: number;
}

const HEALTHY_WITHIN_MS = 1_000;
const CLOSE_WITHIN_MS = 3_000;
const CLOCK_SAMPLES = 5;

/** Opens no connection yet: the first statement does, so a store that is away is the statement's fault and passes by itself. */
export function openDatabase(options: DatabaseOptions): Database {
  const work = open(options, options.poolMax);
  const receiving = open(options, options.receivingMax);
  let closing: Promise<void> | undefined;
  return {
    db: work.db,
    receiving: receiving.db,
    measureClock: () => measureClock(receiving.db),
    healthy: () => healthy(receiving.db),
    close() {
      closing ??= Promise.all([close(work), close(receiving)]).then(() => undefined);
      return closing;
    },
  };
}

interface Opened {
  readonly db: Db;
  readonly pool: BoundPool;
}

function open(options: DatabaseOptions, max: number): Opened {
  const pool = new BoundPool({ ...options, max });
  return { pool, db: new Kysely<Schema>({ dialect: boundedDialect(pool, options.statementTimeoutMs) }) };
}

/** Waits a little for work in progress, then cuts it. */
async function close({ db, pool }: Opened): Promise<void> {
  await withinMs(CLOSE_WITHIN_MS, db.destroy()).catch(() => undefined);
  pool.cut();
}

/** Of several samples on one connection, that with the shortest round trip: its middle is known best. */
function measureClock(db: Db): Promise<number> {
  return db.connection().execute(async (connection) => {
    let best = { roundTripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
    for (let i = 0; i < CLOCK_SAMPLES; i++) {
      const sample = await sampleClock(connection);
      if (sample.roundTripMs < best.roundTripMs) best = sample;
    }
    return best.offsetMs;
  });
}

async function sampleClock(db: Db): Promise<{ roundTripMs: number; offsetMs: number }> {
  const sent = performance.now();
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
  const got = performance.now();
  return { roundTripMs: got - sent, offsetMs: (rows[0]?.ms ?? 0) - (sent + got) / 2 };
}

/** A server that only reads (a standby, or a primary being replaced) cannot take our work, so it does not count. */
async function healthy(db: Db): Promise<boolean> {
  const asked = sql<{ ok: boolean }>`select current_setting('transaction_read_only') = 'off' as ok`.execute(db);
  return withinMs(HEALTHY_WITHIN_MS, asked).then(
    (answer) => answer?.rows[0]?.ok ?? false,
    () => false,
  );
}

async function withinMs<T>(limit: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limit);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
