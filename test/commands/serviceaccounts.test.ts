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

it('cuts a long role in its middle, so that its name stays, and has all of it in a file', async () => {
  const arn = 'arn:aws:iam::123456789012:role/production-checkout-writes-orders';
  const annotations = { 'eks.amazonaws.com/role-arn': arn };
  lists.world('production/main').putBeside('serviceaccounts', 'shop', 'orders', { metadata: { annotations } });
  const answer = await ask(serviceaccounts, 'shop/orders');
  expect(answer.rows[0]?.[2]).toBe('arn:aws:…oduction-checkout-writes-orders');
  expect(answer.cut).toBe(true);
  const whole = await ask(serviceaccounts, 'shop/orders', { whole: true });
  expect([whole.rows[0]?.[2], whole.cut]).toEqual([arn, false]);
});
