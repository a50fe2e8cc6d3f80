import { z } from 'zod';
import { allButton } from '../core/all-button.ts';
import { sayButton } from '../core/ask/say.ts';
import { rowsOf } from '../core/ask/whole.ts';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import {
  isTroubled,
  type PlacedPod,
  POD_SORTS,
  type PodSort,
  podCells,
  podColumns,
  podSortOf,
  sortPods,
  sortsByUsage,
} from '../core/pod-rows.ts';
import {
  type FoundPod,
  lookForPods,
  narrowedTo,
  nearPods,
  nearTo,
  type PodSearch,
  type PodsSeen,
  searchedIn,
  searchPods,
} from '../core/pod-search.ts';
import { withUsage } from '../core/pod-usage.ts';
import { withoutPods } from '../core/without-pods.ts';
import { type Block, cut, messageOf, type Text } from '../domain/content.ts';
import { workloadOfPod } from '../domain/target-labels.ts';
import type { PodRow } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';

const Args = z.object({
  target: z.string().optional(),
  namespace: z.string().min(1).optional(),
  'all-namespaces': z.literal(true).optional(),
  selector: z.string().min(1).optional(),
  output: z.enum(['wide']).optional(),
  sort: z.enum(POD_SORTS).optional(),
  'sort-by': z.string().optional(),
  node: z.string().min(1).optional(),
  'field-selector': z.string().optional(),
});
type PodArgs = z.infer<typeof Args>;

/** What fits a phone, where a row is two lines; the rest is counted. */
const ROWS = 12;
const PROBLEMS = 5;
const PROBLEM_MAX = 200;
/** Pods of which one may ask why at once. */
const WHYS = 3;
const BUTTON_MAX = 40;

/** `kubectl get pods`, over all clusters of an environment, with those first that somebody has to look at. */
export const query = defineQuery({
  name: 'pods',
  aliases: ['pod', 'po'],
  positionals: [{ name: 'target', optional: true }],
  flags: [
    { long: 'namespace', short: 'n', value: 'NS', describe: (m) => m.ops.pods.flags.namespace },
    { long: 'all-namespaces', short: 'A', describe: (m) => m.ops.pods.flags.allNamespaces },
    { long: 'selector', short: 'l', value: 'LABELS', describe: (m) => m.ops.pods.flags.selector },
    { long: 'output', short: 'o', value: 'wide', describe: (m) => m.ops.pods.flags.output },
    { long: 'sort', value: POD_SORTS.join('|'), describe: (m) => m.ops.pods.flags.sort },
    { long: 'node', value: 'NODE', describe: (m) => m.ops.pods.flags.node },
    { long: 'field-selector', value: 'FIELD', describe: (m) => m.ops.pods.flags.fieldSelector },
    { long: 'sort-by', value: 'PATH', describe: (m) => m.ops.pods.flags.sortBy },
  ],
  args: Args,
  summary: (m) => m.ops.pods.summary,
  examples: [
    'pods',
    'pods shop/checkout',
    'pods -n shop -l app=checkout -o wide',
    'pods checkout -e staging --sort age',
    'pods -n shop --sort memory',
    'pods --node ip-10-0-1-7',
  ],
  role: 'viewer',
  needs: ['environments'],
  calls: ['pods', 'workload', 'namespaces', 'podUsage'],

  async answer(args, { environments }, asked, m) {
    const node = nodeOf(args);
    const search = await searchPods({ ...args, ...(node !== undefined && { node }) }, environments, asked);
    const sort = sortOf(args);
    const seen = await lookForPods(search, asked.signal);
    if (seen.pods.length === 0) return nothing(search, seen, asked, m);
    if (!sortsByUsage(sort)) return shown({ args, sort, search, seen, unmeasured: [] }, asked, m);
    const { pods, unmeasured } = await withUsage(search, seen.pods, asked.signal);
    return shown({ args, sort, search, seen: { ...seen, pods }, unmeasured }, asked, m);
  },
});

/** What kubectl's way to say it means, and nothing else of it. @throws UserError `not-one-of`, `same-twice` */
function nodeOf({ node, 'field-selector': field }: PodArgs): string | undefined {
  if (field === undefined) return node;
  if (node !== undefined) throw userError('same-twice', { flags: ['--node', '--field-selector'] });
  const [, name] = /^spec\.nodeName==?(.+)$/.exec(field) ?? [];
  if (name === undefined)
    throw userError('not-one-of', { name: '--field-selector', given: field, choices: ['spec.nodeName=NODE'] });
  return name;
}

/** @throws UserError `not-one-of`, `same-twice` */
function sortOf({ sort, 'sort-by': by }: PodArgs): PodSort {
  if (by === undefined) return sort ?? 'problems';
  if (sort !== undefined) throw userError('same-twice', { flags: ['--sort', '--sort-by'] });
  const found = podSortOf(by);
  if (!found) throw userError('not-one-of', { name: '--sort-by', given: by, choices: POD_SORTS });
  return found;
}

