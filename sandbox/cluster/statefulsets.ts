import { recordRefusal } from './events.ts';
import type { Pod, Workload } from './objects.ts';
import { createPod, deletePod, isReady, isTerminating } from './pods.ts';
import { syncRevision, withoutZeros } from './revisions.ts';
import { hashOf, type Store } from './store.ts';

/** One look of the StatefulSet controller (OrderedReady): one pod at a time, up from 0, replaced from the last down. */
export function stepStatefulSet(store: Store, set: Workload, nodes: readonly string[]): void {
  const revision = syncRevision(store, 'statefulsets', set);
  const update = revision.metadata.name;
  const replicas = set.spec.replicas ?? 1;
  const pods = store.owned('pods', set.metadata.uid);
  const before = (set.status['currentRevision'] as string | undefined) ?? update;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const byOrdinal = Array.from({ length: replicas }, (_, i) => pods.find((p) => ordinalOf(p) === i));
  const updated = pods.filter((p) => p.metadata.labels?.['controller-revision-hash'] === update);
  const done = updated.length === replicas && pods.length === replicas && pods.every(isReady);
  const current = done ? update : before;
  if (!scaleDown(store, pods, replicas)) {
    fillOrReplace(store, set, { byOrdinal, update, current, partition, nodes });
  }
  const ready = pods.filter(isReady).length;
  const counts = {
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: current === update ? updated.length : pods.length - updated.length,
    updatedReplicas: updated.length,
  };
  const observedGeneration = set.metadata.generation ?? 1;
  const revisions = { currentRevision: current, updateRevision: update };
  store.put('statefulsets', {
    ...set,
    status: { observedGeneration, collisionCount: 0, replicas: pods.length, ...revisions, ...withoutZeros(counts) },
  });
}

interface Step {
  byOrdinal: readonly (Pod | undefined)[];
  update: string;
  current: string;
  partition: number;
  nodes: readonly string[];
}

/** True if a pod beyond the wanted number was there, and is now ending. */
function scaleDown(store: Store, pods: readonly Pod[], replicas: number): boolean {
  const surplus = pods.filter((p) => ordinalOf(p) >= replicas).sort((a, b) => ordinalOf(b) - ordinalOf(a))[0];
  if (surplus) deletePod(store, surplus);
  return surplus !== undefined;
}

/**
 * A pod that never became ready holds everything up, also the update that would mend it (known in the real controller,
 * kubernetes/kubernetes#67250). One that crashes is ready for a moment at each start, which lets the update through.
 */
function fillOrReplace(store: Store, set: Workload, step: Step): void {
  for (const [ordinal, pod] of step.byOrdinal.entries()) {
    if (!pod) {
      create(store, set, ordinal, step);
      return;
    }
    if (isTerminating(pod) || (!isReady(pod) && !hasRun(pod))) return;
  }
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const stale = step.byOrdinal.findLast(
    (p, i) => p && i >= step.partition && p.metadata.labels?.['controller-revision-hash'] !== step.update,
  );
  const waits = step.byOrdinal.some(
    (p) => p && !isReady(p) && p.metadata.labels?.['controller-revision-hash'] === step.update,
  );
  if (stale && !waits) deletePod(store, stale);
}

function create(store: Store, set: Workload, ordinal: number, { current, update, partition, nodes }: Step): void {
  const name = `${set.metadata.name}-${ordinal}`;
  const revision = ordinal < partition ? current : update;
  const old = store.get('controllerrevisions', set.metadata.namespace, revision)?.data.spec.template;
  const { $patch: _, ...template } = { $patch: undefined, ...(old ?? set.spec.template) };
  const labels = {
    'apps.kubernetes.io/pod-index': String(ordinal),
    'controller-revision-hash': revision,
    'statefulset.kubernetes.io/pod-name': name,
  };
  const node = nodes[ordinal % nodes.length] ?? hashOf(name);
  const refusal = createPod(store, { owner: set, ownerResource: 'statefulsets', name, template, labels, node });
  if (refusal === undefined) return;
  recordRefusal(
    store,
    'StatefulSet',
    set,
    `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${refusal}`,
  );
}

function ordinalOf(pod: Pod): number {
  return Number(pod.metadata.labels?.['apps.kubernetes.io/pod-index'] ?? 0);
}

function hasRun(pod: Pod): boolean {
  return pod.status.containerStatuses?.some((c) => c.restartCount > 0) ?? false;
}
