/**
 * Where an alert belongs (environment) and what an action on it would act upon (target). Labels only ever choose among
 * what config names; in doubt there is no target, so no action buttons, and the doubt says why.
 */
import type { Labels } from './alert.ts';
import { labelValue } from './labels.ts';
import { type Matcher, matches } from './matchers.ts';
import { namespaceOf, podOf, workloadOf } from './target-labels.ts';
import type { TargetPattern } from './target-pattern.ts';
import { type Target, targetKey, type WorkloadKind } from './workload.ts';

export type { TargetPattern } from './target-pattern.ts';

export interface TargetingEnvironment {
  readonly name: string;
  readonly clusters: readonly { readonly name: string }[];
  /** All must hold; an environment without matchers is never chosen by labels. */
  readonly matchers: readonly Matcher[];
}

export type EnvironmentDoubt =
  | { readonly code: 'no-environment' }
  | { readonly code: 'several-environments'; readonly environments: readonly string[] };

export type TargetDoubt =
  | EnvironmentDoubt
  /** The runbook names an environment, the alert is of another. */
  | { readonly code: 'environment-conflict'; readonly alert: string; readonly runbook: string }
  | { readonly code: 'no-cluster'; readonly environment: string }
  | { readonly code: 'several-clusters'; readonly environment: string; readonly clusters: readonly string[] }
  | { readonly code: 'no-namespace' }
  | { readonly code: 'no-workload' }
  | { readonly code: 'several-workloads'; readonly workloads: readonly string[] }
  /** The alerts of one incident point to different targets. */
  | { readonly code: 'several-targets'; readonly targets: readonly string[] };

export type EnvironmentResult =
  | { readonly environment: string }
  | { readonly environment: undefined; readonly why: EnvironmentDoubt };

/** What is known even without a whole target: enough for queries and links. */
export interface PartialTarget {
  readonly environment?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly kind?: WorkloadKind;
  readonly name?: string;
  /** The pod itself, when the labels name one. */
  readonly pod?: string;
}

export type TargetResult =
  | {
      readonly target: Target;
      /** `guess`: the workload was worked out from a pod's name; say so. */
      readonly certainty: 'exact' | 'guess';
      /** Where it came from: `label deployment`, `runbook`. */
      readonly from: string;
      readonly pod?: string;
    }
  | { readonly target: undefined; readonly why: TargetDoubt; readonly known: PartialTarget };

export interface TargetingInput {
  readonly labels: Labels;
  readonly environments: readonly TargetingEnvironment[];
  /** The source's default environment. */
  readonly defaultEnvironment?: string;
  /** The target of the runbook that the alert was routed to. */
  readonly runbookTarget?: TargetPattern;
}

/**
 * The environment whose matchers hold for the labels; when none's do, the source's default. Two or more that hold, or
 * none and no default, leave it open.
 */
export function environmentOf(
  labels: Labels,
  environments: readonly TargetingEnvironment[],
  defaultEnvironment?: string,
): EnvironmentResult {
  const matching = environments
    .filter((env) => env.matchers.length > 0 && matches(env.matchers, labels))
    .map((env) => env.name);
  const [only, second] = matching;
  if (second !== undefined)
    return { environment: undefined, why: { code: 'several-environments', environments: matching } };
  const chosen = only ?? environments.find((env) => env.name === defaultEnvironment)?.name;
  return chosen !== undefined ? { environment: chosen } : { environment: undefined, why: { code: 'no-environment' } };
}

/**
 * The target of one alert: workload and namespace from its labels when they name both, else the runbook's target. The
 * environment is the alert's; only when it has none may the runbook's say which, and the two must not contradict.
 */
export function targetOf(input: TargetingInput): TargetResult {
  const { labels, environments, runbookTarget } = input;
  const pod = podOf(labels)?.value;
  const found = environmentOf(labels, environments, input.defaultEnvironment);
  const fromLabels = workloadByLabels(labels);
  const workload = fromLabels.ok || !runbookTarget ? fromLabels : ofRunbook(runbookTarget);
  const known: PartialTarget = {
    ...(found.environment !== undefined && { environment: found.environment }),
    ...(fromLabels.namespace !== undefined && { namespace: fromLabels.namespace }),
    ...(workload.ok && { namespace: workload.namespace, kind: workload.kind, name: workload.name }),
    ...(pod !== undefined && { pod }),
  };
  const environment = reconciledEnvironment(found, workload.ok ? workload.pattern : undefined, environments);
  if (typeof environment !== 'string') return { target: undefined, why: environment, known };
  const cluster = clusterOf(
    labels,
    environments.find((env) => env.name === environment)!,
    workload.ok ? workload.pattern : undefined,
  );
  const here = { ...known, environment };
  if (typeof cluster !== 'string') return { target: undefined, why: cluster, known: here };
  if (!workload.ok) return { target: undefined, why: workload.why, known: { ...here, cluster } };
  return {
    target: { environment, cluster, namespace: workload.namespace, kind: workload.kind, name: workload.name },
    certainty: workload.certainty,
    from: workload.from,
    ...(pod !== undefined && { pod }),
  };
}

