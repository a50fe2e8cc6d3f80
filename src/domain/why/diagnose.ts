import { type Facts, UNSEEN, type Unseen } from './facts.ts';
import type { CauseId, Finding, Rule } from './finding.ts';
import { config } from './rules/config.ts';
import { crashes } from './rules/crashes.ts';
import { creating } from './rules/creating.ts';
import { images } from './rules/images.ts';
import { isPast, nodeIsAway, nodes } from './rules/nodes.ts';
import { probes, readinessGates } from './rules/probes.ts';
import { reaching } from './rules/reaching.ts';
import { deadline, rollout } from './rules/rollout.ts';
import { scheduling } from './rules/scheduling.ts';
import { volumes } from './rules/volumes.ts';

export interface Verdict {
  /** `starting`: nothing is wrong yet, it is too early to say; `unknown`: something is, and no rule knows what. */
  readonly state: 'found' | 'healthy' | 'starting' | 'unknown';
  /** Worst first; each cause once, with all its pods. */
  readonly findings: readonly Finding[];
  readonly ready: number;
  readonly of: number;
  /** What was looked at besides the workload and its pods. */
  readonly seen: readonly Unseen[];
}

/** So long a pod may take to be ready before it is wrong that it is not. */
const STARTING_MS = 120_000;

const OF_PODS: readonly Rule[] = [images, config, crashes, probes, readinessGates, scheduling, volumes];
const OF_ALL: readonly Rule[] = [creating, nodes, rollout];

/** Pure: the same facts and time give the same verdict. Names what it knows, and nothing where it does not. */
export function findingsOf(facts: Facts, now: Date): Verdict {
  // What pods on a node that is away say is old: that the node is away is the cause.
  const speaking = { ...facts, pods: facts.pods.filter((pod) => !nodeIsAway(pod, facts) && !isPast(pod, facts)) };
  const own = [...OF_ALL.flatMap((rule) => rule(facts, now)), ...OF_PODS.flatMap((rule) => rule(speaking, now))];
  const blocked = own.length > 0 ? own : deadline(facts, now);
  const findings = ranked(merged([...blocked, ...reaching(facts, now)]));
  const { ready, of } = countOf(facts);
  const seen = UNSEEN.filter((what) => !facts.unseen.includes(what));
  return { state: stateOf({ facts, findings, ready, of }, now), findings, ready, of, seen };
}

function countOf({ workload, pods, alone }: Facts): { readonly ready: number; readonly of: number } {
  if (workload && !alone) return { ready: workload.ready, of: workload.desired };
  return { ready: pods.filter((p) => p.ready || p.phase === 'Succeeded').length, of: pods.length };
}

function stateOf(
  { facts, findings, ready, of }: { facts: Facts; findings: readonly Finding[]; ready: number; of: number },
  now: Date,
): Verdict['state'] {
  if (findings.length > 0) return 'found';
  const late = facts.pods.filter((p) => !p.ready && p.phase !== 'Succeeded' && !p.deletedBy && !isPast(p, facts));
  if (late.length === 0 && ready >= of && (facts.alone || facts.workload?.rollout !== 'progressing')) return 'healthy';
  const young = late.every(({ createdAt }) => now.getTime() - createdAt.getTime() < STARTING_MS);
  if (young && late.length > 0) return 'starting';
  return late.length === 0 && ready >= of ? 'healthy' : 'unknown';
}

/** One finding for all pods of which the same holds. */
function merged(findings: readonly Finding[]): readonly Finding[] {
  const byCause = new Map<string, Finding>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const known = byCause.get(key);
    byCause.set(key, known ? { ...known, pods: [...new Set([...known.pods, ...finding.pods])] } : finding);
  }
  return [...byCause.values()];
}

/** Counts of restarts and probes' words differ from pod to pod, and the cause is one. */
function keyOf({ cause }: Finding): string {
  const {
    restarts: _,
    words: __,
    since: ___,
    ...same
  } = cause as typeof cause & {
    restarts?: number;
    words?: string;
    since?: Date;
  };
  return JSON.stringify(same);
}

/** Worst first: what leaves no pod at all, what takes pods away, what keeps them from starting, from serving, from being reached. */
const ORDER: readonly CauseId[] = [
  'scaled-to-zero',
  'suits-no-node',
  'node-not-ready',
  'quota-exceeded',
  'quota-unspecified',
  'pod-security',
  'service-account',
  'admission-webhook',
  'limit-range',
  'create-refused',
  'config-missing',
  'config-key-missing',
  'runs-as-root',
  'no-such-command',
  'wrong-architecture',
  'container-refused',
  'image-not-found',
  'image-no-repository',
  'image-name',
  'image-pull-secret',
  'image-denied',
  'image-platform',
  'image-not-on-node',
  'image-registry-away',
  'image-rate-limit',
  'image-kept-from-node',
  'image-pull',
  'image-pushed-since',
  'oom-killed',
  'init-fails',
  'crashes',
  'ends-at-once',
  'startup',
  'liveness',
  'claim-missing',
  'claim-unbound',
  'fargate',
  'no-nodes',
  'unschedulable',
  'scheduling-gated',
  'scheduler-silent',
  'volume-in-use',
  'volume-not-mounted',
  'pod-network',
  'evicted',
  'node-refused',
  'readiness',
  'not-ready',
  'readiness-gate',
  'stuck-terminating',
  'paused',
  'on-delete',
  'deadline-passed',
  'service-selector',
  'service-port',
  'policy-port',
  'policy-dns',
];

/** More pods first; where as many are hit, by what it does to them. */
function ranked(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ cause }: Finding): number => ORDER.indexOf(cause.id);
  const hit = ({ pods }: Finding): number => pods.length;
  const later = ORDER.indexOf('paused');
  return [...findings].sort((a, b) => {
    const [ra, rb] = [rank(a), rank(b)];
    const all = (f: Finding, r: number): number => (f.pods.length === 0 && r < later ? 1 : 0);
    return all(b, rb) - all(a, ra) || hit(b) - hit(a) || ra - rb;
  });
}
