import { listQuery } from '../core/lists/query.ts';
import { tableSpec } from '../core/lists/spec.ts';

/** `kubectl get serviceaccounts`, with the AWS role that each has by its annotation (IRSA). */
export const query = listQuery(
  tableSpec({
    name: 'serviceaccounts',
    aliases: ['serviceaccount', 'sa'],
    resource: 'serviceaccounts',
    columns: { AGE: 'Age', 'AWS ROLE': 'AWS Role' },
    examples: ['serviceaccounts -n shop', 'serviceaccounts shop/checkout'],
  }),
);
