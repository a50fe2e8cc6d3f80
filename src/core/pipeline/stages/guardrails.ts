import type { Target } from '../../../domain/workload.ts';
import { targetKey } from '../../../domain/workload.ts';
import { allow, type Check, refuse } from '../decide.ts';
import type { Holder } from './lock.ts';

export interface GuardFacts {
  readonly target: Target;
  /** Another action that holds the target. */
  readonly holder: Holder | undefined;
}

/** Looked at before planning, when it is confirmed, and once more before it is executed. */
export type Guardrail = Check<GuardFacts>;

const oneActionPerTarget: Guardrail = ({ target, holder }) =>
  holder
    ? refuse({ rule: 'one-action-per-target', job: holder.job, by: holder.by, target: targetKey(target) })
    : allow('one-action-per-target');

/** In this order. Protected namespaces, replica bounds, cool-downs and freezes are added here. */
export const guardrails: readonly Guardrail[] = [oneActionPerTarget];
