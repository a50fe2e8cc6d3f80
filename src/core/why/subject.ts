import { UserError } from '../../domain/errors.ts';
import type { Target } from '../../domain/workload.ts';
import type { Cluster, SubjectRef } from '../../ports/cluster.ts';
import type { Asked } from '../define.ts';
import type { Environments } from '../environments.ts';
import { lookForPods, searchPods } from '../pod-search.ts';
import { findTarget } from '../targets.ts';
import type { Place } from './show.ts';

/** What is asked about: a workload, one of its pods, or a pod that no workload has made. */
export interface Subject {
  readonly cluster: Cluster;
  readonly ref: SubjectRef;
  readonly place: Place;
  /** What to look at when the pod that was named in full is no more. */
  readonly workload?: Target;
}

interface Named {
  readonly text?: string;
  readonly namespace?: string;
}

/** No workload has that name. */
const NOTHING: ReadonlySet<string> = new Set(['no-such-workload', 'namespace-named']);

/** @throws UserError when it is none or several; ClusterError when a cluster that might hold it is away */
export async function findSubject(named: Named, environments: Environments, asked: Asked): Promise<Subject> {
  const { environment, cluster, incidentTarget, signal } = asked;
  const question = { ...named, ...(cluster !== undefined && { cluster }) };
  try {
    const target = await findTarget(question, { environments, environment, incidentTarget, byPart: true, signal });
    return subjectOf(target, named.text, environments);
  } catch (error) {
    const pod = error instanceof UserError && NOTHING.has(error.code) ? named.text : undefined;
    const found = pod === undefined ? undefined : await onlyPod({ ...named, target: pod }, environments, asked);
    if (!found) throw error;
    return found;
  }
}

function subjectOf(target: Target, text: string | undefined, environments: Environments): Subject {
  const { environment, cluster: name, namespace, kind } = target;
  const cluster = environments.get(environment)!.clusters.get(name)!;
  const place = { environment, cluster: name, workload: target };
  const typed = lastPart(text ?? '');
  const isPod = typed.startsWith(`${target.name}-`);
  if (isPod) return { cluster, place, workload: target, ref: { kind: 'Pod', namespace, name: typed } };
  return { cluster, place, ref: { kind, namespace, name: target.name } };
}

function lastPart(text: string): string {
  return text.trim().split('/').at(-1)?.toLowerCase() ?? '';
}

/** A pod by its whole name that is of no workload: of a Job, or made by hand. */
async function onlyPod(
  words: { readonly target: string; readonly namespace?: string },
  environments: Environments,
  asked: Asked,
): Promise<Subject | undefined> {
  const search = await searchPods(words, environments, asked);
  const seen = await lookForPods(search, asked.signal);
  const [only, second] = seen.pods;
  if (!only || second) return undefined;
  const { environment, cluster: name, pod } = only;
  const cluster = environments.get(environment)!.clusters.get(name)!;
  const ref = { kind: 'Pod' as const, namespace: pod.namespace, name: pod.name };
  return { cluster, ref, place: { environment, cluster: name } };
}
