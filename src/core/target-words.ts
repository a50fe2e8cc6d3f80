import { workloadOfPod } from '../domain/target-labels.ts';
import { type Target, targetKey, type WorkloadKind } from '../domain/workload.ts';

/**
 * What people may mean by the words for a workload. Pure: reads them in every way the slashes allow, and compares the
 * readings with what there is.
 */

/** Of what is ambiguous, as many as fit a phone: the sentence names as many as there are buttons, and counts the rest. */
export const CANDIDATES = 5;

/** One way to read `shop/checkout`; what is left out may be anything. */
export interface Reading {
  readonly environment?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly kind?: WorkloadKind | 'Pod';
  readonly name: string;
}

/** Configured environments with the names of their clusters. */
export type Places = ReadonlyMap<string, readonly string[]>;

/** kubectl's names: singular, plural, short, each with an API group if one likes. */
const KINDS: Readonly<Record<string, WorkloadKind | 'Pod'>> = {
  deployment: 'Deployment',
  deployments: 'Deployment',
  deploy: 'Deployment',
  statefulset: 'StatefulSet',
  statefulsets: 'StatefulSet',
  sts: 'StatefulSet',
  daemonset: 'DaemonSet',
  daemonsets: 'DaemonSet',
  ds: 'DaemonSet',
  pod: 'Pod',
  pods: 'Pod',
  po: 'Pod',
};

/** The kind that a word is one of kubectl's names for, with its API group if one likes. */
export function workloadKind(typed: string): WorkloadKind | 'Pod' | undefined {
  const word = typed.toLowerCase().replace(/\.(v1\.)?apps$/, '');
  return Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
}

/** Whether it is the kind of a workload, or of its pods. */
export const isWorkloadWord = (word: string): boolean => Object.hasOwn(KINDS, word);

type Slot = 'environment' | 'cluster' | 'namespace' | 'kind';
/** From the outermost in; kind and namespace in either order, as `kind/name` and `namespace/name` are both usual. */
const ORDERS: readonly (readonly Slot[])[] = [
  ['environment', 'cluster', 'namespace', 'kind'],
  ['environment', 'cluster', 'kind', 'namespace'],
];

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Every reading of the text, none twice; empty when it cannot be a workload. A first part that is a configured environment
 * is one: then no reading takes it for something else.
 */
export function readingsOf(text: string, places: Places): readonly Reading[] {
  const parts = text
    .trim()
    .replace(/^\/+/, '')
    .replace(/(\.{2,}|…)$/, '')
    .split('/');
  const name = parts.pop()?.toLowerCase().replace(/-+$/, '') ?? '';
  if (!NAME.test(name) || parts.length > 4) return [];
  const readings = ORDERS.flatMap((order) => subsequences(order, parts.length)).flatMap((slots) => {
    const reading = fill(slots, parts, places);
    return reading ? [{ ...reading, name }] : [];
  });
  const inEnvironment = readings.filter((r) => r.environment !== undefined);
  return unique(inEnvironment.length > 0 ? inEnvironment : readings);
}

function subsequences(order: readonly Slot[], length: number): readonly (readonly Slot[])[] {
  if (length === 0) return [[]];
  return order.flatMap((slot, i) => subsequences(order.slice(i + 1), length - 1).map((rest) => [slot, ...rest]));
}

function fill(slots: readonly Slot[], parts: readonly string[], places: Places): Omit<Reading, 'name'> | undefined {
  let reading: Omit<Reading, 'name'> = {};
  for (const [i, slot] of slots.entries()) {
    const value = meaning(slot, parts[i]!, reading, places);
    if (value === undefined) return undefined;
    reading = { ...reading, [slot]: value };
  }
  return reading;
}

function meaning(slot: Slot, part: string, before: Omit<Reading, 'name'>, places: Places): string | undefined {
  const same = (name: string): boolean => name.toLowerCase() === part.toLowerCase();
  switch (slot) {
    case 'environment':
      return [...places.keys()].find(same);
    case 'cluster': {
      const { environment } = before;
      const clusters = environment === undefined ? [...places.values()].flat() : (places.get(environment) ?? []);
      return clusters.find(same);
    }
    case 'namespace':
      return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i.test(part) ? part.toLowerCase() : undefined;
    case 'kind':
      return workloadKind(part);
  }
}

function unique(readings: readonly Reading[]): readonly Reading[] {
  const keyOf = (r: Reading): string => JSON.stringify([r.environment, r.cluster, r.namespace, r.kind, r.name]);
  return [...new Map(readings.map((r) => [keyOf(r), r])).values()];
}

/** How well a workload fits: its own name, the name of one of its pods, the beginning of one. Lower is better. */
const FITS = { name: 0, pod: 1, 'part-of-pod': 2 } as const;
export type Fit = keyof typeof FITS;

function isThere({ environment, cluster, namespace }: Reading, workload: Target): boolean {
  if (environment !== undefined && environment !== workload.environment) return false;
  if (cluster !== undefined && cluster !== workload.cluster) return false;
  return namespace === undefined || namespace === workload.namespace;
}

