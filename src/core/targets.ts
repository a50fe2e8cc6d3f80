import { type DatabaseTarget, type Target, targetKey } from '../domain/workload.ts';
import { userError } from '../messages/user-error.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Environment, Environments } from './environments.ts';
import { isKindWord } from './kind-words.ts';
import { nearest } from './nearest.ts';
import { bestFits, CANDIDATES, isPodEnd, isWorkloadWord, partFits, type Reading, readingsOf } from './target-words.ts';

/** What somebody typed of a workload; what `Action.target` gives. */
export interface TargetQuestion {
  /** `checkout`, `shop/checkout`, `deploy/checkout`, `production/main/shop/checkout`, a pod's name... */
  readonly text?: string;
  readonly namespace?: string;
  readonly environment?: string;
  readonly cluster?: string;
}

export interface TargetScope {
  readonly environments: Environments;
  /** The incident's, else the channel's; `question.environment` goes before it. */
  readonly environment?: string;
  /** What no text at all means. */
  readonly incidentTarget?: Target;
  /** What no database's name means. */
  readonly incidentDatabase?: DatabaseTarget;
  /** Part of a name will do: of what only reads. */
  readonly byPart?: true;
  readonly signal: AbortSignal;
}

const NAMESPACES_SAID = 8;
/** More workloads than any cluster has; the port's own default is lower. */
const ALL = 20_000;

/**
 * The one workload that is meant.
 * @throws UserError with what was found when it is none or several; ClusterError when a cluster that might hold it is away.
 */
export async function findTarget(question: TargetQuestion, scope: TargetScope): Promise<Target> {
  const { text } = question;
  if (text === undefined || text.trim() === '') return withoutText(question, scope);
  const { fitting, asked, parts, all } = await findWorkloads({ ...question, text }, scope);
  const found = fitting.length > 0 || !scope.byPart ? fitting : parts;
  const [only, second] = found;
  if (second) throw ambiguous(text, found.map(targetKey));
  const meant = only ?? (parts.length > 0 ? undefined : await ofPodEnd(text, asked, all, scope.signal));
  if (!meant) throw await nothing(text, { asked, parts }, scope.signal);
  return meant;
}

function ambiguous(text: string, found: readonly string[]): Error {
  const candidates = found.slice(0, CANDIDATES);
  return userError('ambiguous-target', { text, candidates, more: found.length - candidates.length });
}

/**
 * Of the end of one pod's name, as logs print it, the workload that the pod is of; none where pods may not be seen.
 * @throws UserError `ambiguous-target` when several pods end so
 */
async function ofPodEnd(
  text: string,
  asked: readonly Looking[],
  workloads: readonly Target[],
  signal: AbortSignal,
): Promise<Target | undefined> {
  const ends = asked.filter(({ reading: { kind = 'Pod', name } }) => kind === 'Pod' && isPodEnd(name));
  const lists = await Promise.all(
    distinctPlaces(ends).map(async ({ environment, cluster, namespace }) => {
      const seen = await cluster.pods({ namespace, limit: ALL }, { signal }).catch(() => undefined);
      return (seen?.pods ?? []).map((pod) => ({ ...pod, environment, cluster: cluster.name, kind: 'Pod' as const }));
    }),
  );
  const fitting = lists.flat().filter((pod) => ends.some(({ reading }) => pod.name.endsWith(`-${reading.name}`)));
  const pods = [...new Map(fitting.map((pod) => [podKey(pod), pod])).entries()];
  const [[, pod] = [], another] = pods;
  if (another)
    throw ambiguous(
      text,
      pods.map(([key]) => key),
    );
  const [workload, other] = pod ? bestFits([pod], workloads) : [];
  return workload && !other ? refOf(workload) : undefined;
}

function podKey({ environment, cluster, namespace, name }: Omit<Target, 'kind'>): string {
  return [environment, cluster, namespace, 'pod', name].join('/');
}

/** In an incident's thread no text means the incident's target, unless a flag points elsewhere. */
function withoutText(question: TargetQuestion, { incidentTarget }: TargetScope): Target {
  const { environment, cluster, namespace } = question;
  const same = (flag: string | undefined, own: string | undefined): boolean => flag === undefined || flag === own;
  if (
    incidentTarget &&
    same(environment, incidentTarget.environment) &&
    same(cluster, incidentTarget.cluster) &&
    same(namespace, incidentTarget.namespace)
  )
    return incidentTarget;
  throw userError('which-target');
}

