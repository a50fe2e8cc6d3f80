import { createImages } from '../adapters/aws/images.ts';
import { createCluster } from '../adapters/kubernetes/cluster.ts';
import type { ClusterConfig, Config } from '../config/config.ts';
import type { Environment, Environments } from '../core/environments.ts';
import { withinNamespaces } from '../core/within-namespaces.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Cleanups } from './cleanups.ts';
import { openDatabases } from './databases.ts';

/** Loads credentials and opens the first connection, so that the first command of the day is not the slow one. */
export function warmUp(environments: Environments): void {
  for (const { clusters } of environments.values()) {
    for (const cluster of clusters.values()) void cluster.version().catch(() => undefined);
  }
}

/** Other people's systems: what config names, and registries, which images name. */
export function openOutside(config: Config, env: NodeJS.ProcessEnv, cleanups: Cleanups) {
  return {
    environments: openEnvironments(config, env, cleanups),
    databases: openDatabases(config, cleanups),
    images: createImages(),
  };
}

/**
 * The configured environments with their clusters; nothing is connected before the first call. A cluster without context
 * and kubeconfig of its own is the context called like it, or the service account's when running inside one.
 */
export function openEnvironments(config: Config, env: NodeJS.ProcessEnv, cleanups: Cleanups): Environments {
  const open = (cluster: ClusterConfig, namespaces: readonly string[] | undefined): Cluster => {
    const opened = createCluster({
      name: cluster.name,
      kubeconfig: kubeconfigOf(cluster, env),
      ...(cluster.execPlugins && { execPlugins: cluster.execPlugins }),
    });
    cleanups.add(`cluster ${cluster.name}`, () => opened.close());
    return namespaces ? withinNamespaces(opened, namespaces) : opened;
  };
  return new Map(
    Object.values(config.environments).map((environment): [string, Environment] => [
      environment.name,
      {
        name: environment.name,
        ...(environment.namespaces && { namespaces: environment.namespaces }),
        clusters: new Map(environment.clusters.map((c) => [c.name, open(c, environment.namespaces)])),
      },
    ]),
  );
}

function kubeconfigOf(
  cluster: ClusterConfig,
  env: NodeJS.ProcessEnv,
): { path?: string; context?: string } | 'in-cluster' {
  const inside = env['KUBERNETES_SERVICE_HOST'] !== undefined && env['KUBECONFIG'] === undefined;
  if (inside && cluster.kubeconfig === undefined && cluster.context === undefined) return 'in-cluster';
  return {
    ...(cluster.kubeconfig !== undefined && { path: cluster.kubeconfig }),
    context: cluster.context ?? (cluster.kubeconfig === undefined ? cluster.name : undefined),
  };
}
