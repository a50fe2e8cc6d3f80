import type { Selectable } from 'kysely';
import { type Principal, principalKey } from '../../../domain/principal.ts';
import { storableJson } from '../../../domain/storable.ts';
import type { Term, TermEnd, TermQuestion } from '../../../domain/term.ts';
import type { Db, Tx } from '../../../ports/database.ts';
import type { Json, TermsTable } from '../../../ports/schema.ts';
import { assertKnown } from '../../newer.ts';
import { CLASS, createPosts, showAgain } from '../../outbox/write.ts';
import { draw } from '../../records.ts';
import { jobOf } from '../begin-job.ts';
import { addToTimeline, openPlaceOf, showAction, type TermLine } from '../post.ts';
import type { ActionRow } from '../records.ts';

export type TermRow = Selectable<TermsTable>;

/** The newest `terms.v` that is read here. */
export const TERM_V = 1;

const termSubject = (actionId: string): string => `term:${actionId}`;

/** The time runs from here: in the transaction that says that the change is about to be made. */
export async function beginTerm(tx: Tx, row: ActionRow, { lastsMs, how }: Term, now: Date): Promise<void> {
  const due = new Date(now.getTime() + lastsMs);
  const values = { action_id: row.id, v: TERM_V, lasts_ms: lastsMs, how, state: 'running' as const, due_at: due };
  const inserted = await tx
    .insertInto('terms')
    .values(values)
    .onConflict((c) => c.column('action_id').doNothing())
    .returning('action_id')
    .executeTakeFirst();
  if (inserted) await addToTimeline(tx, row, 'term-began', row.principal, { until: due.toISOString(), how }, now);
}

/** @throws NewerVersion */
async function loadTerm(db: Db, actionId: string): Promise<TermRow | undefined> {
  return readableTerm(await db.selectFrom('terms').selectAll().where('action_id', '=', actionId).executeTakeFirst());
}

/** Also waits for whoever else is deciding on it. @throws NewerVersion */
export async function lockTerm(tx: Tx, actionId: string): Promise<TermRow | undefined> {
  const found = tx.selectFrom('terms').selectAll().where('action_id', '=', actionId).forUpdate();
  return readableTerm(await found.executeTakeFirst());
}

function readableTerm(row: TermRow | undefined): TermRow | undefined {
  if (row) assertKnown(`the term of action ${row.action_id}`, row.v, TERM_V);
  return row;
}

/** A term with what is needed to show it. */
export interface TermView {
  readonly term: TermRow;
  /** JOB-n that takes it back, once there is one. */
  readonly undoJob: number | undefined;
}

export async function viewTerm(db: Db, actionId: string): Promise<TermView | undefined> {
  const term = await loadTerm(db, actionId);
  if (!term) return undefined;
  const job = term.undo_id === null ? undefined : await jobOf(db, term.undo_id);
  return { term, undoJob: job?.number };
}

/** Where it comes to stand. `by`: who has said so; absent: nobody, the time is up or it was found out. */
type TermChange = { readonly by?: Principal } & (
  | { readonly state: 'running'; readonly due: Date }
  | { readonly state: 'asked'; readonly note: TermQuestion }
  | { readonly state: 'taking'; readonly undo: string }
  | { readonly state: 'ended'; readonly note: TermEnd }
);

const STORY: Readonly<Record<TermChange['state'], TermLine>> = {
  running: 'term-extended',
  asked: 'term-asked',
  taking: 'term-taking',
  ended: 'term-ended',
};

/** Writes where it stands, also into the incident's story, and wishes everything that shows it to be drawn again. */
export async function moveTerm(tx: Tx, row: ActionRow, change: TermChange, now: Date): Promise<void> {
  const { state, by = null } = change;
  const due = state === 'running' ? change.due : null;
  const note = state === 'asked' || state === 'ended' ? change.note : null;
  const undo = state === 'taking' ? change.undo : undefined;
  await tx
    .updateTable('terms')
    .set({
      state,
      due_at: due,
      lease_until: null,
      tries: 0,
      note: note && storableJson(note),
      ...(undo !== undefined && { undo_id: undo }),
    })
    .where('action_id', '=', row.id)
    .execute();
  await addToTimeline(tx, row, STORY[state], by, { until: due?.toISOString(), note, undo }, now);
  await drawAgain(tx, row.id, now);
}

/** Not yet: the same again at that time, and everything shows it. */
export async function putOff(tx: Tx, actionId: string, due: Date, now: Date): Promise<void> {
  const change = { due_at: due, lease_until: null };
  await tx.updateTable('terms').set(change).where('action_id', '=', actionId).execute();
  await drawAgain(tx, actionId, now);
}

async function drawAgain(tx: Tx, actionId: string, now: Date): Promise<void> {
  await showAction(tx, actionId, now, CLASS.click);
  await showAgain(tx, [{ subject: termSubject(actionId), class: CLASS.click }], now);
}

/** A message of its own, for an edit rings nobody's phone: where others see the action, else to who wanted it. */
export async function postTerm(tx: Tx, row: ActionRow, now: Date): Promise<void> {
  const place =
    (await openPlaceOf(tx, row)) ?? (row.principal.kind === 'slack' ? { channel: row.principal.id } : undefined);
  if (!place) return;
  const [id] = await draw(tx, 'posts_id_seq', 1);
  const purpose = `time-up ${now.toISOString()}`;
  await createPosts(
    tx,
    [{ id: id!, subject: termSubject(row.id), purpose, class: CLASS.ping, v: row.v, ...place }],
    now,
  );
}

/** What an audit entry says of how it ended. */
export function endForAudit(end: TermEnd): Json {
  return 'by' in end ? { ...end, by: principalKey(end.by) } : { ...end };
}
