import { workloadOfPod } from '../domain/target-labels.ts';
import type { Target } from '../domain/workload.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { Answered, Asked } from './define.ts';
import type { Environments } from './environments.ts';
import { nearest } from './nearest.ts';
import { type PlacedPod, podsMeant } from './pod-rows.ts';
import {
  clustersOf,
  distinctPlaces,
  environmentFor,
  type Looking,
  missingNamespace,
  namespaceNamed,
  type Place,
  whereOf,
  whereToLook,
} from './targets.ts';

/** What somebody typed of pods: words for one or for a workload, a namespace, labels. */
export interface PodWords {
  readonly target?: string;
  readonly namespace?: string;
  readonly 'all-namespaces'?: true;
  readonly selector?: string;
  /** On this one alone. */
  readonly node?: string;
}

/** What to ask which clusters. */
export interface PodSearch {
  readonly words: PodWords;
  readonly places: readonly Place[];
  /** How the words can be read; none: all pods. */
  readonly looking: readonly Looking[];
  readonly selector?: string;
  /** The incident's workload, where nothing was said and that is meant. */
  readonly meant?: Target;
}

/** What was asked of pods, and where and by whom. */
type Asking = Pick<Asked, 'environment' | 'cluster' | 'incidentTarget' | 'signal'>;

/** Pods of one cluster that are looked at, to find among them those that are meant. */
const LOOKED_AT = 20_000;

/** @throws UserError when it is not clear where to look */
export async function searchPods(words: PodWords, environments: Environments, asked: Asking): Promise<PodSearch> {
  const { environment, cluster, incidentTarget } = asked;
  const { target: text, namespace, selector } = words;
  const scope = { environments, environment, incidentTarget };
  if (text !== undefined) {
    const looking = whereToLook({ text, namespace, cluster }, scope);
    return { words, places: distinctPlaces(looking), looking, selector };
  }
  if (incidentTarget && isAlone(words, asked)) {
    const own = await searchForIncident(words, environments, asked);
    if (own) return own;
  }
  const where = environmentFor(undefined, scope);
  const places = clustersOf(where, cluster).map((c): Place => ({ environment: where.name, cluster: c, namespace }));
  return { words, places, looking: [], selector };
}

/** Nothing was said of where: then in an incident's thread its workload is meant. */
export function isAlone(words: PodWords, { environment, cluster, incidentTarget }: Asking): boolean {
  const elsewhere = cluster !== undefined || environment !== incidentTarget?.environment;
  return !(elsewhere || words.target || words.namespace || words['all-namespaces'] || words.selector || words.node);
}

async function searchForIncident(
  words: PodWords,
  environments: Environments,
  { incidentTarget, signal }: Asking,
): Promise<PodSearch | undefined> {
  const { environment, cluster: name, namespace } = incidentTarget!;
  const cluster = environments.get(environment)?.clusters.get(name);
  const workload = await cluster?.workload(incidentTarget!, { signal });
  if (!cluster || !workload) return undefined;
  const places = [{ environment, cluster, namespace }];
  return { words, places, looking: [], selector: workload.selector, meant: incidentTarget };
}

/** A pod with the names of where it runs. */
export type FoundPod = PlacedPod & { readonly environment: string };

export interface PodsSeen {
  readonly pods: readonly FoundPod[];
  /** Everything that was there before the words were compared: for near names. */
  readonly all: readonly FoundPod[];
  /** Pods that were not looked at. */
  readonly more: number;
  /** Names of clusters that do not answer. */
  readonly away: readonly string[];
}

/** Asks all at once; a cluster that is away is named, and only when all are is it an error. */
export async function lookForPods(
  { places, looking, selector, words: { node } }: PodSearch,
  signal: AbortSignal,
): Promise<PodsSeen> {
  const { answers, away } = await askPlaces(places, ({ cluster, namespace }) =>
    cluster.pods({ namespace, selector, limit: LOOKED_AT }, { signal }),
  );
  const all = answers.flatMap(({ place, answer }) =>
    answer.pods
      .filter((pod) => node === undefined || pod.node === node)
      .map((pod) => ({ pod, cluster: place.cluster.name, environment: place.environment })),
  );
  const readings = looking.map(({ reading }) => reading);
  const pods = readings.length > 0 ? podsMeant(all, readings) : all;
  return { pods, all, more: answers.reduce((sum, { answer }) => sum + answer.more, 0), away };
}

