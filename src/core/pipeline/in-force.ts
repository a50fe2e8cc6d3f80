import type { PlannedFacts, Refusal } from '../../domain/plan.ts';
import type { ActionTarget } from '../../domain/workload.ts';
import type { Db } from '../../ports/database.ts';
import type { PipelineDeps } from './deps.ts';
import { guardrails } from './stages/guardrails.ts';
import { guardFacts } from './stages/guards.ts';

export interface Considered {
  readonly verb: string;
  readonly target: ActionTarget;
  readonly incidentId: number | undefined;
  /** Labels of the workload, where they are known. */
  readonly planned?: PlannedFacts;
}

/** Every guardrail that would say no to it now, in their own order: what an action meets one by one. */
export async function guardrailsInForce(
  db: Db,
  deps: Pick<PipelineDeps, 'rules'>,
  considered: Considered,
  now: Date,
): Promise<readonly Refusal[]> {
  const facts = await guardFacts(db, deps, { ...considered, isUndo: false, lift: undefined }, now);
  return guardrails.flatMap((check) => {
    const decision = check(facts);
    return decision.ok ? [] : [decision.refusal];
  });
}