const doubts: ReadonlySet<TargetDoubt['code']> = new Set(['several-environments', 'environment-conflict']);

/**
 * The target of an incident: its alerts' common one. An alert whose labels name nothing does not count if another's do; one
 * whose environment is in doubt puts the whole incident in doubt.
 */
export function commonTarget(results: readonly TargetResult[]): TargetResult {
  const doubtful = results.find((result) => result.target === undefined && doubts.has(result.why.code));
  if (doubtful) return doubtful;
  const whole = results.filter((result) => result.target !== undefined);
  const [first] = whole;
  if (!first) return results[0] ?? { target: undefined, why: { code: 'no-workload' }, known: {} };
  const keys = [...new Set(whole.map((result) => targetKey(result.target)))];
  if (keys.length > 1)
    return { target: undefined, why: { code: 'several-targets', targets: keys }, known: commonKnown(results) };
  // One alert named it for certain: then it is certain.
  const best = whole.find((result) => result.certainty === 'exact') ?? first;
  const pods = new Set(whole.map((result) => result.pod));
  return pods.size === 1 ? best : { target: best.target, certainty: best.certainty, from: best.from };
}

/** The environment all of an incident's alerts agree on. */
export function commonEnvironment(results: readonly EnvironmentResult[]): EnvironmentResult {
  const names = [
    ...new Set(
      results.flatMap((r) =>
        r.environment === undefined
          ? r.why.code === 'several-environments'
            ? r.why.environments
            : []
          : [r.environment],
      ),
    ),
  ];
  const [only, second] = names;
  if (second !== undefined)
    return { environment: undefined, why: { code: 'several-environments', environments: names } };
  if (only === undefined || results.some((r) => r.environment === undefined))
    return { environment: undefined, why: { code: 'no-environment' } };
  return { environment: only };
}

type FoundWorkload =
  | {
      readonly ok: true;
      readonly namespace: string;
      readonly kind: WorkloadKind;
      readonly name: string;
      readonly certainty: 'exact' | 'guess';
      readonly from: string;
      /** Set when it is the runbook's. */
      readonly pattern?: TargetPattern;
    }
  | { readonly ok: false; readonly why: TargetDoubt; readonly namespace?: string };

function workloadByLabels(labels: Labels): FoundWorkload {
  const namespace = namespaceOf(labels);
  const [only, second, ...more] = workloadOf(labels);
  if (!only) return { ok: false, why: { code: 'no-workload' }, namespace };
  if (second) {
    const workloads = [only, second, ...more].map((w) => `${w.kind.toLowerCase()}/${w.name}`);
    return { ok: false, why: { code: 'several-workloads', workloads }, namespace };
  }
  if (namespace === undefined) return { ok: false, why: { code: 'no-namespace' } };
  return { ok: true, namespace, ...only };
}

function ofRunbook(pattern: TargetPattern): FoundWorkload {
  const { namespace, kind, name } = pattern;
  return { ok: true, namespace, kind, name, certainty: 'exact', from: 'runbook', pattern };
}

function reconciledEnvironment(
  found: EnvironmentResult,
  runbook: TargetPattern | undefined,
  environments: readonly TargetingEnvironment[],
): string | TargetDoubt {
  const named = environments.find((env) => env.name === runbook?.environment)?.name;
  if (found.environment === undefined) {
    return found.why.code === 'no-environment' && named !== undefined ? named : found.why;
  }
  if (runbook?.environment !== undefined && runbook.environment !== found.environment) {
    return { code: 'environment-conflict', alert: found.environment, runbook: runbook.environment };
  }
  return found.environment;
}

/** The runbook's cluster, else the only one, else the one that the label `cluster` (`exported_cluster` first) names. */
function clusterOf(
  labels: Labels,
  environment: TargetingEnvironment,
  runbook: TargetPattern | undefined,
): string | TargetDoubt {
  const names = environment.clusters.map((cluster) => cluster.name);
  const [only, second] = names;
  if (only === undefined) return { code: 'no-cluster', environment: environment.name };
  if (runbook?.cluster !== undefined && names.includes(runbook.cluster)) return runbook.cluster;
  if (second === undefined) return only;
  const wanted = labelValue(labels, 'exported_cluster') || labelValue(labels, 'cluster');
  return (
    names.find((name) => name === wanted) ?? {
      code: 'several-clusters',
      environment: environment.name,
      clusters: names,
    }
  );
}

/** Only what all alerts agree on. */
function commonKnown(results: readonly TargetResult[]): PartialTarget {
  const all = results.map(
    (r): PartialTarget => (r.target ? { ...r.target, ...(r.pod !== undefined && { pod: r.pod }) } : r.known),
  );
  const fields = ['environment', 'cluster', 'namespace', 'kind', 'name', 'pod'] as const;
  const same = fields.filter((field) =>
    all.every((known) => known[field] !== undefined && known[field] === all[0]?.[field]),
  );
  return Object.fromEntries(same.map((field) => [field, all[0]?.[field]]));
}
