import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SimulatedCluster, startCluster } from '../../../sandbox/cluster/index.ts';
import { createRest, type Rest } from '../../../src/adapters/kubernetes/rest.ts';
import { historyOf, rollback } from '../../../src/adapters/kubernetes/rollback.ts';
import type { WorkloadRef } from '../../../src/domain/workload.ts';

const REF: WorkloadRef = { kind: 'StatefulSet', namespace: 'shop', name: 'db' };
const LIMITS = { requestMs: 5_000, operationMs: 5_000, pageSize: 500, maxResponseBytes: 1_000_000 };
const { signal } = new AbortController();

let simulated: SimulatedCluster;
let rest: Rest;

beforeEach(async () => {
  simulated = await startCluster({ stepMs: 0 });
  rest = createRest({ text: simulated.kubeconfig }, [], LIMITS);
});

afterEach(async () => {
  await rest.close();
  await simulated.close();
});

it('keeps annotations that somebody else writes between look and change, where there were none before', async () => {
  const { world } = simulated;
  world.create({ namespace: 'shop', name: 'db', kind: 'StatefulSet' });
  world.revise('shop', 'db', { image: 'registry.k8s.io/pause:3.9' }, 'StatefulSet');
  world.tick(60);
  const live = () => world.store.get('statefulsets', 'shop', 'db') ?? expect.unreachable();
  expect(live().metadata).not.toHaveProperty('annotations');
  let patches = 0;
  const interrupted: Rest = {
    ...rest,
    patch(...call) {
      if (patches++ === 0) {
        world.store.put('statefulsets', { ...live(), metadata: { ...live().metadata, annotations: { team: 'shop' } } });
      }
      return rest.patch(...call);
    },
  };
  const { workload, revisions } = (await historyOf(rest, REF, signal)) ?? expect.unreachable();
  const to = revisions.find(({ number }) => number === 1) ?? expect.unreachable();
  const mark = { run: 'run-1', by: 'U1', reason: 'worse', at: new Date(0) };
  await rollback(interrupted, REF, { expect: workload, to, mark, release: [], dryRun: false }, signal);
  expect(live().metadata.annotations).toMatchObject({ team: 'shop', 'hikeshi/run': 'run-1' });
  expect(patches).toBe(2);
});
