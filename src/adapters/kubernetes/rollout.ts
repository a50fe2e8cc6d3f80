import type { Rollout, WorkloadKind } from '../../domain/workload.ts';
import { REVISION_ANNOTATION } from './history.ts';
import type { Condition, Pod, WorkloadObject } from './objects.ts';
import { endedBefore, isStarting, type PodProblem, podProblem } from './pod-problem.ts';
import { desiredOf } from './workload.ts';

/** More problems than this say nothing new. */
const PROBLEM_LIMIT = 20;

export const GONE: Rollout = { state: 'gone', desired: 0, updated: 0, ready: 0, available: 0, problems: [] };

/** The state alone, without the pods' problems; `failed` is a Deployment past its own deadline. */
export type RolloutState = 'progressing' | 'done' | 'failed';

/**
 * By `kubectl rollout status` (kubectl/pkg/polymorphichelpers/rollout_status.go, v0.35). Where kubectl refuses to answer
 * (OnDelete), the same counts decide: done once every pod has been replaced by hand.
 */
export function rolloutState(kind: WorkloadKind, object: WorkloadObject): RolloutState {
  if (!isObserved(object)) return 'progressing';
  if (kind === 'Deployment') return deploymentState(object);
  return (kind === 'StatefulSet' ? statefulSetDone(object) : daemonSetDone(object)) ? 'done' : 'progressing';
}

/** The controller has seen the newest spec; before that its status speaks of an older one. */
export function isObserved({ metadata, status }: WorkloadObject): boolean {
  const observed = status?.observedGeneration ?? 0;
  return observed > 0 && (metadata?.generation ?? 0) <= observed;
}

function deploymentState({ spec, status = {} }: WorkloadObject): RolloutState {
  if (condition(status.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded') return 'failed';
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const done =
    updatedReplicas >= (spec?.replicas ?? 1) && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
  return done ? 'done' : 'progressing';
}

/** With a partition, only the pods at or above that ordinal are replaced. */
function statefulSetDone({ spec = {}, status = {} }: WorkloadObject): boolean {
  const replicas = spec.replicas ?? 1;
  const { readyReplicas = 0, updatedReplicas = 0 } = status;
  if (readyReplicas < replicas) return false;
  const rolling = spec.updateStrategy?.rollingUpdate;
  if (rolling) return updatedReplicas >= replicas - (rolling.partition ?? 0);
  return status.updateRevision === status.currentRevision || updatedReplicas >= replicas;
}

function daemonSetDone({ status = {} }: WorkloadObject): boolean {
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status;
  return updatedNumberScheduled >= desiredNumberScheduled && numberAvailable >= desiredNumberScheduled;
}

/** @param pods those that the rollout waits for; their troubles are listed, passing ones only once it has failed */
export function toRollout(kind: WorkloadKind, object: WorkloadObject, pods: readonly Pod[]): Rollout {
  const { status = {} } = object;
  const state = rolloutState(kind, object);
  const daemon = kind === 'DaemonSet';
  const updated = daemon ? status.updatedNumberScheduled : status.updatedReplicas;
  const problems = problemsOf(object, pods, state);
  const reason = reasonOf(object, state) ?? problems[0]?.reason;
  return {
    state,
    desired: desiredOf(kind, object),
    updated: isObserved(object) ? (updated ?? 0) : 0,
    ready: (daemon ? status.numberReady : status.readyReplicas) ?? 0,
    available: (daemon ? status.numberAvailable : status.availableReplicas) ?? 0,
    ...(state === 'progressing' && isComplete(kind, object, pods) && { complete: true as const }),
    ...(state === 'failed' && revisionOf(object)),
    ...(state !== 'done' && reason !== undefined && { reason }),
    problems: state === 'done' ? [] : problems,
  };
}

/** Nothing is left to be replaced, and what is not ready was, or has at least run: a start is not what is waited for. */
function isComplete(kind: WorkloadKind, object: WorkloadObject, pods: readonly Pod[]): boolean {
  if (!isObserved(object)) return false;
  if (kind === 'Deployment') return deploymentWasDone(object);
  const all = kind === 'StatefulSet' ? allReplaced(object) : allScheduled(object);
  return all && haveRun(pods);
}

/** The controller keeps this reason until there is something new to roll out (`syncRolloutStatus` of Kubernetes' deployment controller). */
function deploymentWasDone({ spec, status = {} }: WorkloadObject): boolean {
  const { replicas = 0, updatedReplicas = 0 } = status;
  const reason = condition(status.conditions, 'Progressing')?.reason;
  const all = updatedReplicas >= (spec?.replicas ?? 1) && replicas <= updatedReplicas;
  return reason === 'NewReplicaSetAvailable' && all;
}

function allReplaced({ spec = {}, status = {} }: WorkloadObject): boolean {
  const wanted = spec.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0 } = status;
  return replicas >= wanted && updatedReplicas >= wanted - (spec.updateStrategy?.rollingUpdate?.partition ?? 0);
}

function allScheduled({ status = {} }: WorkloadObject): boolean {
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0 } = status;
  return desiredNumberScheduled > 0 && updatedNumberScheduled >= desiredNumberScheduled;
}

/** All that are not ready: what crashes was started before. */
function haveRun(pods: readonly Pod[]): boolean {
  const waited = pods.filter((pod) => podProblem(pod) !== undefined);
  const containers = waited.map(({ status = {} }) => [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ]);
  return waited.length > 0 && containers.every((all) => all.some(({ restartCount = 0 }) => restartCount > 0));
}

/** That of which the rollout has failed, as its controller counts it. */
function revisionOf({ metadata }: WorkloadObject): { readonly revision?: number } {
  const typed = metadata?.annotations?.[REVISION_ANNOTATION];
  return typed === undefined ? {} : { revision: Number(typed) };
}

function reasonOf(object: WorkloadObject, state: RolloutState): string | undefined {
  if (state === 'failed') return 'ProgressDeadlineExceeded';
  if (object.spec?.paused) return 'DeploymentPaused';
  return object.spec?.updateStrategy?.type === 'OnDelete' ? 'OnDelete' : undefined;
}

/** ReplicaFailure (quota, PodSecurity, a webhook) means that pods could not be made: it stands first, without a pod. */
function problemsOf(object: WorkloadObject, pods: readonly Pod[], state: RolloutState): Rollout['problems'] {
  const refused = condition(object.status?.conditions, 'ReplicaFailure');
  const own =
    refused?.status === 'True' ? [{ pod: '', reason: refused.reason ?? '', message: refused.message ?? '' }] : [];
  const failing = pods.flatMap((pod) => {
    const problem = troubleOf(pod, state);
    if (!problem) return [];
    return [{ pod: pod.metadata?.name ?? '', reason: problem.reason, message: problem.message }];
  });
  return [...own, ...failing].slice(0, PROBLEM_LIMIT);
}

/** What only takes its time counts once the rollout has failed, or where it has crashed before. */
function troubleOf(pod: Pod, state: RolloutState): PodProblem | undefined {
  const problem = podProblem(pod);
  if (!problem || !isStarting(problem)) return problem;
  return endedBefore(pod) ?? (state === 'failed' ? problem : undefined);
}

function condition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((c) => c.type === type);
}
