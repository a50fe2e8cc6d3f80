import { beforeAll, expect, it } from 'vitest';
import { query as endpoints } from '../../src/commands/endpoints.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

const slice = (service: string, ready: readonly boolean[], addressType = 'IPv4') => ({
  metadata: { labels: { 'kubernetes.io/service-name': service } },
  addressType,
  ports: [{ port: 8080 }],
  endpoints: ready.map((one, i) => ({ addresses: [`10.0.0.${i + 1}`], conditions: { ready: one } })),
});

beforeAll(() => {
  const main = lists.world('production/main');
  main.createNamespace('shop');
  main.putBeside('endpointslices', 'shop', 'a-1', slice('a', [true, true, true, true]));
  main.putBeside('endpointslices', 'shop', 'a-2', slice('a', [true]));
  main.putBeside('endpointslices', 'shop', 'b-1', slice('b', [false, false]));
  main.putBeside('endpointslices', 'shop', 'c-1', slice('c', []));
  main.putBeside('endpointslices', 'shop', 'd-1', { ...slice('d', [true, false]), metadata: {} });
});

it('counts those that are ready over all slices of a service, those without first', async () => {
  const answer = await ask(endpoints, '-n shop --cluster main');
  expect(answer.text).toBe('production/main/shop: 4 services, 2 without a ready address, first b.');
  expect(answer.rows.map((row) => row.slice(0, 4))).toEqual([
    ['b', '0/2', '8080', '10.0.0.1,10.0.0.2'],
    ['c', '0/0', '8080', '<none>'],
    ['d-1', '1/2', '8080', '10.0.0.1,10.0.0.2'],
    ['a', '5/5', '8080', '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...,10.0.0.1'],
  ]);
});
