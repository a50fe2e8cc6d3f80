import type { WorkloadKind } from '../../domain/workload.ts';
import type { WorkloadRow } from '../../ports/cluster.ts';
import type { WorkloadObject } from './objects.ts';
import { rolloutState } from './rollout.ts';
import { desiredOf, imagesOf } from './workload.ts';

export function toWorkloadRow(kind: WorkloadKind, object: WorkloadObject): WorkloadRow {
  const { metadata = {}, spec = {}, status = {} } = object;
  const desired = desiredOf(kind, object);
  const updated = (kind === 'DaemonSet' ? status.updatedNumberScheduled : status.updatedReplicas) ?? 0;
  return {
    ref: { kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '' },
    desired,
    ready: (kind === 'DaemonSet' ? status.numberReady : status.readyReplicas) ?? 0,
    updated,
    ...stuckOf(object),
    ...(updated < desired && rolloutState(kind, object) !== 'done' && { rolling: true as const }),
    createdAt: new Date(metadata.creationTimestamp ?? 0),
    images: imagesOf(spec.template),
    labels: metadata.labels ?? {},
  };
}

function stuckOf({ status }: WorkloadObject): Pick<WorkloadRow, 'stuck'> {
  const found = status?.conditions?.find(
    ({ type, status: is, reason }) =>
      (type === 'ReplicaFailure' && is === 'True') || (type === 'Progressing' && reason === 'ProgressDeadlineExceeded'),
  );
  return found ? { stuck: { reason: found.reason ?? '', message: found.message ?? '' } } : {};
}
