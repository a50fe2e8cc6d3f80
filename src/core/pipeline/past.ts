import { sql } from 'kysely';
import type { ActionOutcome, KeptPlan } from '../../domain/plan.ts';
import { targetKey } from '../../domain/workload.ts';
import type { Db } from '../../ports/database.ts';
import type { LastMade } from '../define.ts';

/** Ends of actions that were carried out, if they had been begun at all. */
const MADE: readonly ActionOutcome['kind'][] = ['healthy', 'unhealthy', 'late', 'overruled', 'cancelled'];

/** From the rows of actions: what was made here, by whomever. */
export function lastMade(db: Db): LastMade {
  return async (target, verb, like) => {
    const { rows } = await sql<{ plan: KeptPlan }>`
      select a.plan from actions a join jobs j on j.action_id = a.id
      where a.target_key = ${targetKey(target)} and a.verb = ${verb} and j.executed
        and a.outcome ->> 'kind' = any(${MADE}) and coalesce(a.outcome ->> 'executed', 'true') = 'true'
        and a.plan @> ${JSON.stringify(like)}::jsonb
      order by a.finished_at desc limit 1`.execute(db);
    return rows[0]?.plan;
  };
}
