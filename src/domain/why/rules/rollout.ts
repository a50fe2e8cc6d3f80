import { conditionOf, type WorkloadFacts } from '../facts.ts';
import { type Cause, findingOf, type Rule, rollbackFrom, type Step } from '../finding.ts';

/** What the workload itself says: nothing is wanted of it, or nothing may move. */
export const rollout: Rule = ({ workload, pods, alone }) => {
  if (!workload || alone) return [];
  const cause = causeOf(workload, pods.length);
  if (!cause) return [];
  const next: readonly Step[] = cause.id === 'scaled-to-zero' ? [{ do: 'scale', to: 1 }] : [];
  return [findingOf(cause, undefined, [], next)];
};

function causeOf(
  { ref, desired, paused, onDelete, updated, rollout: state }: WorkloadFacts,
  pods: number,
): Cause | undefined {
  if (desired === 0 && ref.kind === 'DaemonSet') return { id: 'suits-no-node' };
  if (desired === 0) return { id: 'scaled-to-zero' };
  if (paused && (updated < desired || pods === 0)) return { id: 'paused', updated, desired };
  return onDelete && updated < desired && state !== 'done' ? { id: 'on-delete', updated, desired } : undefined;
}

/** Named only where nothing else explains it: that time is over is no cause. */
export const deadline: Rule = ({ workload, alone }) => {
  if (workload?.rollout !== 'failed' || alone) return [];
  const said = conditionOf(workload, 'Progressing');
  const cause: Cause = { id: 'deadline-passed', seconds: workload.progressDeadlineSeconds };
  return [findingOf(cause, undefined, said ? [said] : [], rollbackFrom(workload))];
};
