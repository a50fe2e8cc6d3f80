import { sql } from 'kysely';
import { incidentSubject } from '../../domain/incident.ts';
import type { Db, Tx } from '../../ports/database.ts';
import { type Change, CLASS, showAgain } from '../outbox/write.ts';
import { type Loop, startLoop } from '../wake.ts';
import { tellAskers } from './asker.ts';
import type { PipelineDeps } from './deps.ts';
import { subjectOf } from './post.ts';
import { ACTION_V, type ActionRow } from './records.ts';

const SWEEP_MS = 30_000;

/**
 * Ends plans that nobody has confirmed in time, each with its audit entry. The form that showed one cannot be changed any
 * more; confirming it says so.
 */
export async function expirePlans(db: Db, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const ended = await endPlans(tx, now);
    await showAgain(tx, ended.flatMap(shownBy), now);
    await tellAskers(tx, await unanswered(tx, ended), 'decided', now);
    return ended.length;
  });
}

interface Ended {
  readonly action_id: string;
  readonly approval_id: number | null;
  readonly incident_id: number | null;
}

/** Who asked for a second person waits for somebody who did not answer. */
async function unanswered(tx: Tx, ended: readonly Ended[]): Promise<readonly ActionRow[]> {
  const ids = ended.flatMap(({ action_id, approval_id }) => (approval_id === null ? [] : [action_id]));
  return ids.length === 0 ? [] : tx.selectFrom('actions').selectAll().where('id', 'in', ids).execute();
}

/** Only what waited for an approval has a post, and stands in its incident's. */
function shownBy({ action_id, approval_id, incident_id }: Ended): readonly Change[] {
  if (approval_id === null) return [];
  const subjects = [subjectOf(action_id), ...(incident_id === null ? [] : [incidentSubject(incident_id)])];
  return subjects.map((subject) => ({ subject, class: CLASS.update }));
}

async function endPlans(tx: Tx, now: Date): Promise<readonly Ended[]> {
  const { rows } = await sql<Ended>`
    with dead as (
      update actions set state = 'expired', finished_at = ${now}
      where id in (
        select id from actions where state in ('planned', 'awaiting-approval') and expires_at <= ${now} and v <= ${ACTION_V}
        for update skip locked)
      returning *)
    , unapproved as (
      update approvals set state = 'expired', decided_at = ${now}
      where id in (select approval_id from dead) and state = 'asked'
    )
    insert into audit (at, stage, verb, principal, origin, target, incident_id, action_id, approval_id, rule, outcome)
    select ${now}, 'expired', verb, principal, origin, target_key, incident_id, id, approval_id, 'plan-expired', 'not confirmed in time'
    from dead
    returning action_id, approval_id, incident_id`.execute(tx);
  return rows;
}

/** Looks for them every half minute. */
export function startPlanSweep({ db, clock, log }: Pick<PipelineDeps, 'db' | 'clock' | 'log'>): Loop {
  return startLoop({
    name: 'plans',
    everyMs: SWEEP_MS,
    onError: (error, loop) => log.error({ err: error, loop }, 'the sweep failed'),
    async work() {
      await expirePlans(db, clock.now());
      return false;
    },
  });
}
