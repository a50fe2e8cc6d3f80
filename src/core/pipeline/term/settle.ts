import { sql } from 'kysely';
import type { ActionOutcome } from '../../../domain/plan.ts';
import type { ActionState, Principal } from '../../../domain/principal.ts';
import type { TermEnd, TermQuestion } from '../../../domain/term.ts';
import type { Db, Tx } from '../../../ports/database.ts';
import type { PipelineDeps } from '../deps.ts';
import { ACTION_V, loadAction } from '../records.ts';
import { askAbout } from './ask.ts';
import { lockTerm, moveTerm, TERM_V } from './rows.ts';

const AT_ONCE = 50;
/** What was taken back by hand after its term had ended is found for so long. */
const LOOK_BACK_MS = 86_400_000;

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
export async function settleTerms({ db, log }: Pick<PipelineDeps, 'db' | 'log'>, now: Date): Promise<number> {
  const found = await endedWithoutUs(db, now);
  for (const { action_id: id } of found) {
    try {
      await db.transaction().execute((tx) => settle(tx, id, now));
    } catch (error) {
      log.error({ err: error, action: id }, 'what has become of a term could not be noted; tried again');
    }
  }
  return found.length;
}

/**
 * An undo that did nothing counts only if it is the timer's own: people may try as often as they like. What has ended otherwise
 * (kept, say) may be taken back by hand all the same; it is found from that side, so that it is looked at no more until then.
 */
async function endedWithoutUs(db: Db, now: Date, id: string | null = null): Promise<readonly Settling[]> {
  const { rows } = await sql<Settling>`
    with looked_at as (
      select action_id from terms where state <> 'ended'
      union
      select undo_of from actions where undo_of is not null and finished_at > ${new Date(now.getTime() - LOOK_BACK_MS)})
    select t.action_id, a.outcome as own, u.outcome as undo, u.state as undo_state, u.number as job, u.principal as by
    from looked_at l
    join terms t on t.action_id = l.action_id
    join actions a on a.id = t.action_id
    left join lateral (
      select x.outcome, x.state, x.principal, j.number from actions x left join jobs j on j.action_id = x.id
      where x.undo_of = t.action_id and x.finished_at is not null
        and (x.id = t.undo_id and t.state = 'taking' or x.outcome ->> 'kind' = any(${TAKEN_BACK}) and j.executed)
      order by x.finished_at desc limit 1) u on true
    where (t.state <> 'ended' or t.note ->> 'kind' <> 'taken-back') and t.v <= ${TERM_V} and a.v <= ${ACTION_V}
      and t.action_id = coalesce(${id}::uuid, t.action_id)
      and (u.state is not null
        or t.state <> 'ended' and a.finished_at is not null and a.outcome ->> 'kind' = any(${NOT_THERE}))
    limit ${AT_ONCE}`.execute(db);
  return rows;
}

/** Looked at again under its lock: another replica, or a person, may have been quicker. */
async function settle(tx: Tx, id: string, now: Date): Promise<void> {
  await lockTerm(tx, id);
  const [one] = await endedWithoutUs(tx, now, id);
  const row = one && (await loadAction(tx, id));
  if (!row) return;
  const next = nextOf(one);
  if ('ask' in next) return askAbout(tx, row, next.ask, now);
  await moveTerm(tx, row, { state: 'ended', note: next.end }, now);
}

function nextOf({ undo, undo_state: state, job, by }: Settling): { ask: TermQuestion } | { end: TermEnd } {
  if (state === null) return { end: { kind: 'void' } };
  if (job === null || by === null) return { ask: { kind: 'not-approved' } };
  if (undo?.kind === 'changed') return { end: { kind: 'changed' } };
  const back = undo && TAKEN_BACK.includes(undo.kind) && !('executed' in undo && undo.executed === false);
  return back ? { end: { kind: 'taken-back', job, by } } : { ask: { kind: 'not-done', job } };
}