/** One cluster, and the namespace to look in; absent: all. */
export interface Place {
  readonly environment: string;
  readonly cluster: Cluster;
  readonly namespace?: string;
}

export interface Looking {
  readonly place: Place;
  readonly reading: Reading;
}

interface Found {
  /** All that fit best. */
  readonly fitting: readonly Target[];
  /** Those of which the words are part of the name, best first. */
  readonly parts: readonly Target[];
  readonly asked: readonly Looking[];
  /** What there is. */
  readonly all: readonly Target[];
}

/**
 * All workloads that the words fit best: none, one or several. Every cluster that may hold one is asked, in parallel.
 * @throws UserError when the words are none, or it is not clear where to look; ClusterError when a cluster is away.
 */
async function findWorkloads(question: TargetQuestion & { readonly text: string }, scope: TargetScope): Promise<Found> {
  const asked = whereToLook(question, scope);
  const lists = await Promise.all(distinctPlaces(asked).map((place) => workloadsIn(place, scope.signal)));
  const readings = asked.map(({ reading }) => reading);
  const all = lists.flat();
  const parts = partFits(
    readings,
    all.toSorted((a, b) => Number(b.troubled) - Number(a.troubled)),
  );
  return { fitting: bestFits(readings, all).map(refOf), parts: parts.map(refOf), asked, all };
}

/**
 * Every way to read the words, with each place where that may be.
 * @throws UserError when the words are none, or it is not clear where to look
 */
export function whereToLook(
  question: TargetQuestion & { readonly text: string },
  scope: Omit<TargetScope, 'signal'>,
): readonly Looking[] {
  return narrowed(question, scope).flatMap((reading) =>
    placesFor(scope.environments, reading).map((place) => ({ place, reading })),
  );
}

export function distinctPlaces(asked: readonly Looking[]): readonly Place[] {
  return [...new Map(asked.map(({ place }) => [whereOf(place), place])).values()];
}

/** The readings that agree with the flags, each with the environment it is about. */
function narrowed(
  question: TargetQuestion & { readonly text: string },
  scope: Omit<TargetScope, 'signal'>,
): readonly Reading[] {
  const { text, namespace, cluster } = question;
  const { environments } = scope;
  const typed = question.environment === undefined ? undefined : known(question.environment, environments).name;
  const places = new Map([...environments].map(([name, e]) => [name, [...e.clusters.keys()]]));
  const all = readingsOf(text, places);
  const fallback = typed ?? environmentIn(scope);
  const where = [fallback, cluster, namespace].filter(Boolean).join('/');
  if (all.length === 0) throw wrongKind(text, where) ?? userError('bad-target', { text: text.slice(0, 100) });
  const agreeing = all.flatMap((reading): Reading[] => {
    const environment = reading.environment ?? fallback;
    if (environment === undefined || (typed !== undefined && environment !== typed)) return [];
    if (namespace !== undefined && reading.namespace !== undefined && reading.namespace !== namespace) return [];
    if (cluster !== undefined && reading.cluster !== undefined && reading.cluster !== cluster) return [];
    // A part that is the name of another environment's cluster is something else here: a namespace.
    if (reading.cluster !== undefined && !environments.get(environment)?.clusters.has(reading.cluster)) return [];
    return [
      {
        ...reading,
        environment,
        ...(namespace !== undefined && { namespace }),
        ...(cluster !== undefined && { cluster }),
      },
    ];
  });
  if (agreeing.length > 0) return agreeing;
  if (fallback === undefined) throw whichEnvironment(environments);
  throw wrongKind(text, where) ?? userError('no-such-workload', { text, where, near: [] });
}

/** What says that one of the words before the name is a kind that is no workload's, if one is. */
function wrongKind(text: string, where: string): Error | undefined {
  const parts = text.toLowerCase().split('/');
  const known = parts.slice(0, -1).flatMap((word) => ({ word, kind: isKindWord(word) }));
  const [wrong] = known.flatMap(({ word, kind }) => (kind && !isWorkloadWord(word) ? { word, shown: kind.shown } : []));
  return wrong && userError('wrong-kind', { kind: wrong.word, name: parts.at(-1)!, where, shown: wrong.shown });
}