interface Sorted {
  readonly args: PodArgs;
  readonly sort: PodSort;
  readonly search: PodSearch;
  readonly seen: PodsSeen;
  /** Clusters whose pods have no figures. */
  readonly unmeasured: readonly string[];
}

function shown({ args, sort, search, seen, unmeasured }: Sorted, asked: Asked, m: Catalog): Answered {
  const { now } = asked;
  const { places } = search;
  const pods = sortPods(seen.pods, sort, now);
  const columns = {
    cluster: new Set(places.map(({ cluster }) => cluster)).size > 1,
    namespace: new Set(pods.map(({ pod }) => pod.namespace)).size > 1 || places.some((p) => p.namespace === undefined),
    wide: args.output === 'wide',
    usage: sortsByUsage(sort),
  };
  const troubled = sortPods(seen.pods, 'problems', now).filter(({ pod }) => isTroubled(pod, now));
  const [worst] = troubled;
  const words = m.ops.pods.found({
    where: narrowedTo(search, searchedIn(search)),
    pods: pods.length,
    troubled: troubled.length,
    ...(worst && { worst: { name: worst.pod.name, status: stateOf(worst.pod) } }),
  });
  const rows = pods.slice(0, rowsOf(asked, ROWS)).map((pod) => podCells(pod, columns, now));
  // Why, and what to press, before the list of all: that may be long.
  const untold = troubled.length - PROBLEMS;
  const problems = [
    ...troubled.slice(0, PROBLEMS).map((p) => problemLine(p, m)),
    ...(untold > 0 ? [m.ops.pods.moreProblems({ more: untold })] : []),
  ];
  const blocks: readonly Block[] = [
    { kind: 'text', text: words },
    ...(worst ? [{ kind: 'list', items: problems } as const, buttonsFor(worst, troubled, m)] : []),
    { kind: 'table', columns: podColumns(columns), rows, more: pods.length - rows.length },
    ...notes(seen, m, unmeasured, { shown: rows.length, of: pods.length }),
    ...allButton(search, 'pods', m),
  ];
  return { text: words, blocks };
}

/** `Running` alone would sound as if it were well. */
function stateOf({ status, readyContainers, containers }: PodRow): string {
  return status === 'Running' ? `${status} ${readyContainers}/${containers}` : status;
}

/** What one would ask next of the pod that the first line names. */
function buttonsFor(worst: FoundPod, troubled: readonly FoundPod[], m: Catalog): Block {
  const { pod } = worst;
  const key = keyOf(worst);
  const words = m.ops.pods.buttons;
  const named = { pod: shortPod(pod.name) };
  const again = pod.restarts > 0 && pod.status !== 'Running' ? ' --previous' : '';
  const buttons = [
    sayButton(words.why(named), `why ${key}`),
    sayButton(words.logs(named), `logs ${key}${again}`),
    sayButton(words.delete(named), `delete ${key}`),
    ...troubled.slice(1, WHYS).map((one) => sayButton(words.why({ pod: shortPod(one.pod.name) }), `why ${keyOf(one)}`)),
  ];
  return { kind: 'buttons', buttons };
}

function keyOf({ environment, cluster, pod }: FoundPod): string {
  return [environment, cluster, pod.namespace, 'pod', pod.name].join('/');
}

/** `checkout…x2v4q`: as much as tells it from the others of its workload. */
function shortPod(name: string): string {
  const workload = workloadOfPod(name);
  if (workload?.kind !== 'Deployment') return cut(name, BUTTON_MAX);
  return `${cut(workload.name, BUTTON_MAX)}…${name.slice(-5)}`;
}

function problemLine({ pod }: PlacedPod, m: Catalog): Text {
  const { container, reason, message } = pod.problem!;
  return m.ops.pods.problem({ pod: pod.name, container, reason, message: cut(message, PROBLEM_MAX) });
}

function notes(
  { more, away }: PodsSeen,
  m: Catalog,
  unmeasured: readonly string[] = [],
  rows?: { readonly shown: number; readonly of: number },
): readonly Block[] {
  const lines = [
    ...(rows && rows.shown < rows.of ? [m.ops.pods.narrower(rows)] : []),
    ...(unmeasured.length > 0 ? [m.ops.pods.unmeasured({ clusters: unmeasured })] : []),
    ...(away.length > 0 ? [m.ops.pods.away({ clusters: away })] : []),
    ...(more > 0 ? [m.ops.pods.notLookedAt({ more })] : []),
  ];
  return lines.length > 0 ? [{ kind: 'context', lines }] : [];
}

/** @throws UserError when the namespace is nowhere to be found */
async function nothing(search: PodSearch, seen: PodsSeen, { signal }: Asked, m: Catalog): Promise<Answered> {
  const idle = seen.away.length === 0 ? await withoutPods(search, m, signal) : undefined;
  if (idle) return idle;
  const near = await nearPods(search, seen, signal);
  const words = m.ops.pods.none({ where: searchedIn(search), target: search.words.target, near });
  return { ...messageOf(words, ...notes(seen, m)), ...nearTo(search, near) };
}
