import { sql } from 'kysely';
import type { ActionOutcome, KeptPlan } from '../../domain/plan.ts';
import { type Principal, principalName } from '../../domain/principal.ts';
import { targetKey } from '../../domain/workload.ts';
import type { Db } from '../../ports/database.ts';
import type { MadeBefore } from '../define.ts';

/** Ends of actions that were carried out, if they had been begun at all. */
const MADE: readonly ActionOutcome['kind'][] = ['healthy', 'unhealthy', 'late', 'overruled', 'cancelled'];

/** Ends of actions that certainly changed nothing, begun or not. */
export const NOT_MADE: readonly ActionOutcome['kind'][] = [
  'changed',
  'refused',
  'rejected',
  'rejected-by-database',
  'impossible',
  'away',
  'not-done',
];

export const isNotMade = (outcome: ActionOutcome): boolean =>
  NOT_MADE.includes(outcome.kind) || (outcome.kind === 'error' && !outcome.executed);

const MOST = 20;

interface Row {
  readonly plan: KeptPlan;
  readonly principal: Principal;
  readonly at: Date;
  readonly job: number;
  readonly outcome: ActionOutcome['kind'];
}

/** From the rows of actions: what was made here, by whomever. */
export function madeBefore(db: Db): MadeBefore {
  return async (target, verb, like) => {
    const { rows } = await sql<Row>`
      select a.plan, a.principal, coalesce(a.confirmed_at, a.created_at) as at, j.number as job, a.outcome ->> 'kind' as outcome
      from actions a join jobs j on j.action_id = a.id
      where a.target_key = ${targetKey(target)} and a.verb = ${verb} and j.executed
        and a.outcome ->> 'kind' = any(${MADE}) and coalesce(a.outcome ->> 'executed', 'true') = 'true'
        and a.plan @> ${JSON.stringify(like)}::jsonb
      order by a.finished_at desc limit ${MOST}`.execute(db);
    return rows.map(({ principal, ...made }) => ({ ...made, by: principalName(principal) }));
  };
}