function fitOf(reading: Reading, workload: Target): Fit | undefined {
  const { kind, name } = reading;
  if (!isThere(reading, workload)) return undefined;
  if (kind === 'Pod') return podFit(name, workload);
  if (kind !== undefined && kind !== workload.kind) return undefined;
  return name === workload.name ? 'name' : podFit(name, workload);
}

/** Kubernetes' alphabet for generated names (k8s.io/apimachinery/pkg/util/rand), and what it makes of a number's digits. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';
const HASH = '456789bcdf';
const WHOLE: Readonly<Record<WorkloadKind, RegExp>> = {
  Deployment: new RegExp(`^[${HASH}]{6,10}-[${SAFE}]{5}$`),
  StatefulSet: /^(0|[1-9][0-9]{0,3})$/,
  DaemonSet: new RegExp(`^[${SAFE}]{5}$`),
};
/** The minute a CronJob was due, and a Job's own suffix. */
const CRON_JOB = new RegExp(`^[0-9]{8,}-[${SAFE}]{5}$`);
const CRON_JOB_SUFFIX = new RegExp(`-[0-9]{8,}-[${SAFE}]{5}$`);
/** From three characters on; letters alone could be a word of another workload's name. */
const PART: Readonly<Record<WorkloadKind, RegExp>> = {
  Deployment: new RegExp(`^(?=.*[0-9])([${HASH}]{3,10}|[${HASH}]{6,10}-[${SAFE}]{0,5})$`),
  StatefulSet: /^(?!)/,
  DaemonSet: new RegExp(`^(?=.*[0-9])[${SAFE}]{3,4}$`),
};

function podFit(name: string, workload: Target): Fit | undefined {
  if (!name.startsWith(`${workload.name}-`)) return undefined;
  const suffix = name.slice(workload.name.length + 1);
  if (WHOLE[workload.kind].test(suffix)) return 'pod';
  return PART[workload.kind].test(suffix) ? 'part-of-pod' : undefined;
}

/** Whether a pod has the name that is read, or one that a workload of that name and kind gives its pods. */
export function isPodOf(pod: string, { kind, name }: Reading): boolean {
  if (pod === name) return kind === undefined || kind === 'Pod';
  if (kind === 'Pod' || !pod.startsWith(`${name}-`)) return false;
  const suffix = pod.slice(name.length + 1);
  if (kind !== undefined) return WHOLE[kind].test(suffix);
  return Object.values(WHOLE).some((whole) => whole.test(suffix)) || CRON_JOB.test(suffix);
}

/** What may be the end of a pod's name, as logs print it: `dm9zk`, `5d9c7b-dm9zk`, `db-0`. */
const POD_END = new RegExp(`^(([a-z0-9.-]+-)?[${SAFE}]{5}|[a-z0-9.-]+-[0-9]{1,4})$`);
export const isPodEnd = (name: string): boolean => POD_END.test(name);

/** From so many characters on they may be of what Kubernetes has put behind a name; fewer are in any hash. */
const HASH_PART = 4;

/**
 * How well part of a pod's name fits, lower is better: the beginning of its workload's name, the middle of that, something in what was put behind it.
 * `undefined`: not at all.
 */
export function podPartFit(pod: string, part: string): number | undefined {
  const own = workloadOfPod(pod)?.name ?? pod.replace(CRON_JOB_SUFFIX, '');
  if (own.startsWith(part)) return 0;
  if (own.includes(part)) return 1;
  return part.length >= HASH_PART && pod.includes(part) ? 2 : undefined;
}

/** The workloads that fit best, by any reading; each once, in a stable order. */
export function bestFits<T extends Target>(readings: readonly Reading[], workloads: readonly T[]): readonly T[] {
  const ranked = workloads.flatMap((workload) => {
    const fits = readings.flatMap((r) => fitOf(r, workload) ?? []).map((fit) => FITS[fit]);
    return fits.length > 0 ? [{ workload, rank: Math.min(...fits) }] : [];
  });
  const best = Math.min(...ranked.map((r) => r.rank));
  const found = ranked.filter((r) => r.rank === best).map((r) => [targetKey(r.workload), r.workload] as const);
  return [...new Map(found)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, workload]) => workload);
}

/** The workloads of whose names the words are part, by any reading: first those that begin with them; else as they came. */
export function partFits<T extends Target>(readings: readonly Reading[], workloads: readonly T[]): readonly T[] {
  const ranked = workloads.flatMap((workload) => {
    const meant = readings.filter((r) => isThere(r, workload) && (r.kind ?? workload.kind) === workload.kind);
    const fits = meant.filter(({ name }) => workload.name.includes(name));
    return fits.length > 0 ? [{ workload, rank: fits.some(({ name }) => workload.name.startsWith(name)) ? 0 : 1 }] : [];
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ workload }) => workload);
}

/** `shop/checkout` of `production/main/shop/deployment/checkout`: a list is read on a phone, and `jobs JOB-7` has it whole. */
export function shortTarget(key: string | null | undefined): string {
  const [, , namespace, , name] = (key ?? '').split('/');
  return namespace && name ? `${namespace}/${name}` : (key ?? '');
}