/**
 * Where something is asked about: the one that was named, else the incident's or channel's, else the only one there is.
 * @throws UserError when that is not clear
 */
export function environmentFor(named: string | undefined, scope: Omit<TargetScope, 'signal'>): Environment {
  const name = named ?? environmentIn(scope);
  if (name === undefined) throw whichEnvironment(scope.environments);
  return known(name, scope.environments);
}

function environmentIn({ environments, environment, incidentTarget }: Omit<TargetScope, 'signal'>): string | undefined {
  const [only, second] = environments.keys();
  return environment ?? incidentTarget?.environment ?? (second === undefined ? only : undefined);
}

function whichEnvironment(environments: Environments): Error {
  if (environments.size === 0) return userError('no-environments');
  return userError('which-environment', { environments: [...environments.keys()] });
}

function known(name: string, environments: Environments): Environment {
  const found = environments.get(name);
  if (found) return found;
  const all = [...environments.keys()];
  if (all.length === 0) throw userError('no-environments');
  throw userError('no-such-environment', { environment: name, near: nearest(name, all), environments: all });
}

/**
 * The clusters of one environment, or the one that is named.
 * @throws UserError when there are none, or none of that name
 */
export function clustersOf(environment: Environment, cluster?: string): readonly Cluster[] {
  const { name, clusters } = environment;
  if (clusters.size === 0) throw userError('no-clusters', { environment: name });
  if (cluster === undefined) return [...clusters.values()];
  const found = clusters.get(cluster);
  if (!found) throw userError('no-such-cluster', { cluster, environment: name, clusters: [...clusters.keys()] });
  return [found];
}

function placesFor(environments: Environments, reading: Reading): readonly Place[] {
  const environment = known(reading.environment!, environments);
  return clustersOf(environment, reading.cluster).map((cluster) => ({
    environment: environment.name,
    cluster,
    ...(reading.namespace !== undefined && { namespace: reading.namespace }),
  }));
}

/** `production/main/shop`, as it would be typed. */
export function whereOf({ environment, cluster, namespace }: Place): string {
  return [environment, cluster.name, namespace].filter(Boolean).join('/');
}

type Seen = Target & { readonly troubled: boolean };

const refOf = ({ environment, cluster, namespace, kind, name }: Target): Target => ({
  environment,
  cluster,
  namespace,
  kind,
  name,
});

async function workloadsIn({ environment, cluster, namespace }: Place, signal: AbortSignal): Promise<readonly Seen[]> {
  const rows = await cluster.workloads({ ...(namespace !== undefined && { namespace }), limit: ALL }, { signal });
  return rows.map(({ ref, ready, desired }) => ({
    ...ref,
    environment,
    cluster: cluster.name,
    troubled: ready < desired,
  }));
}

/** Says where it looked, and what has nearly that name: there, or with that very name in another namespace. */
async function nothing(
  text: string,
  { asked, parts }: Pick<Found, 'asked' | 'parts'>,
  signal: AbortSignal,
): Promise<Error> {
  const missing = await missingNamespace(
    asked.map(({ place }) => place),
    text,
    signal,
  );
  if (missing) return missing;
  const places = asked.map(({ place }) => place);
  if (isKindWord(text.toLowerCase())?.shown) return userError('which-of-kind', { kind: text.toLowerCase() });
  const named = parts.length > 0 ? undefined : await namespaceNamed(text, places, signal);
  const node = parts.length > 0 || named ? undefined : await nodeNamed(text, places, signal);
  if (named ?? node) return (named ?? node)!;
  const clusters = new Map(asked.map(({ place }) => [place.cluster, { ...place, namespace: undefined }]));
  const lists = await Promise.all([...clusters.values()].map((place) => workloadsIn(place, signal).catch(() => [])));
  const all = lists.flat();
  const wanted = new Set(asked.map(({ reading }) => reading.name));
  const names = [...wanted, ...[...wanted].flatMap((name) => nearest(name, new Set(all.map((t) => t.name))))];
  const alike = [...parts, ...names.flatMap((name) => all.filter((t) => t.name === name))];
  const near = alike.map((t) => `${t.namespace}/${t.name}`);
  const where = [...new Set(asked.map(({ place }) => whereOf(place)))].join(', ');
  return userError('no-such-workload', { text, where, near: [...new Set(near)].slice(0, 5) });
}

