import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SimulatedCluster } from '../../sandbox/cluster/index.ts';
import { type Ask, askedShop, type RealCluster } from '../support/typed.ts';

/** What people type as they know it from kubectl, or as they would say it to a colleague, and what comes of it. */

let simulated: SimulatedCluster;
let cluster: RealCluster;
let ask: Ask;
beforeAll(async () => {
  ({ simulated, cluster, ask } = await askedShop());
});
afterAll(async () => {
  await cluster.close();
  await simulated.close();
});

it.each([
  ['get deploy checkout -n shop -o yaml', 'yaml deploy/checkout -n shop'],
  ['get deploy/checkout -n shop -o json', 'yaml deploy/checkout -n shop'],
  ['-n shop get svc checkout -o=yaml', 'yaml svc/checkout -n shop'],
  ['`-n shop` why checkout?', 'why checkout -n shop'],
])('%s is answered as %s is', async (typed, same) => {
  for (const language of ['en', 'ja'] as const) {
    const { words, shown } = await ask(typed, { language });
    expect(shown).toHaveLength(1);
    expect(words).toBe((await ask(same, { language })).words);
  }
});
