import { z } from 'zod';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import type { Environments } from '../core/environments.ts';
import { nearest } from '../core/nearest.ts';
import { isTroubled, type PlacedPod, POD_SORTS, podCells, podColumns, podsMeant, sortPods } from '../core/pod-rows.ts';
import {
  clustersOf,
  distinctPlaces,
  environmentFor,
  type Looking,
  noSuchNamespace,
  type Place,
  whereOf,
  whereToLook,
} from '../core/targets.ts';
import { type Block, cut, messageOf, type Text } from '../domain/content.ts';
import { workloadOfPod } from '../domain/target-labels.ts';
import type { Catalog } from '../messages/catalog.ts';
import { ClusterError } from '../ports/cluster.ts';

const Args = z.object({
  target: z.string().optional(),
  namespace: z.string().min(1).optional(),
  'all-namespaces': z.literal(true).optional(),
  selector: z.string().min(1).optional(),
  output: z.enum(['wide']).optional(),
  sort: z.enum(POD_SORTS).default('problems'),
});
type PodArgs = z.infer<typeof Args>;

/** What fits a phone; the rest is counted. */
const ROWS = 30;
const PROBLEMS = 5;
const PROBLEM_MAX = 200;
/** Pods of one cluster that are looked at, to find the troubled ones among them. */
const LOOKED_AT = 20_000;

/** `kubectl get pods`, over all clusters of an environment, with those first that somebody has to look at. */
export const query = defineQuery({
  name: 'pods',
  positionals: [{ name: 'target', optional: true }],
  flags: [
    { long: 'namespace', short: 'n', value: 'NS', describe: (m) => m.ops.pods.flags.namespace },
    { long: 'all-namespaces', short: 'A', describe: (m) => m.ops.pods.flags.allNamespaces },
    { long: 'selector', short: 'l', value: 'LABELS', describe: (m) => m.ops.pods.flags.selector },
    { long: 'output', short: 'o', value: 'wide', describe: (m) => m.ops.pods.flags.output },
    { long: 'sort', value: POD_SORTS.join('|'), describe: (m) => m.ops.pods.flags.sort },
  ],
  args: Args,
  summary: (m) => m.ops.pods.summary,
  examples: [
    'pods',
    'pods shop/checkout',
    'pods -n shop -l app=checkout -o wide',
    'pods checkout -e staging --sort age',
  ],
  role: 'viewer',
  needs: ['environments'],
  calls: ['pods', 'workload', 'namespaces'],

  async answer(args, { environments }, asked, m) {
    const search = await searchFor(args, environments, asked);
    const seen = await look(search, asked.signal);
    if (seen.pods.length === 0) return nothing(search, seen, asked, m);
    return shown(search, seen, asked, m);
  },
});

/** What to ask which clusters. */
interface Search {
  readonly args: PodArgs;
  readonly places: readonly Place[];
  /** How the words can be read; none: all pods. */
  readonly looking: readonly Looking[];
  readonly selector?: string;
}

async function searchFor(args: PodArgs, environments: Environments, asked: Asked): Promise<Search> {
  const { environment, cluster, incidentTarget } = asked;
  const { target: text, namespace, selector } = args;
  const scope = { environments, environment, incidentTarget };
  if (text !== undefined) {
    const looking = whereToLook({ text, namespace, cluster }, scope);
    return { args, places: distinctPlaces(looking), looking, selector };
  }
  if (incidentTarget && isAlone(args, asked)) {
    const own = await searchForIncident(args, environments, asked);
    if (own) return own;
  }
  const where = environmentFor(undefined, scope);
  const places = clustersOf(where, cluster).map((c): Place => ({ environment: where.name, cluster: c, namespace }));
  return { args, places, looking: [], selector };
}

/** Nothing was said of where: then in an incident's thread its workload is meant. */
function isAlone(args: PodArgs, { environment, cluster, incidentTarget }: Asked): boolean {
  const elsewhere = cluster !== undefined || environment !== incidentTarget?.environment;
  return !(elsewhere || args.namespace || args['all-namespaces'] || args.selector);
}

async function searchForIncident(
  args: PodArgs,
  environments: Environments,
  { incidentTarget, signal }: Asked,
): Promise<Search | undefined> {
  const { environment, cluster: name, namespace } = incidentTarget!;
  const cluster = environments.get(environment)?.clusters.get(name);
  const workload = await cluster?.workload(incidentTarget!, { signal });
  if (!cluster || !workload) return undefined;
  return { args, places: [{ environment, cluster, namespace }], looking: [], selector: workload.selector };
}

interface Seen {
  readonly pods: readonly PlacedPod[];
  /** Everything that was there before the words were compared: for near names. */
  readonly all: readonly PlacedPod[];
  /** Pods that were not looked at. */
  readonly more: number;
  readonly away: readonly string[];
}

