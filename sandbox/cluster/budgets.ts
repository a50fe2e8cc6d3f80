import type { Bystander, Pod } from './objects.ts';
import type { Store } from './store.ts';

interface BudgetSpec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/**
 * One look of the disruption controller: how many of the pods that it selects may go. A status that was put there without
 * `observedGeneration` is somebody's own, and stays.
 */
export function stepBudget(store: Store, budget: Bystander): void {
  const { namespace = '', generation = 1 } = budget.metadata;
  const status = budget['status'] as { disruptionsAllowed?: number; observedGeneration?: number } | undefined;
  if (status?.disruptionsAllowed !== undefined && status.observedGeneration === undefined) return;
  const { selector, minAvailable, maxUnavailable } = (budget['spec'] ?? {}) as BudgetSpec;
  const labels = Object.entries(selector?.matchLabels ?? {});
  const pods = store
    .seen('pods', namespace)
    .filter(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value));
  const expectedPods = pods.length;
  const currentHealthy = pods.filter(isHealthy).length;
  const wanted =
    maxUnavailable === undefined
      ? countOf(minAvailable ?? 1, expectedPods)
      : expectedPods - countOf(maxUnavailable, expectedPods);
  const desiredHealthy = Math.max(0, wanted);
  const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const seen = { currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods, observedGeneration: generation };
  store.put('poddisruptionbudgets', { ...budget, status: seen });
}

/** Percentages are rounded up (`GetScaledValueFromIntOrPercent`). */
function countOf(value: number | string, of: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * of) / 100);
}

function isHealthy({ metadata, status }: Pod): boolean {
  const ready = status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  return ready && metadata.deletionTimestamp === undefined;
}
