import type { EcrImage, EcrSaid } from './ecr.ts';
import type { ContainerFacts, EventFacts, Facts, PodFacts, Probe, WorkloadFacts } from './facts.ts';

/** Every cause that can be named, with what its sentence says. */
export interface Causes {
  'image-not-found': Pulled;
  'image-no-repository': Pulled;
  'image-denied': Pulled;
  'image-pull-secret': Pulled & { readonly secret: string };
  'image-name': Pulled;
  'image-registry-away': Pulled;
  'image-rate-limit': Pulled;
  'image-platform': Pulled;
  'image-not-on-node': Pulled;
  'image-pull': Pulled;
  /** The registry has it; `by` is what keeps the node from it, or may do so. */
  'image-kept-from-node': Pulled & { readonly by: 'rights' | 'network' | 'either' };
  'image-pushed-since': Pulled;
  'config-missing': Configured;
  'config-key-missing': Configured & { readonly key: string };
  'runs-as-root': Contained;
  'no-such-command': Contained & { readonly command: string };
  'wrong-architecture': Contained;
  'container-refused': Contained & { readonly reason: string };
  'oom-killed': Contained & { readonly limit: string; readonly restarts: number };
  crashes: Ended;
  'init-fails': Ended;
  'ends-at-once': Contained & { readonly restarts: number };
  liveness: Probed;
  startup: Probed;
  readiness: Probed;
  'not-ready': Contained;
  'readiness-gate': { readonly gates: readonly string[] };
  unschedulable: { readonly reasons: readonly Obstacle[]; readonly autoscaler?: 'adding' | 'refused' };
  'no-nodes': Nothing;
  'scheduling-gated': Nothing;
  'scheduler-silent': { readonly scheduler: string };
  fargate: { readonly why: 'profile' | 'capacity' };
  'claim-missing': { readonly claim: string };
  'claim-unbound': { readonly claim: string; readonly storageClass: string };
  'volume-in-use': { readonly volume: string };
  'volume-not-mounted': { readonly volume: string };
  'pod-network': Nothing;
  'quota-exceeded': { readonly quota: string; readonly limits: readonly QuotaLimit[] };
  'quota-unspecified': { readonly quota: string; readonly fields: string };
  'pod-security': { readonly level: string };
  'service-account': { readonly name: string };
  'admission-webhook': { readonly webhook: string };
  'limit-range': { readonly words: string };
  'create-refused': Nothing;
  paused: { readonly updated: number; readonly desired: number };
  'scaled-to-zero': Nothing;
  'suits-no-node': Nothing;
  'on-delete': { readonly updated: number; readonly desired: number };
  'deadline-passed': { readonly seconds: number };
  'node-not-ready': { readonly node: string };
  evicted: { readonly node: string; readonly resource: string };
  'node-refused': { readonly node: string; readonly reason: string };
  'stuck-terminating': { readonly finalizers: readonly string[]; readonly since: Date };
  'service-selector': { readonly service: string; readonly selector: string; readonly labels: string };
  'service-port': { readonly service: string; readonly target: string; readonly ports: string };
  'policy-port': { readonly policies: readonly string[]; readonly port: string };
  'policy-dns': { readonly policies: readonly string[] };
}

interface Contained {
  readonly container: string;
}
interface Pulled extends Contained {
  readonly image: string;
}
interface Configured {
  readonly what: 'ConfigMap' | 'Secret';
  readonly name: string;
}
interface Ended extends Contained {
  readonly exitCode: number;
  readonly restarts: number;
}
interface Probed extends Contained {
  /** What the probe said last. */
  readonly words: string;
}
type Nothing = object;

export interface QuotaLimit {
  readonly resource: string;
  readonly requested: string;
  readonly used: string;
  readonly hard: string;
}

