import { selects } from '../../../domain/label-selector.ts';
import type { ClaimFacts, EventFacts, Facts, NodeFacts, PodFacts, ServiceFacts } from '../../../domain/why/facts.ts';
import { HttpError } from '../errors.ts';
import type { List } from '../objects.ts';
import type { Rest } from '../rest.ts';
import type { Query } from '../send.ts';
import { claimFacts, eventFacts, nodeFacts, serviceFacts } from './beside-facts.ts';
import type { Looked } from './look.ts';
import type { Claim, EndpointSlice, Event, NetworkPolicy, Node, Service } from './objects.ts';

/** Pods, or claims, whose events are asked for: of one trouble some are as telling as all. */
const ASKED = 8;
/** Of a kind that may be any number in a namespace. */
const MOST = 500;
/** All nodes are looked at up to here, where a pod finds none. */
const NODES = 200;
const NODES_NAMED = 5;
const SERVICES = 5;

interface Around extends Looked {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a workload leans on. `undefined` of what we may not look at. */
export interface Beside {
  readonly events: readonly EventFacts[] | undefined;
  readonly alike: Facts['alike'];
  /** Names of pods whose events nobody asked for, nor of one like them: nothing can be said of these. */
  readonly unasked: ReadonlySet<string>;
  readonly claims: readonly ClaimFacts[] | undefined;
  readonly nodes: readonly NodeFacts[] | undefined;
  readonly services: readonly ServiceFacts[] | undefined;
  readonly policies: readonly NetworkPolicy[] | undefined;
}

export async function besideOf(rest: Rest, around: Around, signal: AbortSignal): Promise<Beside> {
  const listed = listing(rest, around.namespace, signal);
  const { ask, alike, unasked } = worthAsking(around.pods);
  const [events, claims, nodes, services, policies] = await Promise.all([
    eventsOf(listed, [...around.objects, ...ask.map(({ uid }) => uid)]),
    claimsOf(listed, around.pods),
    nodesOf(rest, around.pods, signal),
    servicesOf(listed, around),
    listed<NetworkPolicy>('apis/networking.k8s.io/v1', 'networkpolicies', { limit: MOST }),
  ]);
  return {
    events: events && claims?.events && newestFirst([...events, ...claims.events]),
    alike,
    unasked,
    claims: claims?.claims,
    nodes,
    services,
    policies,
  };
}

type Listed = <T>(group: string, resource: string, query: Query) => Promise<readonly T[] | undefined>;

/** Lists one page of a kind in the namespace; `undefined` when we may not, or the cluster has no such kind. */
function listing(rest: Rest, namespace: string, signal: AbortSignal): Listed {
  return async <T>(group: string, resource: string, query: Query) =>
    itemsOf<T>(rest, `/${group}/namespaces/${encodeURIComponent(namespace)}/${resource}`, query, signal);
}

async function itemsOf<T>(
  rest: Rest,
  path: string,
  query: Query,
  signal: AbortSignal,
): Promise<readonly T[] | undefined> {
  try {
    return (await rest.get<List<T>>(path, query, signal)).items ?? [];
  } catch (error) {
    if (error instanceof HttpError && (error.statusCode === 403 || error.statusCode === 404)) return undefined;
    throw error;
  }
}

/** Each object's own: in a namespace of thousands of events the telling one would be beyond any limit. */
async function eventsOf(listed: Listed, uids: readonly string[]): Promise<readonly EventFacts[] | undefined> {
  const lists = await Promise.all(
    uids
      .filter((uid) => uid !== '')
      .map((uid) => listed<Event>('api/v1', 'events', { fieldSelector: `involvedObject.uid=${uid}`, limit: MOST })),
  );
  return lists.includes(undefined) ? undefined : lists.flatMap((list) => list ?? []).map(eventFacts);
}

function newestFirst(events: readonly EventFacts[]): readonly EventFacts[] {
  return [...events].sort((a, b) => b.at.getTime() - a.at.getTime());
}

interface Asking extends Pick<Beside, 'alike' | 'unasked'> {
  readonly ask: readonly PodFacts[];
}

/** Of the pods that are not ready, one of each kind of trouble, and more of each as long as there is room; those left out are like some of these. */
function worthAsking(pods: readonly PodFacts[]): Asking {
  const kinds = new Map<string, readonly PodFacts[]>();
  for (const pod of pods) {
    if (pod.ready || pod.phase === 'Succeeded') continue;
    kinds.set(signOf(pod), [...(kinds.get(signOf(pod)) ?? []), pod]);
  }
  const ranked = [...kinds.values()].flatMap((kind) => kind.map((pod, rank) => ({ pod, rank, kind })));
  const inTurn = ranked.toSorted((a, b) => a.rank - b.rank);
  const ask = new Set(inTurn.slice(0, ASKED).map(({ pod }) => pod));
  const left = inTurn
    .slice(ASKED)
    .map(({ pod, kind }): [string, readonly string[]] => [
      pod.name,
      kind.filter((other) => ask.has(other)).map(({ name }) => name),
    ]);
  return {
    ask: [...ask],
    alike: new Map(left.filter(([, others]) => others.length > 0)),
    unasked: new Set(left.filter(([, others]) => others.length === 0).map(([name]) => name)),
  };
}

function signOf({ phase, reason, node, containers, template }: PodFacts): string {
  const states = containers.map(({ name, state, ready, restarts }) => [
    name,
    state.is === 'waiting' ? state.reason : state.is,
    ready,
    restarts > 0,
  ]);
  return JSON.stringify([phase, reason, node !== undefined, template, states]);
}

interface Claimed {
  readonly claims: readonly ClaimFacts[];
  /** Of those that are not bound: they say why. */
  readonly events: readonly EventFacts[] | undefined;
}

async function claimsOf(listed: Listed, pods: readonly PodFacts[]): Promise<Claimed | undefined> {
  const unplaced = pods.filter(({ node }) => node === undefined);
  const names = new Set(unplaced.flatMap(({ claims }) => claims));
  if (names.size === 0) return { claims: [], events: [] };
  const all = await listed<Claim>('api/v1', 'persistentvolumeclaims', { limit: MOST });
  if (!all) return undefined;
  const mine = all.filter(({ metadata }) => names.has(metadata?.name ?? ''));
  const unbound = mine.filter(({ status }) => status?.phase !== 'Bound').map(({ metadata }) => metadata?.uid ?? '');
  return { claims: mine.map(claimFacts), events: await eventsOf(listed, unbound.slice(0, ASKED)) };
}

/** Those that pods in trouble run on; all, up to a limit, where one finds none. */
async function nodesOf(
  rest: Rest,
  pods: readonly PodFacts[],
  signal: AbortSignal,
): Promise<readonly NodeFacts[] | undefined> {
  const troubled = pods.filter(({ ready, phase }) => !ready && phase !== 'Succeeded');
  if (troubled.length === 0) return [];
  const list = (query: Query): Promise<readonly Node[] | undefined> =>
    itemsOf<Node>(rest, '/api/v1/nodes', query, signal);
  if (troubled.some(({ node }) => node === undefined)) return (await list({ limit: NODES }))?.map(nodeFacts);
  const names = [...new Set(troubled.flatMap(({ node }) => node ?? []))].slice(0, NODES_NAMED);
  const lists = await Promise.all(names.map((name) => list({ fieldSelector: `metadata.name=${name}` })));
  return lists.includes(undefined) ? undefined : lists.flatMap((l) => l ?? []).map(nodeFacts);
}

/** Services that select the pods, and those with the workload's name or one of their labels that select nothing. */
async function servicesOf(listed: Listed, { workload, labels }: Around): Promise<readonly ServiceFacts[] | undefined> {
  const all = await listed<Service>('api/v1', 'services', { limit: MOST });
  if (!all) return undefined;
  const meant = all.filter((service) => isMeant(service, workload?.ref.name, labels)).slice(0, SERVICES);
  const found = await Promise.all(
    meant.map(async (service) => {
      const labelSelector = `kubernetes.io/service-name=${service.metadata?.name ?? ''}`;
      const slices = await listed<EndpointSlice>('apis/discovery.k8s.io/v1', 'endpointslices', { labelSelector });
      return slices && serviceFacts(service, slices);
    }),
  );
  return found.includes(undefined) ? undefined : found.flatMap((service) => service ?? []);
}

const SUFFIXES = ['', '-svc', '-service'];

/** It selects the pods, or by its name it should. */
function isMeant(
  { metadata, spec }: Service,
  name: string | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  const selector = spec?.selector ?? {};
  if (Object.keys(selector).length === 0) return false;
  return selects({ matchLabels: selector }, labels) || SUFFIXES.some((suffix) => metadata?.name === `${name}${suffix}`);
}
