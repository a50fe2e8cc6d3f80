import { beforeAll, expect, it } from 'vitest';
import { query as pdb } from '../../src/commands/pdb.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  main.createNamespace('shop');
  main.putBeside('poddisruptionbudgets', 'shop', 'easy', {
    spec: { minAvailable: 1 },
    status: { disruptionsAllowed: 2 },
  });
  main.putBeside('poddisruptionbudgets', 'shop', 'strict', {
    spec: { maxUnavailable: 0 },
    status: { disruptionsAllowed: 0 },
  });
});

it('pdb: what allows no disruption first', async () => {
  const answer = await ask(pdb, '-n shop --cluster main');
  expect(answer.text).toBe('production/main/shop: 2 disruption budgets, 1 allowing no disruption, first strict.');
  expect(answer.rows.map((row) => row.slice(0, 4))).toEqual([
    ['strict', '0', 'N/A', '0'],
    ['easy', '2', '1', 'N/A'],
  ]);
});
