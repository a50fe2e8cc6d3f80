import type { PodRow } from '../../domain/workload.ts';
import type { Condition, ContainerStatus, Pod, TerminatedState } from './objects.ts';

export type PodProblem = NonNullable<PodRow['problem']>;

/** What every healthy pod passes through while it starts: a trouble only if it lasts. */
const STARTING = new Set(['ContainerCreating', 'PodInitializing', 'ContainersNotReady', 'ContainersNotInitialized']);

export function isStarting(problem: PodProblem): boolean {
  return STARTING.has(problem.reason);
}

/**
 * What keeps the pod from being ready, in Kubernetes' own words: the pod's reason (Evicted), the first container that is
 * in trouble, then the conditions (Unschedulable, ContainersNotReady, ReadinessGatesNotReady). `container` is empty where
 * the reason is the pod's. `undefined` for a pod that is ready, ended well or is being deleted.
 */
export function podProblem(pod: Pod): PodProblem | undefined {
  const { status = {}, metadata } = pod;
  if (status.phase === 'Succeeded' || metadata?.deletionTimestamp !== undefined) return undefined;
  if (condition(pod, 'Ready')?.status === 'True') return undefined;
  if (status.reason) return { container: '', reason: status.reason, message: status.message ?? '' };
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const problems = containers.map(containerProblem).filter((p) => p !== undefined);
  return (
    problems.find((p) => !isStarting(p)) ??
    ofCondition(condition(pod, 'PodScheduled')) ??
    problems[0] ??
    ofCondition(condition(pod, 'Ready'))
  );
}

function containerProblem(container: ContainerStatus): PodProblem | undefined {
  const name = container.name ?? '';
  const { waiting, terminated } = container.state ?? {};
  if (terminated) {
    if (!terminated.exitCode) return undefined;
    return { container: name, reason: terminated.reason || 'Error', message: endOf(terminated) };
  }
  if (!waiting?.reason) return undefined;
  const last = waiting.reason === 'CrashLoopBackOff' ? container.lastState?.terminated : undefined;
  return { container: name, reason: waiting.reason, message: last ? endOf(last) : (waiting.message ?? '') };
}

/** How a container of a pod that is not ready ended before it was started again, if not well: it may be running between two crashes. */
export function endedBefore({ status = {} }: Pod): PodProblem | undefined {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const [crashed] = containers.flatMap(({ name = '', ready, lastState }) => {
    const end = lastState?.terminated;
    return ready || !end?.exitCode ? [] : [{ container: name, reason: end.reason || 'Error', message: endOf(end) }];
  });
  return crashed;
}

/** `exit code 137 (OOMKilled)`, and the container's own last words if it left any. */
function endOf(end: TerminatedState): string {
  const reason = end.reason ? ` (${end.reason})` : '';
  const words = end.message?.trim();
  return `exit code ${end.exitCode ?? 0}${reason}${words ? `: ${words}` : ''}`;
}

function ofCondition(found: Condition | undefined): PodProblem | undefined {
  if (!found || found.status === 'True') return undefined;
  return { container: '', reason: found.reason ?? 'NotReady', message: found.message ?? '' };
}

function condition(pod: Pod, type: string): Condition | undefined {
  return pod.status?.conditions?.find((c) => c.type === type);
}