/** The error that says that a word is a namespace's name, with what runs there; `undefined`: it is not, or says more than one word. */
export async function namespaceNamed(
  text: string | undefined,
  places: readonly Place[],
  signal: AbortSignal,
): Promise<Error | undefined> {
  const namespace = text?.toLowerCase() ?? '';
  if (namespace === '' || places.some((place) => place.namespace !== undefined)) return undefined;
  const all = await Promise.all(
    places.map(async (place) => {
      const names = await place.cluster.namespaces({ signal }).catch((): readonly string[] => []);
      return names.includes(namespace) ? [{ ...place, namespace }] : [];
    }),
  );
  const having = all.flat();
  if (having.length === 0) return undefined;
  const lists = await Promise.all(having.map((place) => workloadsIn(place, signal).catch(() => [])));
  const found = [...new Set(lists.flat().map(({ name }) => `${namespace}/${name}`))].sort();
  const near = found.slice(0, CANDIDATES);
  const where = [...new Set(having.map((place) => whereOf({ ...place, namespace: undefined })))].join(', ');
  return userError('namespace-named', { text: namespace, where, near, more: found.length - near.length });
}

/** The error that says that a word is a node's name; `undefined`: it is not, or we may not know. */
async function nodeNamed(text: string, places: readonly Place[], signal: AbortSignal): Promise<Error | undefined> {
  const name = text.toLowerCase();
  if (name.includes('/')) return undefined;
  const clusters = [...new Map(places.map((place) => [place.cluster, { ...place, namespace: undefined }])).values()];
  const found = await Promise.all(
    clusters.map(async (place) => {
      const nodes = await place.cluster.manifests({ resource: 'nodes', name }, { signal }).catch(() => []);
      return nodes.length > 0 ? [whereOf(place)] : [];
    }),
  );
  const [where] = found.flat();
  return where === undefined ? undefined : userError('node-named', { node: name, where });
}

/** Of what was typed (`text`) the one namespace of all these places, when none of their clusters has it: then that is what is wrong. */
export async function missingNamespace(
  places: readonly Place[],
  text: string | undefined,
  signal: AbortSignal,
): Promise<Error | undefined> {
  const [first] = places;
  const { namespace, environment } = first ?? {};
  if (namespace === undefined || environment === undefined) return undefined;
  if (places.some((place) => place.namespace !== namespace)) return undefined;
  const clusters = [...new Set(places.map(({ cluster }) => cluster))];
  return noSuchNamespace({ environment, clusters, namespace, name: text?.split('/').at(-1) }, signal);
}

/**
 * The error that says a namespace is nowhere to be found, or that its word is a kind's; `undefined` when it is there, or a cluster does not say which
 * there are (its rights may not reach so far).
 */
async function noSuchNamespace(
  place: {
    readonly environment: string;
    readonly clusters: readonly Cluster[];
    readonly namespace: string;
    readonly name: string | undefined;
  },
  signal: AbortSignal,
): Promise<Error | undefined> {
  const { environment, clusters, namespace, name } = place;
  const lists = await Promise.all(clusters.map((c) => c.namespaces({ signal }).catch(() => undefined)));
  const all = lists.flatMap((list) => list ?? []);
  if (lists.includes(undefined) || all.includes(namespace)) return undefined;
  const where = clusters.map((c) => `${environment}/${c.name}`).join(', ');
  const kind = isKindWord(namespace);
  if (kind)
    return userError('wrong-kind', { kind: namespace, ...(name !== undefined && { name }), where, shown: kind.shown });
  const known = [...new Set(all)].sort();
  const namespaces = known.slice(0, NAMESPACES_SAID);
  const more = known.length - namespaces.length;
  return userError('no-such-namespace', { namespace, where, near: nearest(namespace, known), namespaces, more });
}
