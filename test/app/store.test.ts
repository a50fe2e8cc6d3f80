import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createCleanups } from '../../src/app/cleanups.ts';
import { openStore } from '../../src/app/store.ts';
import { fullEnv, loaded } from '../config/support.ts';
import { freshDatabase } from '../support/postgres.ts';

const log = pino({ level: 'silent' });

test.each([
  [undefined, 12, 6],
  ['6', 4, 2],
])(
  'with DATABASE_CONNECTIONS %s there are %d for the work and %d for what comes in',
  async (asked, work, receiving) => {
    const fresh = await freshDatabase();
    const cleanups = createCleanups(log);
    onTestFinished(async () => {
      await cleanups.run(5_000);
      await fresh.drop();
    });
    const variables = { ...fullEnv, DATABASE_URL: fresh.appUrl, ...(asked && { DATABASE_CONNECTIONS: asked }) };
    const { env } = loaded('slack: { channel: alerts }\n', { env: variables });
    const { database } = await openStore(env, log, cleanups);
    const sessions = async (db: typeof database.db): Promise<number> => {
      // All are asked for before the first is there: each connection that may be opened is, and answers at least once.
      const pids = Array.from({ length: 40 }, async () => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
        return rows[0]!.pid;
      });
      return new Set(await Promise.all(pids)).size;
    };
    expect([await sessions(database.db), await sessions(database.receiving)]).toEqual([work, receiving]);
  },
);
