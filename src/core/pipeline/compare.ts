import type { ActionPlan } from '../../domain/plan.ts';
import { storableJson } from '../../domain/storable.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { PostgresError } from '../../ports/postgres.ts';
import type { Action } from '../define.ts';
import { timeLimit } from '../wake.ts';
import { type PipelineDeps, placeOf, systemOf } from './deps.ts';
import { digestOf } from './digest.ts';
import type { ActionRow } from './records.ts';
import { withEnvironmentPods } from './stages/guards.ts';
import { troubleOf } from './trouble.ts';

/** Somebody waits for a form with what was previewed a while ago. */
const COMPARE_WITHIN_MS = 5_000;

export type Compared =
  /** As it was previewed; with its surroundings as they are now. */
  | { readonly kind: 'same'; readonly plan: ActionPlan }
  | { readonly kind: 'changed' }
  /** Nobody can say: this outside system does not answer. */
  | { readonly kind: 'away'; readonly system: string };

/**
 * Plans it once more, by reads and a dry run, before anybody says yes to it or is asked to. What is shown from here on is how it
 * is now; what a yes is given to stays. The worker compares again, whatever comes of this.
 * @throws UserError where there is nothing to do any more; ClusterError where the cluster says no
 */
export async function compareAnew(
  deps: PipelineDeps,
  row: ActionRow,
  action: Action,
  signal: AbortSignal,
): Promise<Compared> {
  const limit = timeLimit(deps.compareWithinMs ?? COMPARE_WITHIN_MS, signal);
  try {
    const planned = await action.plan(row.target, row.args, { ...placeOf(deps, row.target), signal: limit });
    if (digestOf(row.verb, row.args, planned) !== row.digest) return { kind: 'changed' };
    const plan = { ...planned, facts: await withEnvironmentPods(deps, planned, limit) };
    await keepPlan(deps, row, plan);
    return { kind: 'same', plan };
  } catch (error) {
    if (limit.aborted && !signal.aborted) return { kind: 'away', system: systemOf(row.target) };
    if (!(error instanceof ClusterError || error instanceof PostgresError)) throw error;
    const trouble = troubleOf(deps, error);
    if (trouble.kind === 'away') return trouble;
    if (trouble.kind === 'refused' && trouble.outcome.kind === 'changed') return { kind: 'changed' };
    throw error;
  }
}

/** Who is asked for a second yes sees the same; not once the first one has said theirs. */
async function keepPlan({ db }: PipelineDeps, { id, digest }: ActionRow, plan: ActionPlan): Promise<void> {
  await db
    .updateTable('actions')
    .set({ plan: storableJson(plan) })
    .where('id', '=', id)
    .where('state', '=', 'planned')
    .where('digest', '=', digest)
    .execute();
}
