import { ageOf } from '../core/age.ts';
import { listQuery } from '../core/lists/query.ts';
import type { ListItem } from '../core/lists/spec.ts';
import type { WorkloadRow } from '../ports/cluster.ts';

/** After whatever lacks pods, before what is well. */
const ALL_BUT_WELL = 0.999_999;

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
  wide: { 'UP-TO-DATE': 'Updated', IMAGES: 'Images' },
  next: 'why',
  examples: ['workloads', 'workloads -n shop -o wide', 'workloads sts/db'],
  told: ({ stuck, rolling }, m) =>
    stuck ?? (rolling && { reason: m.list.rolling.reason, message: m.list.rolling.message(rolling) }),
  kindOf: ({ cells }) => cells['Kind'],
  fits: (item, { kind, name }) => item.name === name && (kind === undefined || item.cells['Kind'] === kind),
  async read(cluster, { now, ...query }, options) {
    const rows = await cluster.workloads(query, options);
    return { items: rows.map((row) => itemOf(row, now)), more: 0 };
  },
});

function itemOf(row: WorkloadRow, now: Date): ListItem {
  const { ref, desired, ready, updated, stuck, rolling, createdAt, images, labels } = row;
  const age = ageOf(now.getTime() - createdAt.getTime());
  return {
    namespace: ref.namespace,
    name: ref.name,
    labels,
    cells: {
      Ready: `${ready}/${desired}`,
      Kind: ref.kind,
      Age: age,
      Updated: `${updated}`,
      Images: images.join(', '),
    },
    urgency: urgencyOf(row),
    ...(stuck && { stuck }),
    ...(rolling && { rolling: { updated, desired } }),
  };
}

/** What is down comes first, of that what has most pods; then by the share that is there, then what is stuck or rolling out though all old pods are. */
function urgencyOf({ desired, ready, stuck, rolling }: WorkloadRow): number {
  if (ready < desired) return ready === 0 ? -desired : ready / desired;
  if (stuck || rolling) return ALL_BUT_WELL;
  return desired === 0 ? 2 : 1;
}
