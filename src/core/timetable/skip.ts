import type { Origin, Principal } from '../../domain/principal.ts';
import { storableJson } from '../../domain/storable.ts';
import type { TimetableEntry } from '../../domain/timed-task.ts';
import { nextTime, timeName } from '../../domain/timetable.ts';
import type { Tx } from '../../ports/database.ts';
import { audit } from '../audit.ts';
import { seenUntil } from './marks.ts';
import { insertRun, type RunRow, showRun } from './rows.ts';

export interface SkippedBy {
  readonly principal: Principal;
  readonly origin: Origin;
  /** May do by hand what the entry does. */
  readonly allowed: boolean;
  /** The time that is meant, as `timeName` has it; absent: whichever comes next. */
  readonly time?: string;
}

/** By now another time comes next than the one that was meant; absent: none. */
interface NotNext {
  readonly kind: 'not-next';
  readonly next?: Date;
}

export type Skipped =
  | { readonly kind: 'skipped'; readonly run: RunRow }
  /** That time has its row already: skipped by somebody, or it has just come. */
  | { readonly kind: 'again'; readonly run: RunRow }
  | NotNext
  | { readonly kind: 'never' | 'not-allowed' };

/** Leaves the next time of an entry out: a row that is there before the time comes. Told where the entry is told. */
export async function skipNext(tx: Tx, entry: TimetableEntry, by: SkippedBy, now: Date): Promise<Skipped> {
  const meant = await meantTime(tx, 'skip', entry, by, now);
  if (meant.kind !== 'meant') return meant;
  const { due } = meant;
  if (!due) return { kind: 'never' };
  const run = await insertRun(tx, entry, { due, state: 'skipped', by: by.principal }, now);
  if (!run) return { kind: 'again', run: await known(tx, entry, due) };
  await said(tx, 'skip', run, by, now);
  return { kind: 'skipped', run };
}

export type Kept =
  | { readonly kind: 'kept'; readonly run: RunRow }
  | NotNext
  /** Nobody has skipped the next time. */
  | { readonly kind: 'not-skipped' | 'not-allowed' };

/** The next time is done after all. */
export async function keepNext(tx: Tx, entry: TimetableEntry, by: SkippedBy, now: Date): Promise<Kept> {
  const meant = await meantTime(tx, 'keep', entry, by, now);
  if (meant.kind !== 'meant') return meant;
  const { due } = meant;
  const run =
    due &&
    !(await isPast(tx, entry, due)) &&
    (await tx
      .updateTable('timetable_runs')
      .set({ state: 'kept', by: storableJson(by.principal) })
      .where('entry', '=', entry.name)
      .where('due_at', '=', due)
      .where('state', '=', 'skipped')
      .returningAll()
      .executeTakeFirst());
  if (!run) return { kind: 'not-skipped' };
  await said(tx, 'keep', run, by, now);
  return { kind: 'kept', run };
}

type Meant =
  /** Absent: it never comes again. */
  { readonly kind: 'meant'; readonly due?: Date } | NotNext | { readonly kind: 'not-allowed' };

/** Which time it is about, for somebody who may have a say in it. */
async function meantTime(
  tx: Tx,
  verb: 'skip' | 'keep',
  entry: TimetableEntry,
  by: SkippedBy,
  now: Date,
): Promise<Meant> {
  if (!by.allowed) return refused(tx, verb, entry, by, now);
  const due = nextTime(entry, now);
  const isNext = by.time === undefined || (due && timeName(due, entry.zone) === by.time.toUpperCase());
  if (!isNext) return { kind: 'not-next', ...(due && { next: due }) };
  return { kind: 'meant', ...(due && { due }) };
}

async function said(
  tx: Tx,
  verb: 'skip' | 'keep',
  run: RunRow,
  { principal, origin }: SkippedBy,
  now: Date,
): Promise<void> {
  const about = { verb: `timetable ${verb}`, target: run.entry, principal, origin };
  await audit(tx, { ...about, stage: 'executed', outcome: 'ok', after: { due: run.due_at.toISOString() } }, now);
  await showRun(tx, run, now);
}

async function refused(
  tx: Tx,
  verb: 'skip' | 'keep',
  { name }: TimetableEntry,
  { principal, origin }: SkippedBy,
  now: Date,
): Promise<{ readonly kind: 'not-allowed' }> {
  const about = { verb: `timetable ${verb}`, target: name, principal, origin };
  await audit(tx, { ...about, stage: 'refused', outcome: 'refused', rule: 'role' }, now);
  return { kind: 'not-allowed' };
}

/** Whoever came to that time has found it skipped already. Until this commits nobody comes to it. */
async function isPast(tx: Tx, { name }: TimetableEntry, due: Date): Promise<boolean> {
  const seen = await seenUntil(tx, name);
  return seen !== undefined && seen >= due;
}

function known(tx: Tx, { name }: TimetableEntry, due: Date): Promise<RunRow> {
  return tx
    .selectFrom('timetable_runs')
    .selectAll()
    .where('entry', '=', name)
    .where('due_at', '=', due)
    .executeTakeFirstOrThrow();
}
