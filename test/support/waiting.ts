import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../../src/ports/database.ts';

/** Resolves once some transaction of this database waits for a row that another one has. */
export async function somebodyWaits(db: Db): Promise<void> {
  const limit = performance.now() + 5_000;
  for (;;) {
    const { rows } = await sql`select 1 from pg_locks l join pg_stat_activity a using (pid)
      where not l.granted and a.datname = current_database()`.execute(db);
    if (rows.length > 0) return;
    if (performance.now() > limit) throw new Error('nobody waits');
    await pause(5);
  }
}
