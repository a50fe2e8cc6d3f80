import { startCluster } from '../../sandbox/cluster/index.ts';
import { buildShop, crashCheckout } from '../../sandbox/demo/scenario.ts';
import { createCluster } from '../../src/adapters/kubernetes/cluster.ts';
import type { Cluster } from '../../src/ports/cluster.ts';

/** When the examples are asked. */
export const NOW = new Date('2026-03-02T03:00:00Z');
export const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

/** How long checkout has been in its crash loop, and how often its cluster was looked at meanwhile, seconds. */
const CRASHING_S = 400;
const STEP_S = 20;

/** A deployment's: `checkout-7d9f4c6b5-x2x4z`. */
const POD_NAME = /\b([a-z]+)-[a-z0-9]{6,10}-[a-z0-9]{5}\b/;

export interface ExampleCluster {
  readonly cluster: Cluster;
  /** The words with the name of a pod that is there in place of one that is not: examples make some up. */
  readonly withPods: (typed: string) => string;
  close(): Promise<void>;
}

/** The demo's shop, some minutes after checkout began to crash; the same at each start, down to the uids. */
export async function startShop(): Promise<ExampleCluster> {
  let made = 0;
  const uid = (): string => {
    made += 1;
    return `${made.toString(16).padStart(4, '0')}0000-0000-4000-8000-000000000000`;
  };
  let left = CRASHING_S;
  const simulated = await startCluster({ stepMs: 0, now: () => new Date(NOW.getTime() - left * 1_000), uid });
  buildShop(simulated.world);
  crashCheckout(simulated.world);
  for (; left > 0; left -= STEP_S) simulated.world.step();
  simulated.world.step();
  const cluster = createCluster({ name: 'tokyo', kubeconfig: { text: simulated.kubeconfig } });
  const pods = simulated.world.store.list('pods').map(({ metadata }) => metadata.name);
  return {
    cluster,
    withPods: (typed) =>
      typed.replace(POD_NAME, (name, of: string) => pods.find((one) => POD_NAME.exec(one)?.[1] === of) ?? name),
    async close() {
      await cluster.close();
      await simulated.close();
    },
  };
}
