import { afterAll, beforeAll } from 'vitest';
import type { World } from '../../sandbox/cluster/world.ts';
import type { Action } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Target, WorkloadKind } from '../../src/domain/workload.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from './simulated.ts';

/** One simulated cluster, `production/main`, for actions on workloads of its namespace `shop`. */
export interface Shop {
  readonly world: World;
  readonly cluster: Cluster;
}

/** One for the file's tests, there from the first of them on. */
export function useShop(): Shop {
  let simulated: SimulatedEnvironments;
  beforeAll(async () => {
    simulated = await simulatedEnvironments({ production: ['main'] });
  });
  afterAll(() => simulated.close());
  return {
    get world() {
      return simulated.worlds.get('production/main')!;
    },
    get cluster() {
      return simulated.environments.get('production')!.clusters.get('main')!;
    },
  };
}

export const targetOf = (name: string, kind: WorkloadKind = 'Deployment'): Target => ({
  environment: 'production',
  cluster: 'main',
  namespace: 'shop',
  kind,
  name,
});

/** The preview as plain lines. */
export function previewOf<Args>(action: Action<Args>, plan: Plan, language: Language = 'en'): string {
  const blocks = action.preview(sentences(language), plan);
  return blocks.map((b) => (b.kind === 'text' ? plainText(b.text) : JSON.stringify(b))).join('\n');
}
