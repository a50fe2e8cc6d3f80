import { afterAll, beforeAll, expect, it } from 'vitest';
import { withinNamespaces } from '../../src/core/within-namespaces.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from '../support/simulated.ts';

let simulated: SimulatedEnvironments;
let cluster: Cluster;
beforeAll(async () => {
  simulated = await simulatedEnvironments({ production: ['main'] });
  const world = simulated.worlds.get('production/main')!;
  for (const namespace of ['shop', 'data', 'other']) world.create({ namespace, name: `in-${namespace}`, replicas: 2 });
  world.tick(10);
  world.faults.forbidden.add('list namespaces');
  cluster = withinNamespaces(simulated.environments.get('production')!.clusters.get('main')!, ['shop', 'data']);
});
afterAll(() => simulated.close());

const signal = AbortSignal.timeout(20_000);

it('lists what is in them, and nothing else', async () => {
  expect(await cluster.namespaces()).toEqual(['shop', 'data']);
  expect((await cluster.workloads({}, { signal })).map(({ ref }) => ref.name)).toEqual(['in-shop', 'in-data']);
  const { pods, more } = await cluster.pods({ limit: 3 }, { signal });
  expect([pods.length, more]).toEqual([3, 1]);
  expect((await cluster.pods({ namespace: 'data' }, { signal })).pods.every((p) => p.namespace === 'data')).toBe(true);
  expect(
    (await cluster.workload({ namespace: 'shop', name: 'in-shop', kind: 'Deployment' }, { signal }))?.desired,
  ).toBe(2);
});

it('lists tables of them, and of the whole cluster only their names', async () => {
  const world = simulated.worlds.get('production/main')!;
  for (const namespace of ['shop', 'data', 'other']) world.putBeside('configmaps', namespace, `of-${namespace}`, {});
  const configmaps = { resource: 'configmaps', limit: 1 } as const;
  const table = await cluster.table(configmaps, { signal });
  expect([table.rows.map(({ name }) => name), table.more]).toEqual([['of-shop'], 1]);
  expect((await cluster.table({ ...configmaps, namespace: 'data' }, { signal })).rows[0]?.name).toBe('of-data');
  const namespaces = await cluster.table({ resource: 'namespaces', limit: 9 }, { signal });
  expect(namespaces.rows.map(({ name }) => name)).toEqual(['shop', 'data']);
  expect((await cluster.podUsage({}, { signal }))?.map(({ namespace }) => namespace)).toEqual([
    'shop',
    'shop',
    'data',
    'data',
  ]);
  await expect(cluster.nodeUsage({}, { signal })).rejects.toMatchObject({ kind: 'forbidden' });
  for (const query of [
    { resource: 'nodes', limit: 9 },
    { resource: 'namespaces', selector: 'a=b', limit: 9 },
  ] as const)
    await expect(cluster.table(query, { signal })).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('hikeshi.yaml binds this environment to the namespaces shop, data'),
    });
});

it('refuses every other, before anything is asked', async () => {
  const ref = { namespace: 'other', name: 'in-other', kind: 'Deployment' } as const;
  const mark = { run: 'r', by: 'b', reason: 'r', at: new Date() };
  const expected = { uid: 'u', templateHash: 'h', replicas: 1 };
  const calls = [
    () => cluster.pods({ namespace: 'other' }),
    () => cluster.podUsage({ namespace: 'other' }),
    () => cluster.table({ resource: 'events', namespace: 'other', limit: 1 }),
    () => cluster.workloads({ namespace: 'other' }),
    () => cluster.workload(ref),
    () => cluster.restart(ref, { expect: expected, mark, dryRun: false }),
    () => cluster.restartHappened(ref, 'r'),
    () => cluster.history(ref),
    () =>
      cluster.rollback(ref, {
        expect: expected,
        to: { number: 1, templateHash: 'h' },
        mark,
        release: [],
        dryRun: false,
      }),
    () => cluster.rollbackHappened(ref, 'r'),
    () => cluster.scale(ref, { expect: expected, replicas: 0, dryRun: false }),
    () => cluster.surroundings(ref),
    () => cluster.budgets(ref),
    () => cluster.rollout(ref),
  ];
  for (const call of calls)
    await expect(call()).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('hikeshi.yaml: shop, data'),
    });
});
