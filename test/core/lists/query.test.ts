import { beforeAll, expect, it } from 'vitest';
import { query as configmaps } from '../../../src/commands/configmaps.ts';
import { query as hpa } from '../../../src/commands/hpa.ts';
import { query as nodes } from '../../../src/commands/nodes.ts';
import { query as pdb } from '../../../src/commands/pdb.ts';
import { useLists } from '../../support/lists.ts';
import { targetOf } from '../../support/shop.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  main.putNode('node-4');
  for (const namespace of ['shop', 'data']) main.createNamespace(namespace);
  const spec = { minReplicas: 1, maxReplicas: 5 };
  for (const name of ['calm', 'fixed', 'full']) main.putBeside('horizontalpodautoscalers', 'shop', name, { spec });
  main.putBeside('horizontalpodautoscalers', 'data', 'blind', { spec });
});

const incidentTarget = targetOf('checkout');

it('in an incident’s thread in its namespace, elsewhere when that is said', async () => {
  expect((await ask(hpa, '', { incidentTarget })).text).toContain('production/main/shop: 3 autoscalers');
  expect((await ask(hpa, '-A', { incidentTarget })).text).toContain('production: 4 autoscalers');
  expect((await ask(hpa, '-n data', { incidentTarget })).text).toContain('production/data: 1 autoscaler');
  expect((await ask(nodes, '', { incidentTarget })).text).toContain('production/main: 4 nodes');
});

it('says what is not there: the object, or the namespace', async () => {
  expect((await ask(hpa, '-e staging')).text).toBe('staging/solo: 0 autoscalers.');
  expect((await ask(hpa, 'shop/ful')).rows).toHaveLength(1);
  expect((await ask(hpa, 'shop/fuzl')).text).toBe(
    'production/shop: 0 autoscalers called shop/fuzl. Did you mean full?',
  );
  await expect(ask(hpa, '-n shoop')).rejects.toMatchObject({ code: 'no-such-namespace' });
});

it('goes on without a cluster that is away, and is an error only when all are', async () => {
  const dr = lists.world('production/dr');
  dr.away(true);
  expect(await ask(nodes, '')).toMatchObject({ lines: ['Without dr, which does not answer.'] });
  await expect(ask(nodes, '--cluster dr')).rejects.toMatchObject({ kind: 'away' });
  dr.away(false);
  dr.forbid('list', 'nodes');
  await expect(ask(nodes, '')).rejects.toMatchObject({
    kind: 'forbidden',
    message: expect.stringContaining('cannot list resource "nodes"'),
  });
  dr.forbid('list', 'nodes', false);
});

it('10,000 of them: those that matter come first, the rest is counted', async () => {
  const solo = lists.world('staging/solo');
  solo.createNamespace('load');
  for (let i = 0; i < 10_000; i++) {
    const status = { disruptionsAllowed: i === 9_876 ? 0 : 1 };
    solo.putBeside('poddisruptionbudgets', 'load', `b-${String(i).padStart(5, '0')}`, {
      spec: { minAvailable: 1 },
      status,
    });
    if (i % 5 === 0)
      solo.putBeside('configmaps', 'load', `c-${String(i).padStart(5, '0')}`, { data: { key: 'value' } });
  }
  const budgets = await ask(pdb, '-e staging');
  expect(budgets.text).toBe('staging/solo: 10000 disruption budgets, 1 allowing no disruption, first b-09876.');
  expect([budgets.rows.length, budgets.more, budgets.rows[0]?.[0]]).toEqual([30, 9_970, 'load/b-09876']);
  const maps = await ask(configmaps, '-e staging');
  expect([maps.text, maps.rows.length, maps.more]).toEqual(['staging/solo: 2000 config maps.', 30, 1_970]);
  expect(maps.lines).toEqual([]);
});
