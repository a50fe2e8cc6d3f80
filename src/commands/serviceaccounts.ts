import { listQuery } from '../core/lists/query.ts';
import { tableSpec } from '../core/lists/spec.ts';

/** `kubectl get serviceaccounts`, with the AWS role that each has by its annotation (IRSA). */
export const query = listQuery(
  tableSpec({
    name: 'serviceaccounts',
    aliases: ['serviceaccount', 'sa'],
    resource: 'serviceaccounts',
    columns: { AGE: 'Age', 'AWS ROLE': 'Role' },
    cells: ({ cells }) => ({ Role: cutWithin(cells['AWS Role'] ?? '') }),
    inFull: { Role: 'AWS Role' },
    examples: ['serviceaccounts -n shop', 'serviceaccounts shop/checkout'],
  }),
);

const BEGINNING = 8;
const END = 31;

/** What tells one role from another is its account's end and its name. */
function cutWithin(arn: string): string {
  return arn.length <= BEGINNING + END + 1 ? arn : `${arn.slice(0, BEGINNING)}…${arn.slice(-END)}`;
}
