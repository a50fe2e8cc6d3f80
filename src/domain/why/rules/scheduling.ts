import { conditionOf, type EventFacts, eventsOf, type Facts, type PodFacts } from '../facts.ts';
import {
  type Cause,
  type Evidence,
  type Finding,
  findingOf,
  type Obstacle,
  type Rule,
  rollbackIf,
} from '../finding.ts';

const DEFAULT_SCHEDULER = 'default-scheduler';
const FARGATE_TAINT = 'eks.amazonaws.com/compute-type=fargate';
const PATIENCE_MS = 60_000;

/** Pods that no node has taken, by the words of the scheduler (kubernetes/pkg/scheduler/framework). */
export const scheduling: Rule = (facts, now) =>
  facts.pods.flatMap((pod) => (pod.node === undefined && pod.phase === 'Pending' ? waiting(pod, facts, now) : []));

function waiting(pod: PodFacts, facts: Facts, now: Date): readonly Finding[] {
  const said = conditionOf(pod, 'PodScheduled');
  const events = eventsOf(facts, 'Pod', pod.name);
  if (said?.reason === 'SchedulingGated') return [findingOf({ id: 'scheduling-gated' }, pod, [said])];
  const failed = events.find((e) => e.reason === 'FailedScheduling');
  const words = said?.message || failed?.message || '';
  const autoscaling = events.find((e) => AUTOSCALER[e.reason] !== undefined);
  const evidence: readonly Evidence[] = [
    ...(failed ? [failed] : said ? [said] : []),
    ...(autoscaling ? [autoscaling] : []),
  ];
  if (words === '') return silent(pod, now);
  const causes = fargateOf(pod, words) ?? volumesOf(words, pod, facts) ?? [obstacles(words, pod, facts, autoscaling)];
  return causes.map((cause) =>
    findingOf(cause, pod, [...evidence, ...claimEvidence(cause, facts)], rollbackIf(facts, pod)),
  );
}

/** The cluster autoscaler's and Karpenter's. */
const AUTOSCALER: Readonly<Record<string, 'adding' | 'refused'>> = {
  TriggeredScaleUp: 'adding',
  Nominated: 'adding',
  NotTriggerScaleUp: 'refused',
};

function silent(pod: PodFacts, now: Date): readonly Finding[] {
  if (now.getTime() - pod.createdAt.getTime() < PATIENCE_MS) return [];
  if (pod.scheduler === 'fargate-scheduler') return [findingOf({ id: 'fargate', why: 'capacity' }, pod, [])];
  return [findingOf({ id: 'scheduler-silent', scheduler: pod.scheduler || DEFAULT_SCHEDULER }, pod, [])];
}

function fargateOf({ scheduler }: PodFacts, words: string): readonly Cause[] | undefined {
  if (scheduler === 'fargate-scheduler' || /fargate capacity|Pod provisioning timed out/i.test(words))
    return [{ id: 'fargate', why: /profile/i.test(words) ? 'profile' : 'capacity' }];
  return undefined;
}

/** Claims are looked at before nodes are: then nothing is said of nodes. */
function volumesOf(words: string, pod: PodFacts, facts: Facts): readonly Cause[] | undefined {
  const missing = /persistentvolumeclaim "([^"]+)" (?:not found|is being deleted)/.exec(words);
  if (missing) return [{ id: 'claim-missing', claim: missing[1]! }];
  if (!/unbound immediate PersistentVolumeClaims|unbound PersistentVolumeClaims/.test(words)) return undefined;
  const unbound = facts.claims.filter(({ name, phase }) => pod.claims.includes(name) && phase !== 'Bound');
  const names = unbound.length > 0 ? unbound : pod.claims.map((name) => ({ name, storageClass: '' }));
  return names.map(({ name, storageClass }) => ({ id: 'claim-unbound', claim: name, storageClass }));
}

