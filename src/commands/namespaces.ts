import { listQuery } from '../core/lists/query.ts';
import { tableSpec } from '../core/lists/spec.ts';

/** `kubectl get namespaces`, with what Pod Security enforces there. */
export const query = listQuery(
  tableSpec({
    name: 'namespaces',
    aliases: ['namespace', 'ns'],
    resource: 'namespaces',
    columns: { STATUS: 'Status', 'POD SECURITY': 'Level', AGE: 'Age' },
    examples: ['namespaces', 'namespaces -e staging'],
    cells: ({ labels }) => ({ Level: labels['pod-security.kubernetes.io/enforce'] ?? '' }),
    urgency: ({ cells }) => (cells['Status'] === 'Terminating' ? 0 : 1),
  }),
);
