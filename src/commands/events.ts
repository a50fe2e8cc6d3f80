import { answerList, listQuery } from '../core/lists/query.ts';
import { type ListItem, tableSpec } from '../core/lists/spec.ts';
import { NODE_EVENTS_IN, nodeMeant } from '../core/node.ts';
import { isPodOf, type Reading } from '../core/target-words.ts';
import { cut } from '../domain/content.ts';
import { workloadOfPod } from '../domain/target-labels.ts';

const MESSAGE_MAX = 80;
const WORKLOADS = new Set(['deployment', 'statefulset', 'daemonset']);
const DAY_MS = 86_400_000;

const SPEC = tableSpec({
  name: 'events',
  aliases: ['event', 'ev'],
  resource: 'events',
  title: 'OBJECT',
  ofWorkload: 'events',
  columns: { 'LAST SEEN': 'Last Seen', TYPE: 'Type', REASON: 'Often', MESSAGE: 'Short' },
  wide: { SOURCE: 'Source' },
  inFull: { Short: 'Message' },
  told: (item) => ({ reason: item.cells['Reason'] ?? '', message: tellingOf(item.cells['Message'] ?? '') }),
  next: 'why',
  nextOf: askedOf,
  examples: ['events -n shop', 'events shop/checkout', 'events deploy/checkout -n shop', 'events node/ip-10-0-1-7'],
  lines: (row) => [{ ...row, name: row.cells['Object'] ?? row.name }],
  cells: ({ cells }) => ({
    Often: Number(cells['Count']) > 1 ? `${cells['Reason'] ?? ''} ×${cells['Count']}` : (cells['Reason'] ?? ''),
    Short: cut(tellingOf(cells['Message'] ?? ''), MESSAGE_MAX),
  }),
  urgency: ({ cells, at }, now) => (cells['Type'] === 'Normal' ? 1 : 0) + partOfAge(at, now),
  fits: isAbout,
});

/** Those of a node are about nothing else of its name. */
const OF_NODE = { ...SPEC, fits: (item: ListItem, { name }: Reading): boolean => item.name === `node/${name}` };

const listed = listQuery(SPEC);

/** `kubectl get events`: warnings first, and of each the newest. */
export const query: typeof listed = {
  ...listed,
  answer(args, { environments }, asked, m) {
    const node = nodeMeant(args.target);
    return node === undefined
      ? answerList(SPEC, args, environments, asked, m)
      : answerList(OF_NODE, { ...args, target: node, namespace: NODE_EVENTS_IN }, environments, asked, m);
  },
};

/** Without what comes before it in every such event, and is said in the other columns. */
function tellingOf(message: string): string {
  return message.replace(/^(?:Error creating: )?(?:pods "[^"]*" is forbidden: )?(?=.)/, '');
}

/** What `why` is asked of: the workload rather than one of its pods, which may be gone. */
function askedOf({ name: object }: ListItem): string | undefined {
  const [kind = '', name = ''] = object.split('/');
  if (WORKLOADS.has(kind)) return object;
  if (kind === 'replicaset') return /^(.+)-[456789bcdf]{6,10}$/.exec(name)?.[1]?.replace(/^/, 'deployment/');
  if (kind !== 'pod') return undefined;
  const workload = workloadOfPod(name);
  return workload && workload.kind !== 'DaemonSet' ? `${workload.kind.toLowerCase()}/${workload.name}` : object;
}

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
