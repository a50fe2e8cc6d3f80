import { sql } from 'kysely';
import type { Db } from '../../ports/database.ts';
import { type Loop, startLoop } from '../wake.ts';
import type { PipelineDeps } from './deps.ts';
import { ACTION_V } from './records.ts';

const SWEEP_MS = 30_000;

/**
 * Ends plans that nobody has confirmed in time, each with its audit entry. The form that showed one cannot be changed any
 * more; confirming it says so.
 */
export async function expirePlans(db: Db, now: Date): Promise<number> {
  const { rows } = await sql`
    with dead as (
      update actions set state = 'expired', finished_at = ${now}
      where id in (
        select id from actions where state in ('planned', 'awaiting-approval') and expires_at <= ${now} and v <= ${ACTION_V}
        for update skip locked)
      returning *)
    insert into audit (at, stage, verb, principal, origin, target, incident_id, action_id, rule, outcome)
    select ${now}, 'expired', verb, principal, origin, target_key, incident_id, id, 'plan-expired', 'not confirmed in time'
    from dead
    returning action_id`.execute(db);
  return rows.length;
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
