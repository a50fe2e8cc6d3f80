import { listQuery } from '../core/lists/query.ts';
import { tableSpec } from '../core/lists/spec.ts';

/** `kubectl get netpol`, with what each is about. */
export const query = listQuery(
  tableSpec({
    name: 'netpol',
    aliases: ['networkpolicy', 'networkpolicies'],
    resource: 'networkpolicies',
    columns: { 'POD-SELECTOR': 'Pod-Selector', TYPES: 'Policy Types', AGE: 'Age' },
    examples: ['netpol -n shop', 'netpol shop/checkout'],
  }),
);
