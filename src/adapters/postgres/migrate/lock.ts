import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const CONNECT_WITHIN_MS = 10_000;

/** A plain connection for schema work; it has no statement limit of ours, because building an index takes what it takes. */
export async function connectOwner(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'hikeshi-migrate',
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const BOOTSTRAP = `
  create table if not exists schema_lock (one boolean primary key default true check (one));
  create table if not exists schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  );
  create table if not exists schema_info (
    one boolean primary key default true check (one),
    version integer not null,
    min_reader integer not null
  );
  insert into schema_lock default values on conflict do nothing;
  insert into schema_info (version, min_reader) values (0, 0) on conflict do nothing;
`;

/** Two first starts at once collide in the catalog: unique_violation, duplicate_table, duplicate_object (the table's type), "tuple concurrently updated". */
const COLLISIONS: ReadonlySet<unknown> = new Set(['23505', '42P07', '42710', 'XX000']);

/** Makes the runner's own tables where they are missing; the loser of a race finds them made. */
export async function bootstrap(client: pg.Client): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(BOOTSTRAP);
      return;
    } catch (error) {
      if (attempt === 5 || !(error instanceof pg.DatabaseError && COLLISIONS.has(error.code))) throw error;
    }
  }
}

export interface MigrationLock {
  release(): Promise<void>;
}

const LOOK_EVERY_MS = 100;

/**
 * Holds the lock row in a transaction on a connection of its own, so that migrators queue up and a dead one holds up nobody.
 * Read committed: an idle transaction then keeps no snapshot. A waiter looks again and again instead of waiting in the
 * statement, because a waiting statement does keep one, and the holder's `create index concurrently` waits for all of them.
 * @returns undefined when another migrator holds it longer than `waitMs`.
 */
export async function holdLock(url: string, waitMs: number): Promise<MigrationLock | undefined> {
  const holder = await connectOwner(url);
  try {
    const end = performance.now() + waitMs;
    while (!(await tryLock(holder))) {
      if (performance.now() > end) {
        await holder.end();
        return undefined;
      }
      await pause(LOOK_EVERY_MS);
    }
  } catch (error) {
    await holder.end();
    throw error;
  }
  return { release: () => holder.end() };
}

async function tryLock(holder: pg.Client): Promise<boolean> {
  await holder.query('begin isolation level read committed');
  await holder.query('set local idle_in_transaction_session_timeout = 0');
  const { rowCount } = await holder.query('select one from schema_lock for update skip locked');
  if (rowCount) return true;
  await holder.query('rollback');
  return false;
}