/** What each place answers; clusters that are away are named. @throws ClusterError when all are, and whatever else goes wrong */
export async function askPlaces<A>(
  places: readonly Place[],
  ask: (place: Place) => Promise<A>,
): Promise<{
  readonly answers: readonly { readonly place: Place; readonly answer: A }[];
  readonly away: readonly string[];
}> {
  const asked = await Promise.all(places.map((place) => answerOf(place, ask)));
  const answers = asked.flatMap((one) => ('error' in one ? [] : [one]));
  const failed = asked.flatMap((one) => ('error' in one ? [one] : []));
  if (failed[0] && answers.length === 0) throw failed[0].error;
  return { answers, away: [...new Set(failed.map(({ place }) => place.cluster.name))] };
}

async function answerOf<A>(place: Place, ask: (place: Place) => Promise<A>) {
  try {
    return { place, answer: await ask(place) };
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'away') return { place, error };
    throw error;
  }
}

/** The one that was looked in; `undefined`: several, or a word that may be a namespace or a kind was looked for as both. */
export function namespaceOf({ places }: Pick<PodSearch, 'places'>): string | undefined {
  const [namespace, another] = new Set(places.map((place) => place.namespace ?? ''));
  return another === undefined && namespace ? namespace : undefined;
}

/** `production/shop (app=checkout)`: where it looked, as one would type it. */
export function searchedIn({ places, words }: PodSearch): string {
  const [first] = places;
  const clusters = new Set(places.map(({ cluster }) => cluster));
  const only = namespaceOf({ places });
  const one = clusters.size === 1 ? whereOf({ ...first!, namespace: only }) : first!.environment;
  const inNamespace = clusters.size > 1 && only ? `/${only}` : '';
  const by = [words.selector, words.node && `node/${words.node}`].filter(Boolean).join(', ');
  return `${one}${inNamespace}${by && ` (${by})`}`;
}

/** `production/shop (deployment/checkout)`: with what it was narrowed to, by words or by the thread that it was asked in. */
export function narrowedTo({ looking, meant }: PodSearch, where: string): string {
  const readings = meant ? [meant] : looking.map(({ reading }) => reading);
  const names = new Set(readings.map(({ kind, name }) => (kind ? `${kind.toLowerCase()}/${name}` : name)));
  // A part that is a kind or a namespace was read as both.
  const [name] = [...names].sort((a, b) => b.length - a.length);
  if (name === undefined) return where;
  return where.endsWith(')') ? where.replace(/ \(/, ` (${name}, `) : `${where} (${name})`;
}

/**
 * What has nearly the name that was typed, when no pod had it: at most three.
 * @throws UserError when the namespace is nowhere to be found
 */
export async function nearPods(search: PodSearch, seen: PodsSeen, signal: AbortSignal): Promise<readonly string[]> {
  const missing =
    seen.away.length === 0 ? await missingNamespace(search.places, search.words.target, signal) : undefined;
  const named = await namespaceNamed(search.words.target, search.places, signal);
  if (missing ?? named) throw missing ?? named;
  const names = new Set(seen.all.flatMap(namesOf));
  const near = search.looking.flatMap(({ reading }) => nearest(reading.name, names));
  return [...new Set(near)].slice(0, 3);
}

/** For the answer that says so. */
export function nearTo({ words: { target } }: PodSearch, names: readonly string[]): Pick<Answered, 'near'> {
  return target === undefined || names.length === 0 ? {} : { near: { typed: target, names } };
}

/** What somebody may call a pod: its workload's name, or the application's. */
function namesOf({ pod }: PlacedPod): readonly string[] {
  const { app, 'app.kubernetes.io/name': name } = pod.labels;
  return [workloadOfPod(pod.name)?.name ?? pod.name, app, name].filter((n) => n !== undefined);
}
