import { selects } from '../../domain/label-selector.ts';
import { parseQuantity } from '../../domain/quantity.ts';
import type { Surroundings, WorkloadRef } from '../../domain/workload.ts';
import { HttpError } from './errors.ts';
import type {
  Autoscaler,
  DisruptionBudget,
  List,
  Meta,
  PodTemplate,
  Quantities,
  Quota,
  WorkloadObject,
} from './objects.ts';
import type { Rest } from './rest.ts';

/** More of a kind than this in one namespace are not looked through. */
const LIMIT = 500;

/** What else has a say in a workload's replicas: one list each, side by side. */
export async function surroundingsOf(
  rest: Rest,
  ref: WorkloadRef,
  object: WorkloadObject,
  signal: AbortSignal,
): Promise<Surroundings> {
  const listed = <T>(path: string): Promise<readonly T[] | undefined> => list<T>(rest, path, signal);
  const namespace = `namespaces/${encodeURIComponent(ref.namespace)}`;
  const [autoscalers, budgets, quotas] = await Promise.all([
    listed<Autoscaler>(`/apis/autoscaling/v2/${namespace}/horizontalpodautoscalers`),
    listed<DisruptionBudget>(budgetsPath(ref)),
    listed<Quota>(`/api/v1/${namespace}/resourcequotas`),
  ]);
  const autoscaler = (autoscalers ?? []).find(({ spec }) => {
    const target = spec?.scaleTargetRef;
    return (
      target?.kind === ref.kind && target.name === ref.name && (target.apiVersion ?? 'apps/v1').startsWith('apps/')
    );
  });
  const quota = tightest(quotas ?? [], object.spec?.template);
  return {
    ...(autoscaler && { autoscaler: autoscalerOf(autoscaler) }),
    budgets: selecting(budgets ?? [], object),
    ...(quota && { quota }),
    owners: ownersOf(object.metadata ?? {}),
    unseen: [
      ...(autoscalers ? [] : (['autoscalers'] as const)),
      ...(budgets ? [] : (['budgets'] as const)),
      ...(quotas ? [] : (['quotas'] as const)),
    ],
  };
}

/** The disruption budgets alone. */
export async function budgetsOf(
  rest: Rest,
  ref: WorkloadRef,
  object: WorkloadObject,
  signal: AbortSignal,
): Promise<Surroundings['budgets']> {
  const { items } = await rest.get<List<DisruptionBudget>>(budgetsPath(ref), { limit: LIMIT }, signal);
  return selecting(items ?? [], object);
}

function budgetsPath({ namespace }: WorkloadRef): string {
  return `/apis/policy/v1/namespaces/${encodeURIComponent(namespace)}/poddisruptionbudgets`;
}

/** Those of the workload's pods. */
function selecting(budgets: readonly DisruptionBudget[], { spec }: WorkloadObject): Surroundings['budgets'] {
  return budgets
    .filter((b) => selects(b.spec?.selector, spec?.template?.metadata?.labels ?? {}))
    .map((b) => ({ name: b.metadata?.name ?? '', wants: b.status?.desiredHealthy ?? 0 }));
}

/** `undefined` when we may not list it. */
async function list<T>(rest: Rest, path: string, signal: AbortSignal): Promise<readonly T[] | undefined> {
  try {
    return (await rest.get<List<T>>(path, { limit: LIMIT }, signal)).items ?? [];
  } catch (error) {
    if (error instanceof HttpError && error.statusCode === 403) return undefined;
    throw error;
  }
}

function autoscalerOf({ metadata, spec }: Autoscaler): NonNullable<Surroundings['autoscaler']> {
  return {
    name: metadata?.name ?? '',
    min: spec?.minReplicas ?? 1,
    max: spec?.maxReplicas ?? 0,
    keda: metadata?.ownerReferences?.some((o) => o.kind === 'ScaledObject') ?? false,
  };
}

/** Of all quotas and what they count, the one that fills up first. Those with scopes count some pods only and are left out. */
function tightest(quotas: readonly Quota[], template: PodTemplate | undefined): Surroundings['quota'] {
  const rooms = quotas
    .filter(({ spec }) => !spec?.scopes?.length && !spec?.scopeSelector)
    .flatMap(({ metadata, status }) =>
      Object.entries(status?.hard ?? {}).flatMap(([resource, hard]) => {
        const each = usedByOne(resource, template);
        if (each <= 0) return [];
        const left = parseQuantity(hard) - parseQuantity(status?.used?.[resource] ?? '0');
        return [{ name: metadata?.name ?? '', resource, room: Math.max(0, Math.floor(left / each + 1e-9)) }];
      }),
    );
  return rooms.reduce<Surroundings['quota']>(
    (least, one) => (!least || one.room < least.room ? one : least),
    undefined,
  );
}

/** What one pod of the template takes of a quota's resource; 0 for what pods do not take. */
function usedByOne(resource: string, template: PodTemplate | undefined): number {
  if (resource === 'pods' || resource === 'count/pods') return 1;
  const name = resource.replace(/^(requests|limits)\./, '');
  const of = resource.startsWith('limits.') ? 'limits' : 'requests';
  const containers = template?.spec?.containers ?? [];
  // The API server fills in requests from limits where only these are given.
  return containers.reduce((sum, { resources }) => {
    const own: Quantities = { ...(of === 'requests' && resources?.limits), ...resources?.[of] };
    return sum + parseQuantity(own[name] ?? '0');
  }, 0);
}

/** Marks that the common tools leave on what they write, and a controller of its own. */
export function ownersOf({ labels = {}, annotations = {}, ownerReferences = [] }: Meta): Surroundings['owners'] {
  const argo = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  const helm = annotations['meta.helm.sh/release-name'];
  const controller = ownerReferences.find((o) => o.controller);
  return [
    ...(argo ? [{ kind: 'argocd' as const, name: argo }] : []),
    ...(flux ? [{ kind: 'flux' as const, name: flux }] : []),
    ...(helm && !flux ? [{ kind: 'helm' as const, name: helm }] : []),
    ...(controller ? [{ kind: 'controller' as const, name: `${controller.kind ?? ''}/${controller.name ?? ''}` }] : []),
  ];
}
