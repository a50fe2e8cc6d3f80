import { beforeAll, expect, it } from 'vitest';
import { query as services } from '../../src/commands/services.ts';
import { sliceOf, useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  main.createNamespace('shop');
  const ports = [{ port: 80, protocol: 'TCP' }];
  const behind = (app: string) => ({ spec: { clusterIP: '10.96.0.9', ports, selector: { app } } });
  for (const name of ['fine', 'empty', 'waiting']) main.putBeside('services', 'shop', name, behind(name));
  main.putBeside('services', 'shop', 'outside', { spec: { type: 'ExternalName', externalName: 'db.example' } });
  main.putBeside('services', 'shop', 'by-hand', { spec: { ports } });
  main.putBeside('endpointslices', 'shop', 'fine-4', sliceOf('fine', [true, false]));
  main.putBeside('endpointslices', 'shop', 'fine-6', sliceOf('fine', [true, false], 'IPv6'));
  main.putBeside('endpointslices', 'shop', 'waiting-1', sliceOf('waiting', [false]));
});

it('shows those first behind which nothing is ready; no selector is no trouble, and two kinds of addresses are one', async () => {
  const answer = await ask(services, '-n shop --cluster main');
  expect(answer.text).toBe('production/main/shop: 5 services, 2 without a ready endpoint, first empty.');
  expect(answer.rows.map((row) => row.slice(0, 4))).toEqual([
    ['empty', '0', 'ClusterIP', '80/TCP'],
    ['waiting', '0/1', 'ClusterIP', '80/TCP'],
    ['fine', '1/2', 'ClusterIP', '80/TCP'],
    ['by-hand', '0', 'ClusterIP', '80/TCP'],
    ['outside', '0', 'ExternalName', '<none>'],
  ]);
  expect(answer.buttons).toEqual([
    ['Endpoints of empty', 'endpoints production/main/shop/empty'],
    ['Endpoints of waiting', 'endpoints production/main/shop/waiting'],
  ]);
});
