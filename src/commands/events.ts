import { listQuery } from '../core/lists/query.ts';
import { type ListItem, tableSpec } from '../core/lists/spec.ts';
import { isPodOf, type Reading } from '../core/target-words.ts';
import { cut } from '../domain/content.ts';

const MESSAGE_MAX = 120;
const DAY_MS = 86_400_000;

/** `kubectl get events`: warnings first, and of each the newest. */
export const query = listQuery(
  tableSpec({
    name: 'events',
    aliases: ['event', 'ev'],
    resource: 'events',
    title: 'OBJECT',
    ofWorkload: true,
    columns: { 'LAST SEEN': 'Last Seen', TYPE: 'Type', REASON: 'Reason', COUNT: 'Count', MESSAGE: 'Short' },
    wide: { SOURCE: 'Source' },
    examples: ['events -n shop', 'events shop/checkout', 'events deploy/checkout -n shop'],
    lines: (row) => [{ ...row, name: row.cells['Object'] ?? row.name }],
    cells: ({ cells }) => ({ Short: cut(cells['Message'] ?? '', MESSAGE_MAX) }),
    urgency: ({ cells, at }, now) => (cells['Type'] === 'Normal' ? 1 : 0) + partOfAge(at, now),
    fits: isAbout,
  }),
);

/** From 0 to 1, the older the more. */
function partOfAge(at: Date, now: Date): number {
  const ageMs = Math.max(0, now.getTime() - at.getTime());
  return ageMs / (ageMs + DAY_MS);
}

/** Of a workload: its own, and those of its replica sets and pods, also of those that are gone. */
function isAbout(item: ListItem, reading: Reading): boolean {
  const [kind = '', name = ''] = item.name.split('/');
  if (name === reading.name) return reading.kind === undefined || kind === reading.kind.toLowerCase() || isScaler(kind);
  if (kind === 'pod') return isPodOf(name, reading);
  return kind === 'replicaset' && isReplicaSetOf(name, reading);
}

/** An autoscaler has its workload's name nearly everywhere, and tells what became of its replicas. */
const isScaler = (kind: string): boolean => kind === 'horizontalpodautoscaler';

/** `checkout-5d8c9f7b6`: a template's hash is of these letters (k8s.io/apimachinery/pkg/util/rand). */
function isReplicaSetOf(name: string, { kind = 'Deployment', name: workload }: Reading): boolean {
  const suffix = name.startsWith(`${workload}-`) ? name.slice(workload.length + 1) : '';
  return kind === 'Deployment' && /^[456789bcdf]{6,10}$/.test(suffix);
}
