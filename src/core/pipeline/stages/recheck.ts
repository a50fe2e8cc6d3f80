import { type ActionTarget, targetKey } from '../../../domain/workload.ts';
import { allow, type Check, refuse } from '../decide.ts';

export interface RecheckFacts {
  readonly target: ActionTarget;
  /** Of the plan that was confirmed, and of one made now. */
  readonly digestWas: string | null;
  readonly digestIs: string;
}

/** The yes was given to one digest; a changed one needs a new yes. */
export const unchanged: Check<RecheckFacts> = ({ target, digestWas, digestIs }) =>
  digestWas === digestIs ? allow('unchanged') : refuse({ rule: 'unchanged', target: targetKey(target) });
