import { ageOf } from '../core/age.ts';
import { listQuery } from '../core/lists/query.ts';
import type { ListItem } from '../core/lists/spec.ts';
import type { WorkloadRow } from '../ports/cluster.ts';

/** `kubectl get deployments,statefulsets,daemonsets`, as one list. */
export const query = listQuery({
  name: 'workloads',
  aliases: [
    'workload',
    'deployments',
    'deployment',
    'deploy',
    'statefulsets',
    'statefulset',
    'sts',
    'daemonsets',
    'daemonset',
    'ds',
  ],
  scope: 'namespace',
  calls: ['workloads', 'namespaces'],
  columns: { READY: 'Ready', KIND: 'Kind', AGE: 'Age' },
  wide: { IMAGES: 'Images' },
  next: 'why',
  examples: ['workloads', 'workloads -n shop -o wide', 'workloads sts/db'],
  kindOf: ({ cells }) => cells['Kind'],
  fits: (item, { kind, name }) => item.name === name && (kind === undefined || item.cells['Kind'] === kind),
  async read(cluster, { now, ...query }, options) {
    const rows = await cluster.workloads(query, options);
    return { items: rows.map((row) => itemOf(row, now)), more: 0 };
  },
});

function itemOf({ ref, desired, ready, createdAt, images, labels }: WorkloadRow, now: Date): ListItem {
  const age = ageOf(now.getTime() - createdAt.getTime());
  return {
    namespace: ref.namespace,
    name: ref.name,
    labels,
    cells: { Ready: `${ready}/${desired}`, Kind: ref.kind, Age: age, Images: images.join(', ') },
    urgency: ready < desired ? 0 : desired === 0 ? 2 : 1,
  };
}
