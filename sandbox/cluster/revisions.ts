import type { ControllerRevision, Workload, WorkloadResource } from './objects.ts';
import { hashOf, ownerOf, type Store } from './store.ts';

/** The ControllerRevision of the present template, made or brought to the front as the controllers do. */
export function syncRevision(store: Store, resource: WorkloadResource, workload: Workload): ControllerRevision {
  const { template } = workload.spec;
  const { name, namespace } = workload.metadata;
  const history = store.owned('controllerrevisions', workload.metadata.uid);
  const newest = Math.max(0, ...history.map((r) => r.revision));
  const hash = hashOf(template);
  const known = history.find((r) => r.metadata.name === `${name}-${hash}`);
  if (known?.revision === newest && known) return known;
  const hashLabel = resource === 'daemonsets' ? 'controller-revision-hash' : 'controller.kubernetes.io/hash';
  const labels = { ...template.metadata.labels, [hashLabel]: hash };
  const { annotations } = workload.metadata;
  const metadata =
    known?.metadata ??
    store.meta(namespace, `${name}-${hash}`, {
      labels,
      ...(annotations && { annotations: { ...annotations } }),
      ownerReferences: ownerOf(resource, workload),
    });
  const revision: ControllerRevision = {
    metadata,
    revision: newest + 1,
    data: { spec: { template: { ...structuredClone(template), $patch: 'replace' } } },
  };
  store.put('controllerrevisions', revision);
  return revision;
}

/** The part of a revision's name after the workload's. */
export function revisionHash(revision: ControllerRevision, workload: Workload): string {
  return revision.metadata.name.slice(workload.metadata.name.length + 1);
}

/** Zero is absent on the wire. */
export function withoutZeros(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}
