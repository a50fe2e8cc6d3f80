import { listQuery } from '../core/lists/query.ts';
import { tableSpec } from '../core/lists/spec.ts';
import { parseQuantity } from '../domain/quantity.ts';
import type { TableRow } from '../ports/cluster-tables.ts';

/** From this share on it is nearly used up. */
const NEARLY = 0.9;

/** `kubectl get resourcequotas`, a line for each thing that is limited: which one a new pod will not fit into. */
export const query = listQuery(
  tableSpec({
    name: 'quota',
    aliases: ['quotas', 'resourcequota', 'resourcequotas'],
    resource: 'resourcequotas',
    columns: { RESOURCE: 'Resource', USED: 'Used', HARD: 'Hard', '%': 'Share' },
    examples: ['quota', 'quota -n shop'],
    lines: limitsOf,
    urgency: (row) => (shareOf(row) < NEARLY ? 2 - shareOf(row) : Math.max(0, 1 - shareOf(row))),
  }),
);

/** kubectl's cells are `pods: 3/20, requests.cpu: 500m/2`, those of limits in a column of their own. */
function limitsOf(row: TableRow): readonly TableRow[] {
  const words = `${row.cells['Request'] ?? ''}, ${row.cells['Limit'] ?? ''}`;
  return [...words.matchAll(/([^\s,]+): ([^\s,]+)\/([^\s,]+)/g)].map(([, Resource = '', Used = '', Hard = '']) => {
    const limit = { ...row, cells: { Resource, Used, Hard } };
    return { ...limit, cells: { ...limit.cells, Share: `${Math.floor(100 * shareOf(limit) + 1e-9)}` } };
  });
}

/** What may not be there at all is used up. */
function shareOf({ cells: { Used = '', Hard = '' } }: TableRow): number {
  const hard = parseQuantity(Hard);
  return hard > 0 ? parseQuantity(Used) / hard : 1;
}
