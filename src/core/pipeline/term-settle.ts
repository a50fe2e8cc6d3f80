import { sql } from 'kysely';
import type { ActionOutcome } from '../../domain/plan.ts';
import type { ActionState, Principal } from '../../domain/principal.ts';
import type { TermEnd, TermQuestion } from '../../domain/term.ts';
import type { Db, Tx } from '../../ports/database.ts';
import { loadAction } from './records.ts';
import { askAbout } from './term-ask.ts';
import { moveTerm, TERM_V } from './term-rows.ts';

const AT_ONCE = 50;

/** Ends of an action after which there is nothing of it to take back. */
const NOT_THERE: readonly ActionOutcome['kind'][] = [
  'changed',
  'refused',
  'rejected',
  'impossible',
  'not-done',
  'overruled',
  'gone',
];
/** Ends of what takes it back after which it is taken back. */
const TAKEN_BACK: readonly ActionOutcome['kind'][] = ['healthy', 'unhealthy', 'late', 'overruled', 'gone', 'cancelled'];

interface Settling {
  readonly action_id: string;
  readonly own: ActionOutcome | null;
  readonly undo: ActionOutcome | null;
  readonly undo_state: ActionState | null;
  readonly job: number | null;
  readonly by: Principal | null;
}

/**
 * What has become of changes that were to last for a while: not made after all, or taken back by hand or by the timer. Found by
 * looking, so that it does not matter who did it, or which program.
 * @returns how many
 */
export async function settleTerms(db: Db, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const found = await endedWithoutUs(tx);
    for (const one of found) await settle(tx, one, now);
    return found.length;
  });
}

/**
 * An undo that did nothing counts only if it is the timer's own: people may try as often as they like. What was kept while
 * somebody was taking it back is not kept.
 */
async function endedWithoutUs(tx: Tx): Promise<readonly Settling[]> {
  const { rows } = await sql<Settling>`
    select t.action_id, a.outcome as own, u.outcome as undo, u.state as undo_state, u.number as job, u.principal as by
    from terms t
    join actions a on a.id = t.action_id
    left join lateral (
      select x.outcome, x.state, x.principal, j.number from actions x left join jobs j on j.action_id = x.id
      where x.undo_of = t.action_id and x.finished_at is not null
        and (x.id = t.undo_id and t.state = 'taking' or x.outcome ->> 'kind' = any(${TAKEN_BACK}) and j.executed)
      order by x.finished_at desc limit 1) u on true
    where (t.state <> 'ended' or t.note ->> 'kind' = 'kept') and t.v <= ${TERM_V}
      and (u.state is not null
        or t.state <> 'ended' and a.finished_at is not null and a.outcome ->> 'kind' = any(${NOT_THERE}))
    limit ${AT_ONCE} for update of t skip locked`.execute(tx);
  return rows;
}

async function settle(tx: Tx, one: Settling, now: Date): Promise<void> {
  const row = await loadAction(tx, one.action_id);
  if (!row) return;
  const next = nextOf(one);
  if ('ask' in next) return askAbout(tx, row, next.ask, now);
  await moveTerm(tx, row.id, { state: 'ended', note: next.end }, now);
}

function nextOf({ undo, undo_state: state, job, by }: Settling): { ask: TermQuestion } | { end: TermEnd } {
  if (state === null) return { end: { kind: 'void' } };
  if (job === null || by === null) return { ask: { kind: 'not-approved' } };
  if (undo?.kind === 'changed') return { end: { kind: 'changed' } };
  const back = undo && TAKEN_BACK.includes(undo.kind) && !('executed' in undo && undo.executed === false);
  return back ? { end: { kind: 'taken-back', job, by } } : { ask: { kind: 'not-done', job } };
}
