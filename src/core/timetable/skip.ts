import type { Origin, Principal } from '../../domain/principal.ts';
import type { TimetableEntry } from '../../domain/timed-task.ts';
import { nextTime } from '../../domain/timetable.ts';
import type { Tx } from '../../ports/database.ts';
import { type AuditEntry, audit } from '../audit.ts';
import { insertRun, type RunRow, showRun } from './rows.ts';

export interface SkippedBy {
  readonly principal: Principal;
  readonly origin: Origin;
  /** May do by hand what the entry does. */
  readonly allowed: boolean;
}

export type Skipped =
  | { readonly kind: 'skipped'; readonly run: RunRow }
  /** That time has its row already: skipped by somebody, or it has just come. */
  | { readonly kind: 'again'; readonly run: RunRow }
  | { readonly kind: 'never' | 'not-allowed' };

/** Leaves the next time of an entry out: a row that is there before the time comes. Told where the entry is told. */
export async function skipNext(tx: Tx, entry: TimetableEntry, by: SkippedBy, now: Date): Promise<Skipped> {
  const note = (said: Pick<AuditEntry, 'stage' | 'outcome' | 'rule'> & Partial<AuditEntry>): Promise<void> =>
    audit(tx, { verb: 'timetable skip', target: entry.name, principal: by.principal, origin: by.origin, ...said }, now);
  if (!by.allowed) {
    await note({ stage: 'refused', outcome: 'refused', rule: 'role' });
    return { kind: 'not-allowed' };
  }
  const due = nextTime(entry, now);
  if (!due) return { kind: 'never' };
  const run = await insertRun(tx, entry, { due, state: 'skipped', by: by.principal }, now);
  if (!run) return { kind: 'again', run: await known(tx, entry, due) };
  await note({ stage: 'executed', outcome: 'ok', after: { due: due.toISOString() } });
  await showRun(tx, run, now);
  return { kind: 'skipped', run };
}

function known(tx: Tx, { name }: TimetableEntry, due: Date): Promise<RunRow> {
  return tx
    .selectFrom('timetable_runs')
    .selectAll()
    .where('entry', '=', name)
    .where('due_at', '=', due)
    .executeTakeFirstOrThrow();
}
