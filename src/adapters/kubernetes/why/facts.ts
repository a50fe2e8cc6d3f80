import { selects } from '../../../domain/label-selector.ts';
import type { Facts, Unseen } from '../../../domain/why/facts.ts';
import type { SubjectRef } from '../../../ports/cluster.ts';
import type { Rest } from '../rest.ts';
import { besideOf } from './beside.ts';
import { policyFacts } from './beside-facts.ts';
import { lookAtPod, lookAtWorkload } from './look.ts';

/**
 * What the cluster says of a workload or pod and of what it leans on: three rounds of requests, each side by side. `undefined`: there is
 * none. No secret is read: what one lacks is in the words of the kubelet.
 */
export async function factsOf(
  rest: Rest,
  { kind, ...named }: SubjectRef,
  signal: AbortSignal,
): Promise<Facts | undefined> {
  const looked =
    kind === 'Pod' ? await lookAtPod(rest, named, signal) : await lookAtWorkload(rest, { kind, ...named }, signal);
  if (!looked) return undefined;
  const { workload, pods, more } = looked;
  const labels = workload?.labels ?? pods[0]?.labels ?? {};
  const { events, alike, unasked, claims, nodes, services, policies } = await besideOf(
    rest,
    { ...looked, namespace: named.namespace, labels },
    signal,
  );
  const unseen = Object.entries({ events, claims, nodes, services, policies });
  return {
    namespace: named.namespace,
    alone: kind === 'Pod',
    ...(workload && { workload }),
    pods: pods.filter(({ name }) => !unasked.has(name)),
    more: more + unasked.size,
    events: events ?? [],
    alike,
    claims: claims ?? [],
    nodes: nodes ?? [],
    services: services ?? [],
    policies: (policies ?? []).filter((p) => selects(p.spec?.podSelector, labels)).map(policyFacts),
    unseen: unseen.filter(([, list]) => !list).map(([what]) => what as Unseen),
  };
}