/** Asks all at once; a cluster that is away is named, and only when all are is it an error. */
async function look({ places, looking, selector }: Search, signal: AbortSignal): Promise<Seen> {
  const answers = await Promise.all(
    places.map(async (place) => {
      const { cluster, namespace } = place;
      try {
        return { place, list: await cluster.pods({ namespace, selector, limit: LOOKED_AT }, { signal }) };
      } catch (error) {
        if (error instanceof ClusterError && error.kind === 'away') return { place, error };
        throw error;
      }
    }),
  );
  const away = answers.flatMap(({ place, error }) => (error ? [place.cluster.name] : []));
  const [first] = answers;
  if (first?.error && answers.every(({ error }) => error)) throw first.error;
  const all = answers.flatMap(({ place, list }) =>
    (list?.pods ?? []).map((pod) => ({ pod, cluster: place.cluster.name, environment: place.environment })),
  );
  const readings = looking.map(({ reading }) => reading);
  const pods = readings.length > 0 ? podsMeant(all, readings) : all;
  return { pods, all, more: answers.reduce((sum, { list }) => sum + (list?.more ?? 0), 0), away: [...new Set(away)] };
}

function shown(search: Search, seen: Seen, { now }: Asked, m: Catalog): Answered {
  const { args, places } = search;
  const pods = sortPods(seen.pods, args.sort, now);
  const columns = {
    cluster: new Set(places.map(({ cluster }) => cluster)).size > 1,
    namespace: new Set(pods.map(({ pod }) => pod.namespace)).size > 1 || places.some((p) => p.namespace === undefined),
    wide: args.output === 'wide',
  };
  const troubled = sortPods(seen.pods, 'problems', now).filter(({ pod }) => isTroubled(pod));
  const [worst] = troubled;
  const words = m.ops.pods.found({
    where: where(search),
    pods: pods.length,
    troubled: troubled.length,
    ...(worst && { worst: { name: worst.pod.name, status: worst.pod.status } }),
  });
  const rows = pods.slice(0, ROWS).map((pod) => podCells(pod, columns, now));
  const blocks: Block[] = [
    { kind: 'text', text: words },
    { kind: 'table', columns: podColumns(columns), rows, more: pods.length - rows.length },
  ];
  if (troubled.length > 0)
    blocks.push({ kind: 'list', items: troubled.slice(0, PROBLEMS).map((p) => problemLine(p, m)) });
  return { text: words, blocks: [...blocks, ...notes(seen, m)] };
}

function problemLine({ pod }: PlacedPod, m: Catalog): Text {
  const { container, reason, message } = pod.problem!;
  return m.ops.pods.problem({ pod: pod.name, container, reason, message: cut(message, PROBLEM_MAX) });
}

function notes({ more, away }: Seen, m: Catalog): readonly Block[] {
  const lines = [
    ...(away.length > 0 ? [m.ops.pods.away({ clusters: away })] : []),
    ...(more > 0 ? [m.ops.pods.notLookedAt({ more })] : []),
  ];
  return lines.length > 0 ? [{ kind: 'context', lines }] : [];
}

/** `production/shop (app=checkout)`: where it looked, as one would type it. */
function where({ places, args }: Search): string {
  const [first] = places;
  const clusters = new Set(places.map(({ cluster }) => cluster));
  const namespaces = new Set(places.map(({ namespace }) => namespace));
  const one = clusters.size === 1 ? whereOf(first!) : first!.environment;
  const inNamespace = clusters.size > 1 && namespaces.size === 1 && first!.namespace ? `/${first!.namespace}` : '';
  return `${one}${inNamespace}${args.selector ? ` (${args.selector})` : ''}`;
}

/** @throws UserError when the namespace is nowhere to be found */
async function nothing(search: Search, seen: Seen, { signal }: Asked, m: Catalog): Promise<Answered> {
  const [first] = search.places;
  const { namespace, environment } = first!;
  if (namespace !== undefined && seen.away.length === 0 && search.places.every((p) => p.namespace === namespace)) {
    const clusters = [...new Set(search.places.map(({ cluster }) => cluster))];
    const missing = await noSuchNamespace({ environment, clusters, namespace }, signal);
    if (missing) throw missing;
  }
  const names = new Set(seen.all.flatMap(namesOf));
  const near = search.looking.flatMap(({ reading }) => nearest(reading.name, names));
  const { target } = search.args;
  const words = m.ops.pods.none({ where: where(search), target, near: [...new Set(near)].slice(0, 3) });
  return messageOf(words, ...notes(seen, m));
}

/** What somebody may call a pod: its workload's name, or the application's. */
function namesOf({ pod }: PlacedPod): readonly string[] {
  const { app, 'app.kubernetes.io/name': name } = pod.labels;
  return [workloadOfPod(pod.name)?.name ?? pod.name, app, name].filter((n) => n !== undefined);
}
