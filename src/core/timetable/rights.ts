import { sql } from 'kysely';
import { RetryableError } from '../../domain/errors.ts';
import type { TimedTask, Timetable, TimetableEntry } from '../../domain/timed-task.ts';
import { targetKey } from '../../domain/workload.ts';
import type { Db } from '../../ports/database.ts';
import { canonical } from '../pipeline/digest.ts';
import type { Rights } from '../rights/types.ts';
import { isHad } from './marks.ts';

/**
 * An entry of the timetable may what it says, as long as it says so.
 * @throws RetryableError while another process has the entry, which this one has not read yet, or not any more
 */
export async function rightsOfEntry(db: Db, timetable: Timetable, name: string, now: Date): Promise<Rights> {
  const entry = timetable.get(name);
  if (entry) return { role: 'none', grants: [], says: entry.tasks };
  const { rows } = await sql<{ had: boolean }>`select ${isHad(sql`${name}::text`, now)} as had`.execute(db);
  if (rows[0]?.had) throw new RetryableError('hikeshi', `another process has "${name}" in its timetable`);
  return { role: 'none', grants: [] };
}

/** Whether an entry says so now, to the letter. */
export function isSaid(entry: TimetableEntry | undefined, { verb, target, args }: TimedTask): boolean {
  const wanted = targetKey(target);
  return (entry?.tasks ?? []).some(
    (one) => one.verb === verb && targetKey(one.target) === wanted && canonical(one.args) === canonical(args),
  );
}
