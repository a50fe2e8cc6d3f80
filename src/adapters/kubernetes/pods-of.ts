import type { PodRow, WorkloadRef } from '../../domain/workload.ts';
import type { PodsDeletion } from '../../ports/cluster.ts';
import { HttpError, Refusal } from './errors.ts';
import { find } from './find.ts';
import { revisions } from './history.ts';
import type { Pod, WorkloadObject } from './objects.ts';
import { podRow } from './pods.ts';
import type { Rest } from './rest.ts';
import { listPath, selectorText } from './workload.ts';

/** By owner and not by labels alone: another workload's pods may carry the same. */
export async function podsOf(
  rest: Rest,
  ref: WorkloadRef,
  signal: AbortSignal,
): Promise<readonly PodRow[] | undefined> {
  const object = await find(rest, ref, signal);
  if (!object) return undefined;
  const owners = await ownersOfPods(rest, ref, object, signal);
  const path = listPath('api/v1', 'pods', ref.namespace);
  const query = { labelSelector: selectorText(object.spec?.selector) };
  const found: PodRow[] = [];
  for await (const { items = [] } of rest.pages<Pod>(path, { query }, signal))
    found.push(...items.filter((pod) => pod.metadata?.ownerReferences?.some(({ uid }) => owners.has(uid))).map(podRow));
  return found;
}

/** A Deployment's are the ReplicaSets'. */
async function ownersOfPods(
  rest: Rest,
  ref: WorkloadRef,
  object: WorkloadObject,
  signal: AbortSignal,
): Promise<ReadonlySet<string | undefined>> {
  if (ref.kind !== 'Deployment') return new Set([object.metadata?.uid]);
  return new Set((await revisions(rest, ref, object, signal)).map(({ metadata }) => metadata.uid));
}

/** One after the other. Once one is deleted, what goes wrong is no no to the whole. */
export async function deletePods(
  rest: Rest,
  { namespace }: WorkloadRef,
  { pods, dryRun }: PodsDeletion,
  signal: AbortSignal,
): Promise<void> {
  for (const [before, pod] of pods.entries()) {
    try {
      await deletePod(rest, namespace, pod, dryRun, signal);
    } catch (error) {
      if (dryRun || before === 0 || !(error instanceof HttpError)) throw error;
      throw new Refusal(
        'away',
        `${before} of ${pods.length} pods are deleted, and ${pod.name} could not be: ${error.message}`,
      );
    }
  }
}

/** One that is gone, or another by now, is none of ours any more. */
async function deletePod(
  rest: Rest,
  namespace: string,
  { name, uid }: PodsDeletion['pods'][number],
  dryRun: boolean,
  signal: AbortSignal,
): Promise<void> {
  const path = `${listPath('api/v1', 'pods', namespace)}/${encodeURIComponent(name)}`;
  try {
    await rest.remove(path, { uid, dryRun }, signal);
  } catch (error) {
    if (!(error instanceof HttpError) || (error.statusCode !== 404 && error.statusCode !== 409)) throw error;
  }
}
