import { recordRefusal } from './events.ts';
import type { Pod, Workload } from './objects.ts';
import { createPod, deletePod, isReady, isTerminating } from './pods.ts';
import { revisionHash, syncRevision, withoutZeros } from './revisions.ts';
import type { Store } from './store.ts';

/** One look of the DaemonSet controller: a pod for each node, one replaced at a time, those that are not ready first. */
export function stepDaemonSet(store: Store, set: Workload, nodes: readonly string[]): void {
  const hash = revisionHash(syncRevision(store, 'daemonsets', set), set);
  const pods = store.owned('pods', set.metadata.uid);
  const isNew = (pod: Pod): boolean => pod.metadata.labels?.['controller-revision-hash'] === hash;
  for (const node of nodes) {
    if (pods.some((p) => p.spec.nodeName === node)) continue;
    const name = `${set.metadata.name}-${store.suffix()}`;
    const labels = {
      'controller-revision-hash': hash,
      'pod-template-generation': String(set.metadata.generation ?? 1),
    };
    const plan = { owner: set, ownerResource: 'daemonsets', name, template: set.spec.template, labels, node } as const;
    const refusal = createPod(store, plan);
    if (refusal !== undefined) recordRefusal(store, 'DaemonSet', set, `Error creating: ${refusal}`);
  }
  if (set.spec.updateStrategy?.type !== 'OnDelete') replaceOne(store, pods, nodes, isNew);
  const updated = pods.filter((p) => isNew(p) && !isTerminating(p)).length;
  const ready = pods.filter((p) => isReady(p) && !isTerminating(p)).length;
  const scheduled = {
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: nodes.length,
    numberMisscheduled: 0,
    numberReady: ready,
  };
  const counts = withoutZeros({
    numberAvailable: ready,
    updatedNumberScheduled: updated,
    numberUnavailable: nodes.length - ready,
  });
  const observedGeneration = set.metadata.generation ?? 1;
  store.put('daemonsets', { ...set, status: { observedGeneration, ...scheduled, ...counts } });
}

/** maxUnavailable is 1. */
function replaceOne(store: Store, pods: readonly Pod[], nodes: readonly string[], isNew: (pod: Pod) => boolean): void {
  const stale = pods.filter((p) => !isNew(p) && !isTerminating(p));
  const broken = stale.filter((p) => !isReady(p));
  for (const pod of broken) deletePod(store, pod);
  const allUp = pods.length === nodes.length && pods.every((p) => isReady(p) && !isTerminating(p));
  if (broken.length === 0 && allUp && stale[0]) deletePod(store, stale[0]);
}
