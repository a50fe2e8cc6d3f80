import { listQuery } from '../core/lists/query.ts';
import { tableSpec } from '../core/lists/spec.ts';

/** `kubectl get pdb`: one that allows none keeps nodes from being drained. */
export const query = listQuery(
  tableSpec({
    name: 'pdb',
    aliases: ['poddisruptionbudget', 'poddisruptionbudgets'],
    resource: 'poddisruptionbudgets',
    columns: { ALLOWED: 'Allowed Disruptions', MIN: 'Min Available', 'MAX UNAVAIL': 'Max Unavailable', AGE: 'Age' },
    examples: ['pdb', 'pdb -n shop'],
    urgency: ({ cells }) => (Number(cells['Allowed Disruptions']) > 0 ? 1 : 0),
  }),
);
