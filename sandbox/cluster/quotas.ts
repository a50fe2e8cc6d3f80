import type { Bystander } from './objects.ts';
import type { Store } from './store.ts';

/** Of what a quota limits, the number of pods is counted and held to. One with scopes is about pods that there are none of here. */

interface QuotaSpec {
  readonly hard?: Readonly<Record<string, string>>;
  readonly scopes?: readonly string[];
}

/** Most pods that a quota lets be; undefined where it says nothing of them. */
function mostPods(quota: Bystander): number | undefined {
  const { hard, scopes } = (quota['spec'] ?? {}) as QuotaSpec;
  return hard?.['pods'] === undefined || scopes ? undefined : Number(hard['pods']);
}

/** One look of the quota controller. */
export function stepQuota(store: Store, quota: Bystander): void {
  if (mostPods(quota) === undefined) return;
  const { namespace } = quota.metadata;
  const { hard } = quota['spec'] as QuotaSpec;
  const { used } = (quota['status'] ?? {}) as { used?: object };
  const pods = String(store.seen('pods', namespace).length);
  store.put('resourcequotas', { ...quota, status: { hard, used: { ...used, pods } } });
}

/** What admission says of one more pod; undefined where it may be made. */
export function refusedByQuota(store: Store, namespace: string | undefined, pod: string): string | undefined {
  const used = store.seen('pods', namespace).length;
  const full = store.seen('resourcequotas', namespace).find((quota) => (mostPods(quota) ?? used + 1) <= used);
  if (!full) return undefined;
  return `pods "${pod}" is forbidden: exceeded quota: ${full.metadata.name}, requested: pods=1, used: pods=${used}, limited: pods=${mostPods(full)}`;
}
