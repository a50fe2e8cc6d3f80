import type { Rollout, Workload, WorkloadRef } from '../../domain/workload.ts';
import type { ExpectedWorkload, Patched, RestartMark } from '../../ports/cluster.ts';
import { hasMoved, isMissing, Refusal, takesNoDryRun } from './errors.ts';
import { currentRevision, deploymentRevision, revisions } from './history.ts';
import type { Pod, WorkloadObject } from './objects.ts';
import type { Rest } from './rest.ts';
import { carriesRun, restarted, restartPatch } from './restart.ts';
import { GONE, isObserved, rolloutState, toRollout } from './rollout.ts';
import { hashTemplate, listPath, selectorText, toWorkload, workloadPath } from './workload.ts';

/** Pods looked through for a rollout's problems: one page. */
const POD_LIMIT = 500;

/** How often a restart looks again when something else of the spec (a scale, say) moved between look and change. */
const RESTART_ATTEMPTS = 4;

export interface RestartChange {
  readonly expect: ExpectedWorkload;
  readonly mark: RestartMark;
  readonly dryRun: boolean;
}

export async function readWorkload(rest: Rest, ref: WorkloadRef, signal: AbortSignal): Promise<Workload | undefined> {
  const object = await find(rest, ref, signal);
  if (!object) return undefined;
  const known = deploymentRevision(object);
  if (known !== undefined || ref.kind === 'Deployment') return toWorkload(ref, object, known);
  return toWorkload(ref, object, currentRevision(object, await revisions(rest, ref, object, signal)));
}

/**
 * Looks, compares with what the plan saw, and changes exactly that. A change that the API server refuses because the spec
 * moved has not been made, so it looks again; it is the comparison that decides whether the plan still holds.
 */
export async function restart(
  rest: Rest,
  ref: WorkloadRef,
  change: RestartChange,
  signal: AbortSignal,
): Promise<Patched & { readonly templateHash: string }> {
  const query = { fieldManager: 'hikeshi', ...(change.dryRun && { dryRun: 'All' }) };
  for (let attempt = 0; attempt < RESTART_ATTEMPTS; attempt++) {
    const live = await findOrRefuse(rest, ref, signal);
    refuseUnlessAsPlanned(ref, live, change.expect);
    try {
      const answer = await rest.patch<WorkloadObject>(
        workloadPath(ref),
        query,
        restartPatch(live, change.mark),
        signal,
      );
      return { templateHash: hashTemplate(answer.body.spec?.template), warnings: answer.warnings };
    } catch (error) {
      const untried = change.dryRun ? takesNoDryRun(error) : undefined;
      if (untried !== undefined) {
        return { templateHash: hashTemplate(restarted(live.spec?.template, change.mark)), warnings: [], untried };
      }
      if (!hasMoved(error)) throw error;
    }
  }
  throw new Refusal('changed', `${nameOf(ref)} keeps being changed by somebody else`);
}

function refuseUnlessAsPlanned(ref: WorkloadRef, live: WorkloadObject, expect: ExpectedWorkload): void {
  if (live.metadata?.uid !== expect.uid) {
    throw new Refusal('changed', `${nameOf(ref)} was deleted and created anew since the plan was made`);
  }
  if (live.spec?.paused)
    throw new Refusal('paused', `${nameOf(ref)} is paused: a restart would wait until it is resumed`);
  if (hashTemplate(live.spec?.template) !== expect.templateHash) {
    throw new Refusal('changed', `the pod template of ${nameOf(ref)} changed since the plan was made`);
  }
}

/** The live template first; a rollout that came later leaves the mark in the history only. */
export async function restartHappened(
  rest: Rest,
  ref: WorkloadRef,
  run: string,
  signal: AbortSignal,
): Promise<boolean> {
  const object = await findOrRefuse(rest, ref, signal);
  if (carriesRun(object.spec?.template, run)) return true;
  const history = await revisions(rest, ref, object, signal);
  return history.some((revision) => carriesRun(revision.template, run));
}

/** One request when it is done, else up to three: the troubles are those of the pods that it waits for. */
export async function rollout(rest: Rest, ref: WorkloadRef, signal: AbortSignal): Promise<Rollout> {
  const object = await find(rest, ref, signal);
  if (!object) return GONE;
  const waits = isObserved(object) && rolloutState(ref.kind, object) !== 'done';
  return toRollout(ref.kind, object, waits ? await awaitedPods(rest, ref, object, signal) : []);
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
    const hash = newest?.labels['pod-template-hash'];
    if (hash === undefined) return [];
    labelSelector += `,pod-template-hash=${hash}`;
  }
  const path = listPath('api/v1', 'pods', ref.namespace);
  const page = await rest.get<{ items?: Pod[] }>(path, { labelSelector, limit: POD_LIMIT }, signal);
  const uid = object.metadata?.uid;
  const mine = (pod: Pod): boolean => pod.metadata?.ownerReferences?.some((o) => o.uid === uid) ?? false;
  return (page.items ?? []).filter((pod) => ref.kind === 'Deployment' || mine(pod));
}

async function find(rest: Rest, ref: WorkloadRef, signal: AbortSignal): Promise<WorkloadObject | undefined> {
  try {
    return await rest.get<WorkloadObject>(workloadPath(ref), {}, signal);
  } catch (error) {
    if (isMissing(error, ref.name)) return undefined;
    throw error;
  }
}

export async function findOrRefuse(rest: Rest, ref: WorkloadRef, signal: AbortSignal): Promise<WorkloadObject> {
  const object = await find(rest, ref, signal);
  if (!object) throw new Refusal('not-found', `there is no ${nameOf(ref)}`);
  return object;
}

function nameOf(ref: WorkloadRef): string {
  return `${ref.kind} ${ref.namespace}/${ref.name}`;
}
