import type { Rollout, Workload, WorkloadRef } from '../../domain/workload.ts';
import { find } from './find.ts';
import {
  currentRevision,
  deploymentRevision,
  podTemplateHash,
  REVISION_HASH_LABEL,
  revisions,
  templateOf,
} from './history.ts';
import type { Pod, WorkloadObject } from './objects.ts';
import type { Rest } from './rest.ts';
import { GONE, isObserved, rolloutState, toRollout } from './rollout.ts';
import { listPath, selectorText, toWorkload } from './workload.ts';

/** Pods looked through for a rollout's problems: one page. */
const POD_LIMIT = 500;

export async function readWorkload(rest: Rest, ref: WorkloadRef, signal: AbortSignal): Promise<Workload | undefined> {
  const object = await find(rest, ref, signal);
  if (!object) return undefined;
  const known = deploymentRevision(object);
  if (known !== undefined || ref.kind === 'Deployment') return toWorkload(ref, object, known);
  return toWorkload(ref, object, currentRevision(object, await revisions(rest, ref, object, signal)));
}

/** One request when it is done, else up to three: the troubles are those of the pods that it waits for. */
export async function rollout(rest: Rest, ref: WorkloadRef, signal: AbortSignal): Promise<Rollout> {
  const object = await find(rest, ref, signal);
  if (!object) return GONE;
  const waits = isObserved(object) && rolloutState(ref.kind, object) !== 'done';
  if (!waits) return toRollout(ref.kind, object, []);
  const [pods, newest] = await Promise.all([
    awaitedPods(rest, ref, object, signal),
    newestHash(rest, ref, object, signal),
  ]);
  const isNewest = ({ metadata }: Pod): boolean =>
    ref.kind === 'Deployment' || metadata?.labels?.[REVISION_HASH_LABEL] === newest;
  const known = ref.kind === 'Deployment' || newest !== undefined;
  const seen = toRollout(ref.kind, object, pods);
  return { ...seen, ...(known && { fresh: pods.filter((pod) => isNewest(pod) && isReady(pod)).length }) };
}

/** What tells the pods of the newest revision: a DaemonSet's status does not say which that is, its history does. */
async function newestHash(
  rest: Rest,
  ref: WorkloadRef,
  object: WorkloadObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (ref.kind !== 'DaemonSet') return object.status?.updateRevision;
  const history = await revisions(rest, ref, object, signal);
  const wanted = currentRevision(object, history);
  const newest = history.find(({ number }) => number === wanted);
  return newest && templateOf(ref, newest);
}

function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return metadata?.deletionTimestamp === undefined && ready?.status === 'True';
}

/**
 * Of a Deployment the pods of its newest revision: the older ones are on their way out, whatever their state. Of the two
 * other kinds all pods: a broken old one holds up the new ones.
 */
async function awaitedPods(rest: Rest, ref: WorkloadRef, object: WorkloadObject, signal: AbortSignal): Promise<Pod[]> {
  let labelSelector = selectorText(object.spec?.selector);
  if (ref.kind === 'Deployment') {
    const wanted = deploymentRevision(object);
    const newest = (await revisions(rest, ref, object, signal)).find((r) => r.number === wanted);
    const hash = newest && podTemplateHash(newest);
    if (hash === undefined) return [];
    labelSelector += `,pod-template-hash=${hash}`;
  }
  const path = listPath('api/v1', 'pods', ref.namespace);
  const page = await rest.get<{ items?: Pod[] }>(path, { labelSelector, limit: POD_LIMIT }, signal);
  const uid = object.metadata?.uid;
  const mine = (pod: Pod): boolean => pod.metadata?.ownerReferences?.some((o) => o.uid === uid) ?? false;
  return (page.items ?? []).filter((pod) => ref.kind === 'Deployment' || mine(pod));
}
