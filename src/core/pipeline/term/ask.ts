import type { TermQuestion } from '../../../domain/term.ts';
import type { Tx } from '../../../ports/database.ts';
import type { Json } from '../../../ports/schema.ts';
import { type ActionRow, auditAction } from '../records.ts';
import { moveTerm, postTerm } from './rows.ts';

/** Asks who wanted it, where it is told. */
export async function askAbout(tx: Tx, row: ActionRow, why: TermQuestion, now: Date): Promise<void> {
  await moveTerm(tx, row, { state: 'asked', note: why }, now);
  await auditTimer(tx, row, 'asked', { ...why }, now);
  await postTerm(tx, row, now);
}

/** The time is up, and it is not simply taken back. */
export async function auditTimer(tx: Tx, row: ActionRow, outcome: string, after: Json, now: Date): Promise<void> {
  await auditAction(tx, row, { stage: 'time-up', outcome, origin: { ...row.origin, kind: 'timer' }, after }, now);
}
