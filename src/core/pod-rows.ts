import type { PodRow } from '../domain/workload.ts';
import type { Amounts } from '../ports/cluster-usage.ts';
import { ageOf, roughAgeOf } from './age.ts';
import { cpu, memory } from './amounts.ts';
import { isPodOf, podPartFit, type Reading } from './target-words.ts';

/** Pods as `kubectl get pods` shows them, with those first that somebody has to look at. Pure. */

/** A pod and the cluster it runs in. */
export interface PlacedPod {
  readonly cluster: string;
  readonly pod: PodRow;
  /** What its containers use together; absent where that was not asked for, or has not been measured. */
  readonly used?: Amounts;
}

/** What only a cluster with metrics can sort by. */
const USAGE_SORTS = ['cpu', 'memory'] as const;
export const POD_SORTS = ['problems', 'name', 'restarts', 'age', ...USAGE_SORTS] as const;
export type PodSort = (typeof POD_SORTS)[number];

/** What `kubectl --sort-by` takes for the same; `cpu` and `memory` are those of `kubectl top`. */
const SORT_PATHS: ReadonlyMap<string, PodSort> = new Map([
  ['metadata.name', 'name'],
  ['metadata.creationtimestamp', 'age'],
  ['status.starttime', 'age'],
  ['status.containerstatuses[0].restartcount', 'restarts'],
]);

/** As it is typed, with kubectl's paths: `{.metadata.name}`. `undefined`: nothing that pods are sorted by. */
export function podSortOf(typed: string): PodSort | undefined {
  const word = typed.toLowerCase().replace(/^\{?\.?|\}$/g, '');
  return SORT_PATHS.get(word) ?? POD_SORTS.find((sort) => sort === word);
}

export function sortsByUsage(sort: PodSort): boolean {
  return USAGE_SORTS.some((one) => one === sort);
}

/** What every healthy pod passes through while it starts. */
const STARTING = new Set(['ContainerCreating', 'PodInitializing', 'ContainersNotReady', 'ContainersNotInitialized']);
const RECENT_MS = 3_600_000;
const JOB_LABELS = ['batch.kubernetes.io/job-name', 'job-name'];

/** So long a pod that runs may take to be ready, if its probes do not let it take longer. */
const GRACE_MS = 60_000;

/** Whether somebody has to look at it: it fails, or runs and has not become ready in its time, and is not merely starting. */
export function isTroubled(pod: PodRow, now: Date): boolean {
  const { problem, status, labels, lastRestartAt, createdAt, startMs = 0 } = pod;
  if (problem === undefined) return false;
  if (!STARTING.has(problem.reason)) return true;
  // A job's pod serves nobody: it ends, and is never waited for to be ready.
  if (status !== 'Running' || JOB_LABELS.some((label) => labels[label] !== undefined)) return false;
  const began = (lastRestartAt ?? createdAt).getTime();
  return now.getTime() - began > Math.max(GRACE_MS, startMs);
}

/** 0 is first: failing, not ready, restarted within the hour, running, ended. */
function urgency(pod: PodRow, now: Date): number {
  if (isTroubled(pod, now)) return 0;
  if (pod.status === 'Completed' || pod.status === 'Succeeded') return 4;
  if (pod.readyContainers < pod.containers) return 1;
  const restarted = pod.lastRestartAt;
  return restarted && now.getTime() - restarted.getTime() < RECENT_MS ? 2 : 3;
}

/** A new array; by name wherever the rest is equal. */
export function sortPods<P extends PlacedPod>(pods: readonly P[], by: PodSort, now: Date): readonly P[] {
  const keys: Readonly<Record<PodSort, (pod: PodRow, used?: Amounts) => readonly number[]>> = {
    problems: (pod) => [urgency(pod, now), -(pod.lastRestartAt?.getTime() ?? 0)],
    name: () => [],
    restarts: (pod) => [-pod.restarts],
    age: (pod) => [-pod.createdAt.getTime()],
    // What has not been measured comes last.
    cpu: (_, used) => [-(used?.cpu ?? -1)],
    memory: (_, used) => [-(used?.memory ?? -1)],
  };
  const full = (p: P): readonly (number | string)[] => [
    ...keys[by](p.pod, p.used),
    p.pod.namespace,
    p.pod.name,
    p.cluster,
  ];
  return pods
    .map((placed) => ({ placed, key: full(placed) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ placed }) => placed);
}

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  if (at < 0) return 0;
  return a[at]! < b[at]! ? -1 : 1;
}

/**
 * The pods that are meant: a pod of that name, or the pods of a workload of that name; when there are none, those with the
 * words anywhere in their names, be it in what was put behind these when the words are long enough.
 */
export function podsMeant<P extends PlacedPod & { readonly environment: string }>(
  pods: readonly P[],
  readings: readonly Reading[],
): readonly P[] {
  const within = (reading: Reading) => (p: P) =>
    (reading.environment ?? p.environment) === p.environment &&
    (reading.cluster ?? p.cluster) === p.cluster &&
    (reading.namespace ?? p.pod.namespace) === p.pod.namespace;
  const named = pods.filter((p) => readings.some((reading) => within(reading)(p) && isPodOf(p.pod.name, reading)));
  if (named.length > 0) return named;
  return pods.filter((p) =>
    readings.some((reading) => within(reading)(p) && podPartFit(p.pod.name, reading.name) !== undefined),
  );
}

export interface PodColumns {
  readonly cluster: boolean;
  readonly namespace: boolean;
  readonly wide: boolean;
  /** What is used, right after the name. */
  readonly usage?: boolean;
}

/** The columns of kubectl, in its order; what names a pod is one of them, so that a narrow table cannot tear it apart. */
export function podColumns(shown: PodColumns): readonly string[] {
  return [
    pathOf('CLUSTER', 'NAMESPACE', 'NAME', shown),
    ...(shown.usage ? ['CPU', 'MEMORY'] : []),
    'READY',
    'STATUS',
    'RESTARTS',
    'AGE',
    ...(shown.wide ? ['IP', 'NODE'] : []),
  ];
}

export function podCells({ cluster, pod, used }: PlacedPod, shown: PodColumns, now: Date): readonly string[] {
  const since = (at: Date): number => now.getTime() - at.getTime();
  const restarts = pod.lastRestartAt
    ? `${pod.restarts} (${roughAgeOf(since(pod.lastRestartAt))} ago)`
    : `${pod.restarts}`;
  return [
    pathOf(cluster, pod.namespace, pod.name, shown),
    ...(shown.usage ? [used ? cpu(used.cpu) : '-', used ? memory(used.memory) : '-'] : []),
    `${pod.readyContainers}/${pod.containers}`,
    pod.status,
    restarts,
    ageOf(since(pod.createdAt)),
    ...(shown.wide ? [pod.ip ?? '<none>', pod.node ?? '<none>'] : []),
  ];
}

/** `shop/db-0`, as one types it after `/ops pods`. */
function pathOf(cluster: string, namespace: string, name: string, shown: PodColumns): string {
  return [...(shown.cluster ? [cluster] : []), ...(shown.namespace ? [namespace] : []), name].join('/');
}
