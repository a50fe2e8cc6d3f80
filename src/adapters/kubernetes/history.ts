import type { WorkloadRef } from '../../domain/workload.ts';
import type { ControllerRevision, List, Meta, PodTemplate, WorkloadObject } from './objects.ts';
import type { Rest } from './rest.ts';
import { listPath, selectorText } from './workload.ts';

/** Where a Deployment and its ReplicaSets carry the revision's number. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';

/** The label by which a ReplicaSet's template differs from its Deployment's. */
const HASH_LABEL = 'pod-template-hash';

/** On the pods of the two other kinds: of which revision they are. */
export const REVISION_HASH_LABEL = 'controller-revision-hash';

/** One entry of a workload's history, whatever kind of object holds it. */
export interface KeptRevision {
  /** As `kubectl rollout history` numbers it. */
  readonly number: number;
  readonly name: string;
  readonly metadata: Meta;
  /** As the workload itself has it. */
  readonly template: PodTemplate | undefined;
}

interface ReplicaSet {
  readonly metadata?: Meta;
  readonly spec?: { readonly template?: PodTemplate };
}

/** ReplicaSets or ControllerRevisions owned by this very object (by uid), in no particular order. */
export async function revisions(
  rest: Rest,
  ref: WorkloadRef,
  owner: WorkloadObject,
  signal: AbortSignal,
): Promise<readonly KeptRevision[]> {
  const resource = ref.kind === 'Deployment' ? 'replicasets' : 'controllerrevisions';
  const query = { labelSelector: selectorText(owner.spec?.selector) };
  const path = listPath('apis/apps/v1', resource, ref.namespace);
  const found: KeptRevision[] = [];
  for await (const page of rest.pages<ReplicaSet & ControllerRevision>(path, { query }, signal)) {
    found.push(...owned(page, owner.metadata?.uid).map(toRevision));
  }
  return found;
}

function owned<T extends { readonly metadata?: Meta }>(page: List<T>, uid: string | undefined): T[] {
  return (page.items ?? []).filter((i) => i.metadata?.ownerReferences?.some((o) => o.controller && o.uid === uid));
}

function toRevision(object: ReplicaSet & ControllerRevision): KeptRevision {
  return {
    number: object.revision ?? Number(object.metadata?.annotations?.[REVISION_ANNOTATION] ?? 0),
    name: object.metadata?.name ?? '',
    metadata: object.metadata ?? {},
    template: withoutHash(object.spec?.template) ?? withoutDirective(object.data?.spec?.template),
  };
}

function withoutHash(template: PodTemplate | undefined): PodTemplate | undefined {
  if (template?.metadata?.labels === undefined) return template;
  const { [HASH_LABEL]: _, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** A ControllerRevision is a strategic merge patch: its template says how it is to be merged. */
function withoutDirective(
  template: (PodTemplate & { readonly $patch?: unknown }) | undefined,
): PodTemplate | undefined {
  if (!template) return undefined;
  const { $patch: _, ...plain } = template;
  return plain;
}

/** Of a Deployment's revision: what tells its pods from those of others. */
export function podTemplateHash({ metadata }: KeptRevision): string | undefined {
  return metadata.labels?.[HASH_LABEL];
}

/** As its pods carry it: of a stateful set they have the revision's whole name. */
export function templateOf({ kind }: WorkloadRef, newest: KeptRevision): string | undefined {
  if (kind === 'StatefulSet') return newest.name;
  return kind === 'Deployment' ? podTemplateHash(newest) : newest.metadata.labels?.[REVISION_HASH_LABEL];
}

/** The number of the revision that is wanted now; `undefined` while the controller has not made it yet. */
export function currentRevision(object: WorkloadObject, history: readonly KeptRevision[]): number | undefined {
  const annotated = deploymentRevision(object);
  if (annotated !== undefined) return annotated;
  const wanted = object.status?.updateRevision;
  const current = wanted ? history.filter((r) => r.name === wanted) : history;
  return current.length > 0 ? Math.max(...current.map((r) => r.number)) : undefined;
}

export function deploymentRevision(object: WorkloadObject): number | undefined {
  const text = object.metadata?.annotations?.[REVISION_ANNOTATION];
  return text === undefined ? undefined : Number(text);
}
