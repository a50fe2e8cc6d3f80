import { sql } from 'kysely';
import type { Db, Tx } from '../../ports/database.ts';
import { type Loop, startLoop } from '../wake.ts';
import type { PipelineDeps } from './deps.ts';
import { showAction } from './post.ts';
import { ACTION_V } from './records.ts';

const SWEEP_MS = 30_000;

/**
 * Ends plans that nobody has confirmed in time, each with its audit entry. The form that showed one cannot be changed any
 * more; confirming it says so.
 */
export async function expirePlans(db: Db, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const ended = await endPlans(tx, now);
    for (const id of ended) await showAction(tx, id, now);
    return ended.length;
  });
}

async function endPlans(tx: Tx, now: Date): Promise<readonly string[]> {
  const { rows } = await sql<{ action_id: string }>`
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
    insert into audit (at, stage, verb, principal, origin, target, incident_id, action_id, rule, outcome)
    select ${now}, 'expired', verb, principal, origin, target_key, incident_id, id, 'plan-expired', 'not confirmed in time'
    from dead
    returning action_id`.execute(tx);
  return rows.map((r) => r.action_id);
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
