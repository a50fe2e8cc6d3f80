import { beforeAll, expect, it } from 'vitest';
import { query as netpol } from '../../src/commands/netpol.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  main.createNamespace('shop');
  main.putBeside('networkpolicies', 'shop', 'closed', {
    spec: { podSelector: { matchLabels: { app: 'checkout' } }, policyTypes: ['Ingress'] },
  });
});

it('shows whose pods each is for, and in which direction', async () => {
  expect((await ask(netpol, 'shop/closed')).rows).toEqual([['closed', 'app=checkout', 'Ingress', expect.any(String)]]);
});
