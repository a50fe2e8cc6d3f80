import type { ChangedBy } from '../../../domain/plan.ts';
import { type ActionTarget, targetKey } from '../../../domain/workload.ts';
import { allow, type Check, refuse } from '../decide.ts';

export interface RecheckFacts {
  readonly target: ActionTarget;
  /** Of the plan that was confirmed, and of one made now. */
  readonly digestWas: string | null;
  readonly digestIs: string;
}

export interface AsPlannedFacts {
  readonly target: ActionTarget;
  /** What ours has changed since of what was planned on. */
  readonly changedBy: ChangedBy | undefined;
}

/** From rows alone: nobody is called for a second yes to what one of our own jobs has overtaken. */
export const asPlanned: Check<AsPlannedFacts> = ({ target, changedBy: by }) =>
  by ? refuse({ rule: 'unchanged', target: targetKey(target), by }) : allow('as-planned');

/** The yes was given to one digest; a changed one needs a new yes. */
export const unchanged: Check<RecheckFacts> = ({ target, digestWas, digestIs }) =>
  digestWas === digestIs ? allow('unchanged') : refuse({ rule: 'unchanged', target: targetKey(target) });
