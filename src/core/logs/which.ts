import { workloadOfPod } from '../../domain/target-labels.ts';
import { targetKey } from '../../domain/workload.ts';
import { userError } from '../../messages/user-error.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { nearest } from '../nearest.ts';
import { isTroubled, sortPods } from '../pod-rows.ts';
import { type FoundPod, type PodSearch, searchedIn } from '../pod-search.ts';
import { CANDIDATES, isPodOf, podPartFit } from '../target-words.ts';

/** Logs that are read at once; of more pods, those in trouble are. */
const PODS = 20;
const WORST_FIT = 3;

/** One log to read. */
export interface LogSource {
  readonly cluster: Pick<Cluster, 'logs'>;
  readonly pod: FoundPod;
  readonly container: string;
  /** Short and unlike the others': what its lines begin with. */
  readonly label: string;
}

export interface ChosenLogs {
  /** Whose logs they are, as it can be typed again. */
  readonly title: string;
  /** The same where all pods of the workload are meant, those that are yet to come too: not the one pod that it has now. */
  readonly workload: string;
  readonly sources: readonly LogSource[];
  /** Containers of these pods that were not chosen. */
  readonly others: readonly string[];
  /** Pods that were left out because there are so many. */
  readonly more: number;
}

interface Choosing {
  readonly container: string | undefined;
  readonly now: Date;
  /** By uid: these before all others. */
  readonly first?: ReadonlySet<string>;
}

/**
 * The pods of one workload, or all that the labels select, and of each the container that is meant.
 * @param pods at least one
 * @throws UserError when they are of several workloads, or none has such a container
 */
export function chooseLogs(
  search: PodSearch,
  pods: readonly FoundPod[],
  { container, now, first }: Choosing,
): ChosenLogs {
  const title = titleOf(search, pods, now);
  const names = [...new Set(pods.flatMap(({ pod }) => pod.containerNames))];
  const having = container === undefined ? pods : pods.filter(({ pod }) => pod.containerNames.includes(container));
  if (container !== undefined && having.length === 0)
    throw userError('no-such-container', { container, of: title, near: nearest(container, names), containers: names });
  const rank = ({ pod }: FoundPod): number => (first?.has(pod.uid) ? 0 : 1);
  const ranked = sortPods(having, 'problems', now).toSorted((a, b) => rank(a) - rank(b));
  const chosen = sortPods(ranked.slice(0, PODS), 'name', now);
  const labels = labelsOf(chosen);
  const sources = chosen.map((pod, i): LogSource => {
    const { cluster } = search.places.find((p) => p.cluster.name === pod.cluster && p.environment === pod.environment)!;
    return { cluster, pod, container: container ?? pod.pod.containerNames[0] ?? '', label: labels[i]! };
  });
  const read = new Set(sources.map((source) => source.container));
  return {
    title,
    workload: workloadMeant(search, pods) ?? title,
    sources,
    others: names.filter((name) => !read.has(name)),
    more: having.length - chosen.length,
  };
}

function titleOf(search: PodSearch, pods: readonly FoundPod[], now: Date): string {
  if (search.meant) return targetKey(search.meant);
  if (search.looking.length === 0) return searchedIn(search);
  const owners = ownersOf(search, pods, now);
  const [only, second] = owners;
  if (second !== undefined) {
    const candidates = owners.slice(0, CANDIDATES);
    const more = owners.length - candidates.length;
    throw userError('ambiguous-target', { text: search.words.target ?? '', candidates, more });
  }
  const [pod, another] = pods;
  return another ? only! : podKey(pod!);
}

/** Those of which the words are the beginning of the name come first, those in trouble before the others. */
function ownersOf(search: PodSearch, pods: readonly FoundPod[], now: Date): readonly string[] {
  const ranks = new Map<string, number>();
  for (const found of pods) {
    const fits = search.looking.flatMap(({ reading }) => podPartFit(found.pod.name, reading.name) ?? []);
    const rank = 2 * Math.min(...fits, WORST_FIT) + (isTroubled(found.pod, now) ? 0 : 1);
    const owner = ownerOf(search, found);
    ranks.set(owner, Math.min(rank, ranks.get(owner) ?? rank));
  }
  return [...ranks].sort(([a, ra], [b, rb]) => ra - rb || (a < b ? -1 : 1)).map(([owner]) => owner);
}

/** `undefined`: what was typed names the pod, or labels. */
function workloadMeant(search: PodSearch, [pod]: readonly FoundPod[]): string | undefined {
  if (search.looking.length === 0 || !pod) return undefined;
  const owner = ownerOf(search, pod);
  const name = owner.slice(owner.lastIndexOf('/') + 1);
  return search.looking.some(({ reading }) => name.includes(reading.name)) ? owner : undefined;
}

/** The workload whose pod it is, by its name; else what names the pod alone, or all runs of its cron job. */
function ownerOf({ looking }: PodSearch, found: FoundPod): string {
  const { pod, cluster, environment } = found;
  const workload = workloadOfPod(pod.name);
  const { namespace } = pod;
  if (workload) return targetKey({ environment, cluster, namespace, ...workload });
  const cronJob = /^(.+)-[0-9]{8,}-[a-z0-9]{5}$/.exec(pod.name)?.[1];
  if (cronJob) return [environment, cluster, namespace, cronJob].join('/');
  // `agent-prbzp` alone may be a name of its own: whoever asked for `agent` means a pod of that.
  const kind = 'DaemonSet';
  const agent = looking.find(({ reading: { name } }) => isPodOf(pod.name, { kind, name }))?.reading;
  if (agent) return targetKey({ environment, cluster, namespace, kind, name: agent.name });
  return podKey(found);
}

function podKey({ pod, cluster, environment }: FoundPod): string {
  return [environment, cluster, pod.namespace, pod.name].join('/');
}

/** The last part of each pod's name where these differ, as in `x7k2p`; a stateful set's whole name, as in `db-0`. */
function labelsOf(pods: readonly FoundPod[]): readonly string[] {
  const short = pods.map(({ pod }) => pod.name.slice(pod.name.lastIndexOf('-') + 1));
  const telling = short.every((label) => /[a-z]/.test(label)) && new Set(short).size === short.length;
  if (telling) return short;
  const names = pods.map(({ pod }) => pod.name);
  return new Set(names).size === names.length
    ? names
    : pods.map((p) => `${p.cluster}/${p.pod.namespace}/${p.pod.name}`);
}
