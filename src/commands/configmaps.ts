import { listQuery } from '../core/lists/query.ts';
import { tableSpec } from '../core/lists/spec.ts';

/** `kubectl get configmaps`, with the keys instead of their number. Values never leave the adapter. */
export const query = listQuery(
  tableSpec({
    name: 'configmaps',
    aliases: ['configmap', 'cm'],
    resource: 'configmaps',
    columns: { AGE: 'Age', KEYS: 'Keys' },
    examples: ['configmaps -n shop', 'configmaps shop/checkout'],
  }),
);
