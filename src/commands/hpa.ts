import { listQuery } from '../core/lists/query.ts';
import { tableSpec } from '../core/lists/spec.ts';
import type { TableRow } from '../ports/cluster-tables.ts';

/** `kubectl get hpa`: one that can go no further, or measures nothing, is what a slow service may wait for. */
export const query = listQuery(
  tableSpec({
    name: 'hpa',
    aliases: ['horizontalpodautoscaler', 'horizontalpodautoscalers'],
    resource: 'horizontalpodautoscalers',
    columns: { REPLICAS: 'Replicas', MIN: 'MinPods', MAX: 'MaxPods', TARGETS: 'Targets', AGE: 'Age' },
    wide: { REFERENCE: 'Reference' },
    next: 'events',
    examples: ['hpa', 'hpa -n shop', 'hpa shop/checkout -o wide'],
    urgency: (row) => (isAtMaximum(row) || row.cells['Targets']?.includes('<unknown>') ? 0 : 1),
  }),
);

/** One whose bounds are equal is meant to stay where it is. */
function isAtMaximum({ cells: { Replicas, MinPods, MaxPods } }: TableRow): boolean {
  return MinPods !== MaxPods && Number(Replicas) >= Number(MaxPods);
}
