import { startCluster } from '../../sandbox/cluster/index.ts';
import type { World } from '../../sandbox/cluster/world.ts';
import { createCluster } from '../../src/adapters/kubernetes/cluster.ts';
import type { Environment, Environments } from '../../src/core/environments.ts';
import type { Cluster } from '../../src/ports/cluster.ts';

export interface SimulatedEnvironments {
  readonly environments: Environments;
  /** By `environment/cluster`. */
  readonly worlds: ReadonlyMap<string, World>;
  close(): Promise<void>;
}

/** The shop's checkout, with the same annotations on the workload and on its pods. */
export function annotatedCheckout(annotations: Readonly<Record<string, string>>) {
  return { namespace: 'shop', name: 'checkout', replicas: 2, annotations, templateAnnotations: annotations };
}

/**
 * The real adapter on simulated clusters, one per name: `{production: ['main', 'dr']}`. Time passes only by `world.tick()`.
 */
export async function simulatedEnvironments(
  names: Readonly<Record<string, readonly string[]>>,
  now: () => Date = () => new Date(),
): Promise<SimulatedEnvironments> {
  const worlds = new Map<string, World>();
  const closing: (() => Promise<void>)[] = [];
  const environments = new Map<string, Environment>();
  for (const [name, clusterNames] of Object.entries(names)) {
    const clusters = new Map<string, Cluster>();
    for (const clusterName of clusterNames) {
      const simulated = await startCluster({ stepMs: 0, now });
      const cluster = createCluster({ name: clusterName, kubeconfig: { text: simulated.kubeconfig } });
      clusters.set(clusterName, cluster);
      worlds.set(`${name}/${clusterName}`, simulated.world);
      closing.push(async () => {
        await cluster.close();
        await simulated.close();
      });
    }
    environments.set(name, { name, clusters });
  }
  return {
    environments,
    worlds,
    async close() {
      await Promise.all(closing.map((close) => close()));
    },
  };
}
