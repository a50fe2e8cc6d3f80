import type { Facts, PodFacts } from '../facts.ts';
import { type Evidence, type Finding, findingOf, type Rule } from '../finding.ts';

/** After its grace a pod takes this long to go at most, if its node does what it should. */
const GRACE_MS = 60_000;
/** The kubelet's refusals of pods that were placed on it (kubernetes/pkg/kubelet/lifecycle). */
const REFUSED = /^(?:OutOf\w+|NodeAffinity|UnexpectedAdmissionError|Terminated|NodeShutdown|Preempting|Shutdown)$/;

/** Nodes that are away, that threw pods out, or that do not let them go. */
export const nodes: Rule = (facts, now) => facts.pods.flatMap((pod) => away(pod, facts) ?? thrownOut(pod, facts, now));

/** Whether the node of a pod does not answer: whatever else the pod says is then old. */
export function nodeIsAway({ node }: PodFacts, facts: Facts): boolean {
  return facts.nodes.some(({ name, ready }) => name === node && !ready);
}

function away(pod: PodFacts, facts: Facts): readonly Finding[] | undefined {
  const node = facts.nodes.find(({ name }) => name === pod.node);
  if (node?.ready !== false) return undefined;
  const said: Evidence = { reason: 'NodeNotReady', message: node.name, ...(node.since && { at: node.since }) };
  return [findingOf({ id: 'node-not-ready', node: node.name }, pod, [said])];
}

function thrownOut(pod: PodFacts, facts: Facts, now: Date): readonly Finding[] {
  const { reason, message, deletedBy, finalizers, node = '' } = pod;
  if (deletedBy) {
    if (now.getTime() - deletedBy.getTime() < GRACE_MS) return [];
    return [findingOf({ id: 'stuck-terminating', finalizers, since: deletedBy }, pod, [])];
  }
  if (reason === '' || isPast(pod, facts)) return [];
  const said: readonly Evidence[] = [{ reason, message }];
  if (reason === 'Evicted') {
    const resource = /low on resource: ([\w-]+)/.exec(message)?.[1] ?? '';
    return [findingOf({ id: 'evicted', node, resource }, pod, said)];
  }
  return REFUSED.test(reason) ? [findingOf({ id: 'node-refused', node, reason }, pod, said)] : [];
}

/** It has failed for good, and others have taken its place: it says nothing of the present. */
export function isPast({ phase, reason }: PodFacts, { workload, alone }: Facts): boolean {
  return !alone && phase === 'Failed' && reason !== '' && workload !== undefined && workload.ready >= workload.desired;
}
