import { createHash } from 'node:crypto';
import type { LabelSelector } from '../../domain/label-selector.ts';
import type { Workload, WorkloadKind, WorkloadRef } from '../../domain/workload.ts';
import type { PodTemplate, WorkloadObject } from './objects.ts';

/** The API server's default for Deployments; the two other kinds have no deadline of their own and get the same. */
const PROGRESS_DEADLINE_SECONDS = 600;

export const RESOURCES: Readonly<Record<WorkloadKind, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

/** Path of a resource's list, in one namespace or all; names are escaped, whatever they hold. */
export function listPath(group: 'api/v1' | 'apis/apps/v1', resource: string, namespace?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/${group}${scope}/${resource}`;
}

export function workloadPath(ref: WorkloadRef): string {
  return `${listPath('apis/apps/v1', RESOURCES[ref.kind], ref.namespace)}/${encodeURIComponent(ref.name)}`;
}

export function toWorkload(ref: WorkloadRef, object: WorkloadObject, revision: number | undefined): Workload {
  const { metadata = {}, spec = {} } = object;
  return {
    ref,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    generation: metadata.generation ?? 0,
    desired: desiredOf(ref.kind, object),
    paused: spec.paused ?? false,
    templateHash: hashTemplate(spec.template),
    selector: selectorText(spec.selector),
    images: imagesOf(spec.template),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    updateStrategy: spec.strategy?.type ?? spec.updateStrategy?.type ?? 'RollingUpdate',
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? PROGRESS_DEADLINE_SECONDS,
    ...(revision !== undefined && { revision }),
  };
}

/** A DaemonSet wants one pod for each node that suits it; the controller counts them. */
export function desiredOf(kind: WorkloadKind, { spec, status }: WorkloadObject): number {
  return kind === 'DaemonSet' ? (status?.desiredNumberScheduled ?? 0) : (spec?.replicas ?? 1);
}

/** SHA-256 of the template with keys in order and nulls left out, so that it only depends on what the template says. */
export function hashTemplate(template: PodTemplate | undefined): string {
  const text = JSON.stringify(template ?? {}, (_, value: unknown) => (isRecord(value) ? sorted(value) : value));
  return createHash('sha256').update(text).digest('hex');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(value).filter(([, v]) => v !== null);
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As `kubectl -l` takes it: `app=web,tier in (a,b),!canary`. */
export function selectorText(selector: LabelSelector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...labels, ...expressions].join(',');
}

export function imagesOf(template: PodTemplate | undefined): string[] {
  return (template?.spec?.containers ?? []).map((c) => c.image ?? '');
}