/** Why `nodes` nodes do not take a pod; 0: not said how many. */
export type Obstacle = { readonly nodes: number } & (
  | { readonly why: 'resource'; readonly resource: string; readonly asks: string }
  | { readonly why: 'taint'; readonly taints: readonly string[] }
  | { readonly why: 'selector'; readonly selector: string }
  | { readonly why: 'affinity' | 'anti-affinity' | 'spread' | 'cordoned' | 'ports' | 'volume-place' | 'full' }
  | { readonly why: 'other'; readonly words: string }
);

export type CauseId = keyof Causes;
type CauseOf<Id extends CauseId> = { readonly id: Id } & Causes[Id];
export type Cause = { [Id in CauseId]: CauseOf<Id> }[CauseId];

/** One for each cause; as methods, so that each is also one that may be given any cause, when it was found by its name. */
export type CauseSentences<Said> = { readonly [Id in CauseId]: { say(cause: CauseOf<Id>): Said }['say'] };

/** What a finding rests on: the cluster's own words, or what somebody else says. */
export type Evidence =
  | Pick<EventFacts, 'reason' | 'message' | 'count' | 'at'>
  | { readonly reason: string; readonly message: string; readonly count?: undefined; readonly at?: Date }
  | RegistryEvidence
  | UseEvidence;

/** What a registry says of the image. */
export interface RegistryEvidence {
  readonly ecr: EcrSaid;
  readonly image: EcrImage;
}

export interface UseEvidence {
  readonly use: UseSaid;
}

/** What a container uses of memory now. */
export type UseSaid =
  /** The most that one of these pods uses, with its limit (0: none); bytes. */
  | { readonly is: 'measured'; readonly bytes: number; readonly limit: number; readonly pods: number }
  /** None of them runs for long enough. */
  | { readonly is: 'unmeasured' }
  /** The cluster measures nothing (no metrics.k8s.io). */
  | { readonly is: 'no-metrics' }
  | { readonly is: 'failed' };

/** What somebody may do next, of what the program can do. */
export type Step =
  | { readonly do: 'restart' | 'history' }
  /** Away from this revision; absent: from what runs. */
  | { readonly do: 'rollback'; readonly from?: number }
  | { readonly do: 'scale'; readonly to: number }
  | { readonly do: 'logs'; readonly pod: string; readonly container: string; readonly previous: boolean };

export interface Finding {
  readonly cause: Cause;
  /** Names of the pods of which it holds; none: of the workload. */
  readonly pods: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly next: readonly Step[];
}

export type Rule = (facts: Facts, now: Date) => readonly Finding[];

export function findingOf(
  cause: Cause,
  pod: PodFacts | undefined,
  evidence: readonly Evidence[],
  next: readonly Step[] = [],
): Finding {
  return { cause, pods: pod ? [pod.name] : [], evidence, next };
}

export const logsOf = (pod: PodFacts, { name }: ContainerFacts, previous: boolean): Step => ({
  do: 'logs',
  pod: pod.name,
  container: name,
  previous,
});

/** Away from the revision that was looked at, however late the step is taken. */
export function rollbackFrom({ hasPrevious, revision }: WorkloadFacts): readonly Step[] {
  return hasPrevious ? [{ do: 'rollback', ...(revision !== undefined && { from: revision }) }] : [];
}

/** Going back helps when the newest template is what fails, and there was one before. */
export function rollbackIf({ workload }: Facts, { template }: PodFacts): readonly Step[] {
  if (!workload) return [];
  const older = template !== undefined && workload.newestTemplate !== undefined && template !== workload.newestTemplate;
  return older ? [] : rollbackFrom(workload);
}

/** Every pod with each of its containers. */
export function eachContainer(
  facts: Facts,
  work: (container: ContainerFacts, pod: PodFacts) => readonly Finding[],
): readonly Finding[] {
  return facts.pods.flatMap((pod) => pod.containers.flatMap((container) => work(container, pod)));
}

export const PROBE_WORDS: Readonly<Record<Probe, string>> = {
  readiness: 'Readiness probe',
  liveness: 'Liveness probe',
  startup: 'Startup probe',
};
