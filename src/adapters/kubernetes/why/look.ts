import type { PodFacts, WorkloadFacts } from '../../../domain/why/facts.ts';
import type { WorkloadRef } from '../../../domain/workload.ts';
import type { SubjectRef } from '../../../ports/cluster.ts';
import { find } from '../find.ts';
import { currentRevision, type KeptRevision, revisions, templateOf } from '../history.ts';
import type { WorkloadObject } from '../objects.ts';
import type { Rest } from '../rest.ts';
import { rolloutState } from '../rollout.ts';
import type { Query } from '../send.ts';
import { desiredOf, listPath, selectorText } from '../workload.ts';
import type { FullPod } from './objects.ts';
import { conditionFacts, podFacts } from './pod-facts.ts';

/** Pods looked at; of more, the rest is counted. */
const PODS = 1_000;
const PAGE = 500;

/** A pod's place and name. */
type PodRef = Pick<SubjectRef, 'namespace' | 'name'>;

export interface Looked {
  readonly workload?: WorkloadFacts;
  readonly pods: readonly PodFacts[];
  readonly more: number;
  /** Uids of what events are asked of beside pods. */
  readonly objects: readonly string[];
}

export async function lookAtWorkload(rest: Rest, ref: WorkloadRef, signal: AbortSignal): Promise<Looked | undefined> {
  const object = await find(rest, ref, signal);
  if (!object) return undefined;
  const [kept, { pods, more }] = await Promise.all([
    revisions(rest, ref, object, signal),
    podsOf(rest, ref.namespace, { labelSelector: selectorText(object.spec?.selector) }, signal),
  ]);
  const wanted = currentRevision(object, kept);
  const newest = kept.find(({ number }) => number === wanted);
  const owners = new Set([object.metadata?.uid, ...kept.map(({ metadata }) => metadata.uid)]);
  const mine = pods.filter((pod) => pod.metadata?.ownerReferences?.some((o) => o.controller && owners.has(o.uid)));
  return {
    workload: workloadFacts(ref, object, { newest, kept }),
    pods: mine.map(podFacts),
    more,
    objects: [object.metadata?.uid ?? '', ...(ref.kind === 'Deployment' ? [newest?.metadata.uid ?? ''] : [])],
  };
}

/** Of a pod that a workload has made, the workload is looked at too: it may have an older revision. */
export async function lookAtPod(
  rest: Rest,
  { namespace, name }: PodRef,
  signal: AbortSignal,
): Promise<Looked | undefined> {
  const { pods } = await podsOf(rest, namespace, { fieldSelector: `metadata.name=${name}` }, signal);
  const [pod] = pods;
  if (!pod) return undefined;
  const own = { pods: [podFacts(pod)], more: 0, objects: [] };
  const owner = ownerOf(namespace, pod);
  if (!owner) return own;
  const object = await find(rest, owner, signal);
  if (!object) return own;
  const kept = await revisions(rest, owner, object, signal);
  const wanted = currentRevision(object, kept);
  return { ...own, workload: workloadFacts(owner, object, { newest: kept.find((r) => r.number === wanted), kept }) };
}

function ownerOf(namespace: string, { metadata = {} }: FullPod): WorkloadRef | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  const { kind, name = '' } = owner ?? {};
  if (kind === 'StatefulSet' || kind === 'DaemonSet') return { kind, namespace, name };
  const hash = metadata.labels?.['pod-template-hash'];
  if (kind !== 'ReplicaSet' || hash === undefined || !name.endsWith(`-${hash}`)) return undefined;
  return { kind: 'Deployment', namespace, name: name.slice(0, -hash.length - 1) };
}

async function podsOf(
  rest: Rest,
  namespace: string,
  selector: Query,
  signal: AbortSignal,
): Promise<{ readonly pods: readonly FullPod[]; readonly more: number }> {
  const pods: FullPod[] = [];
  const query = { ...selector, limit: PAGE };
  for await (const page of rest.pages<FullPod>(listPath('api/v1', 'pods', namespace), { query }, signal)) {
    pods.push(...(page.items ?? []));
    const { remainingItemCount, continue: next } = page.metadata ?? {};
    if (pods.length >= PODS && next) return { pods, more: remainingItemCount ?? 1 };
  }
  return { pods, more: 0 };
}

function workloadFacts(
  ref: WorkloadRef,
  object: WorkloadObject,
  { newest, kept }: { readonly newest: KeptRevision | undefined; readonly kept: readonly KeptRevision[] },
): WorkloadFacts {
  const { spec = {}, status = {} } = object;
  const daemon = ref.kind === 'DaemonSet';
  const template = newest && templateOf(ref, newest);
  return {
    ref,
    desired: desiredOf(ref.kind, object),
    ready: (daemon ? status.numberReady : status.readyReplicas) ?? 0,
    updated: (daemon ? status.updatedNumberScheduled : status.updatedReplicas) ?? 0,
    rollout: rolloutState(ref.kind, object),
    paused: spec.paused ?? false,
    onDelete: spec.updateStrategy?.type === 'OnDelete',
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
    conditions: (status.conditions ?? []).map(conditionFacts),
    selector: selectorText(spec.selector),
    labels: spec.template?.metadata?.labels ?? {},
    ...(template !== undefined && { newestTemplate: template }),
    ...(newest && { revision: newest.number }),
    hasPrevious: kept.some(({ number }) => number < (newest?.number ?? 0)),
  };
}
