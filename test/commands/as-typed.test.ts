import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedCluster } from '../../sandbox/cluster/index.ts';
import { type Ask, askedShop, type RealCluster } from '../support/typed.ts';

/** What people type as they know it from kubectl, or as they would say it to a colleague, and what comes of it. */

let simulated: SimulatedCluster;
let cluster: RealCluster;
let ask: Ask;
beforeAll(async () => {
  ({ simulated, cluster, ask } = await askedShop());
  for (const resource of ['services', 'networkpolicies', 'poddisruptionbudgets'] as const)
    simulated.world.putBeside(resource, 'shop', 'checkout', { spec: {} });
  simulated.world.putBeside('serviceaccounts', 'shop', 'default', {});
  simulated.world.putBeside('resourcequotas', 'shop', 'shop', { spec: { hard: { pods: '20' } } });
});
afterAll(async () => {
  await cluster.close();
  await simulated.close();
});

it.each([
  ['get deploy checkout -n shop -o yaml', 'yaml deploy/checkout -n shop'],
  ['get deploy/checkout -n shop -o json', 'yaml deploy/checkout -n shop'],
  ['-n shop get svc checkout -o=yaml', 'yaml svc/checkout -n shop'],
  ['get endpoints checkout -n shop -o yaml', 'yaml ep/checkout -n shop'],
  ['get ep/checkout -n shop -o yaml', 'yaml endpoints/checkout -n shop'],
  ['get sa default -n shop -o yaml', 'yaml sa/default -n shop'],
  ['get netpol checkout -n shop -o yaml', 'yaml netpol/checkout -n shop'],
  ['get quota shop -n shop -o yaml', 'yaml quota/shop -n shop'],
  ['get pdb checkout -n shop -o yaml', 'yaml pdb/checkout -n shop'],
  ['get ns shop -o yaml', 'yaml ns/shop'],
  ['get pdb -n shop -o wide', 'pdb -n shop'],
  ['`-n shop` why checkout?', 'why checkout -n shop'],
])('%s is answered as %s is', async (typed, same) => {
  for (const language of ['en', 'ja'] as const) {
    const { words, shown } = await ask(typed, { language });
    expect(shown).toHaveLength(1);
    expect(words).toBe((await ask(same, { language })).words);
  }
});

it.each([
  ['get events -n shop checkout -o yaml', /--output takes wide, not yaml/],
  ['top pods checkout -o yaml', /--output takes wide, not yaml/],
  ['get cm checkout -n shop -o yaml', /What is in a config map is never shown here/],
  ['get sa -n shop -o yaml', /One object is: \/ops yaml serviceaccount\/NAME/],
])('%s shows nothing else in its place', async (typed, said) => {
  expect(await ask(typed)).toMatchObject({ shown: [], words: expect.stringMatching(said) });
});

describe("the end of a pod's name, as logs print it", () => {
  beforeAll(() => {
    simulated.world.create({ namespace: 'shop', name: 'printed', replicas: 1 });
    for (const name of ['orders-queue', 'mails-queue'])
      simulated.world.create({ namespace: 'shop', name, kind: 'StatefulSet', replicas: 1 });
  });

  it.each([
    'describe @',
    'yaml @',
    'history @',
    'rollout status @',
    'logs @',
    'pods @',
    'why @',
    'restart @',
    'scale @ 2',
    'delete @',
  ])('%s: means the one pod that ends so', async (typed) => {
    const { pods } = await cluster.pods({ namespace: 'shop', limit: 100 }, { signal: AbortSignal.timeout(10_000) });
    const pod = pods.find(({ name }) => name.startsWith('printed-'))!.name;
    const { words, shown } = await ask(typed.replace('@', pod.split('-').at(-1)!));
    expect(shown).toHaveLength(1);
    expect(words).toContain('printed');
    if (typed.startsWith('delete')) expect(words).toContain(pod);
  });

  it.each(['restart queue-0', 'scale queue-0 2', 'delete queue-0', 'describe queue-0'])(
    '%s: of several lists them, and touches none',
    async (typed) => {
      const { words, shown } = await ask(typed);
      expect(shown).toEqual([]);
      expect(words).toMatch(/queue-0 could be .*shop\/pod\/(mails|orders)-queue-0 or .*-queue-0\. Say which/);
    },
  );

  it('of a word that is no such end asks nothing more', async () => {
    expect((await ask('restart nothing')).words).toMatch(/No workload nothing in production/);
  });
});