function claimEvidence(cause: Cause, facts: Facts): readonly Evidence[] {
  if (cause.id !== 'claim-unbound') return [];
  return eventsOf(facts, 'PersistentVolumeClaim', cause.claim).slice(0, 1);
}

function obstacles(words: string, pod: PodFacts, facts: Facts, autoscaling: EventFacts | undefined): Cause {
  if (/^no nodes available|^0\/0 nodes/.test(words)) return { id: 'no-nodes' };
  const reasons = obstaclesIn(words, pod, facts);
  if (reasons.every((r) => r.why === 'taint' && r.taints.some((t) => t.startsWith(FARGATE_TAINT))))
    return { id: 'fargate', why: 'profile' };
  const autoscaler = autoscaling && AUTOSCALER[autoscaling.reason];
  return { id: 'unschedulable', reasons, ...(autoscaler && { autoscaler }) };
}

/** What stands in the way, most nodes first; what preemption could do is left out, it is none of the causes. */
function obstaclesIn(words: string, pod: PodFacts, facts: Facts): readonly Obstacle[] {
  const [, list = words] = /nodes are available: (.*)$/s.exec(words) ?? [];
  const parts = list
    .split(/\.? (?:no new claims to deallocate|preemption:)/)[0]!
    .replace(/\.\s*$/, '')
    .split(/, (?=\d+ )/)
    .map((part) => /^(?:(\d+) )?(.*)$/s.exec(part.trim())!)
    .map(([, count, text]) => ({ nodes: Number(count ?? 0), text: text ?? '' }));
  return parts
    .map(({ nodes, text }): Obstacle => ({ nodes, ...obstacleOf(text, pod, facts) }))
    .sort((a, b) => b.nodes - a.nodes);
}

type Why = Obstacle extends infer O ? (O extends Obstacle ? Omit<O, 'nodes'> : never) : never;

type SimpleWhy = 'affinity' | 'anti-affinity' | 'spread' | 'cordoned' | 'ports' | 'volume-place' | 'full';

const SIMPLE: readonly (readonly [RegExp, SimpleWhy])[] = [
  [/anti-affinity/, 'anti-affinity'],
  [/pod affinity/, 'affinity'],
  [/topology spread/, 'spread'],
  [/were unschedulable/, 'cordoned'],
  [/free ports/, 'ports'],
  [/volume node affinity|volume limit|max volume count|no available volume zone/, 'volume-place'],
  [/^Too many pods/, 'full'],
];

function obstacleOf(text: string, pod: PodFacts, facts: Facts): Why {
  const resource = /^Insufficient (\S+)/.exec(text)?.[1];
  if (resource) return { why: 'resource', resource, asks: askedFor(pod, resource) };
  const taint = /untolerated taint(?:s|\(s\))?(?: \{([^}]*)\})?|had taints? \{([^}]*)\}/.exec(text);
  if (taint) return { why: 'taint', taints: taintsOf(taint[1] ?? taint[2], facts) };
  if (/node affinity\/selector|node selector/.test(text)) return { why: 'selector', selector: selectorOf(pod) };
  const why = SIMPLE.find(([pattern]) => pattern.test(text))?.[1];
  return why ? { why } : { why: 'other', words: text };
}

/** From 1.35 on the scheduler no longer names the taint: then the nodes do. */
function taintsOf(named: string | undefined, { nodes }: Facts): readonly string[] {
  if (named === undefined) return [...new Set(nodes.flatMap(({ taints }) => taints))];
  const [key = '', value = ''] = named.split(/:\s?/);
  return [value ? `${key}=${value}` : key];
}

function selectorOf({ nodeSelector }: PodFacts): string {
  return Object.entries(nodeSelector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** As the containers ask for it, one after the other: `500m + 1`. */
function askedFor({ containers }: PodFacts, resource: string): string {
  const asked = containers.filter(({ init }) => !init).flatMap(({ requests }) => requests[resource] ?? []);
  return asked.join(' + ');
}
