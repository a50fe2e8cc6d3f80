import { beforeAll, expect, it } from 'vitest';
import { query as serviceaccounts } from '../../src/commands/serviceaccounts.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  main.createNamespace('shop');
  main.putBeside('serviceaccounts', 'shop', 'checkout', {
    metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/shop' } },
  });
});

it('shows the AWS role of each', async () => {
  expect((await ask(serviceaccounts, '-n shop')).rows).toEqual([
    ['checkout', expect.any(String), 'arn:aws:iam::1:role/shop'],
  ]);
});
