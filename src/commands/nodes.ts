import { listQuery } from '../core/lists/query.ts';
import { tableSpec } from '../core/lists/spec.ts';
import type { TableRow } from '../ports/cluster-tables.ts';

/** `kubectl get nodes`, with pressure beside the state. */
export const query = listQuery(
  tableSpec({
    name: 'nodes',
    aliases: ['node', 'no'],
    resource: 'nodes',
    columns: { STATUS: 'State', ROLES: 'Kind', AGE: 'Age', VERSION: 'Version' },
    wide: { CPU: 'CPU', MEMORY: 'Memory', PODS: 'Pods', 'INTERNAL-IP': 'Internal-IP', 'OS-IMAGE': 'OS-Image' },
    next: 'events',
    examples: [
      'nodes',
      'nodes -L topology.kubernetes.io/zone',
      'nodes -l eks.amazonaws.com/compute-type=fargate -o wide',
    ],
    cells: (row) => ({ State: stateOf(row), Kind: isFargate(row) ? 'fargate' : (row.cells['Roles'] ?? '') }),
    urgency: ({ cells }) => {
      const status = cells['Status'] ?? '';
      if (!/^Ready\b/.test(status) || cells['Pressure']) return 0;
      return status === 'Ready' ? 2 : 1;
    },
  }),
);

const stateOf = ({ cells }: TableRow): string => [cells['Status'], cells['Pressure']].filter(Boolean).join(',');

/** Each of its nodes is one pod, and has no role. */
const isFargate = ({ labels }: TableRow): boolean => labels['eks.amazonaws.com/compute-type'] === 'fargate';
