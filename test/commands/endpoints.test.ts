import { beforeAll, expect, it } from 'vitest';
import { query as endpoints } from '../../src/commands/endpoints.ts';
import { sliceOf, useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  main.createNamespace('shop');
  main.putBeside('endpointslices', 'shop', 'a-1', sliceOf('a', [true, true, true, true]));
  main.putBeside('endpointslices', 'shop', 'a-2', sliceOf('a', [true]));
  main.putBeside('endpointslices', 'shop', 'b-1', sliceOf('b', [false, false]));
  main.putBeside('endpointslices', 'shop', 'c-1', sliceOf('c', []));
  main.putBeside('endpointslices', 'shop', 'd-1', { ...sliceOf('d', [true, false]), metadata: {} });
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
