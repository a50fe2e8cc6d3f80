import type { Pod, Workload } from '../cluster/objects.ts';
import type { World } from '../cluster/world.ts';

const KINDS = { deployments: 'deployment', statefulsets: 'statefulset', daemonsets: 'daemonset' } as const;

export interface WorkloadState {
  readonly kind: (typeof KINDS)[keyof typeof KINDS];
  readonly namespace: string;
  readonly name: string;
  readonly ready: number;
  readonly desired: number;
  /** It may not make the pods that are wanted. */
  readonly refused: boolean;
  readonly crashing: readonly Pod[];
  readonly pods: readonly PodState[];
}

/** A pod in kubectl's words. */
export interface PodState {
  readonly name: string;
  /** `Running`, `CrashLoopBackOff`, `Terminating`. */
  readonly status: string;
  readonly ready: boolean;
  readonly restarts: number;
}

/** How every workload of the cluster is. */
export function workloads(world: World): WorkloadState[] {
  const pods = world.store.seen('pods');
  return (['deployments', 'statefulsets', 'daemonsets'] as const).flatMap((resource) =>
    world.store.seen(resource).map(({ metadata, spec, status }): WorkloadState => {
      const { namespace = '', name } = metadata;
      const own = pods.filter((pod) => pod.metadata.namespace === namespace && pod.metadata.labels?.['app'] === name);
      const ready = own.filter((pod) => pod.metadata.deletionTimestamp === undefined && isReady(pod)).length;
      const desired = resource === 'daemonsets' ? world.nodes.length : (spec.replicas ?? 1);
      return {
        kind: KINDS[resource],
        namespace,
        name,
        ready,
        desired,
        refused: isRefused(status),
        crashing: own.filter(isCrashing),
        pods: own.map(podState),
      };
    }),
  );
}

function podState(pod: Pod): PodState {
  const { metadata, status } = pod;
  const containers = status.containerStatuses ?? [];
  const waiting = containers.find((one) => one.state.waiting)?.state.waiting?.reason;
  return {
    name: metadata.name,
    status: metadata.deletionTimestamp === undefined ? (waiting ?? status.phase) : 'Terminating',
    ready: isReady(pod),
    restarts: containers.reduce((sum, one) => sum + one.restartCount, 0),
  };
}

function isReady(pod: Pod): boolean {
  return pod.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True');
}

function isCrashing(pod: Pod): boolean {
  return pod.status.containerStatuses?.some((c) => !c.ready && c.restartCount > 0) ?? false;
}

function isRefused({ conditions = [] }: Workload['status']): boolean {
  return conditions.some(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
}
