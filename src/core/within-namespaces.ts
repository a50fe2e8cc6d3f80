import { type Cluster, ClusterError, type PodList, type PodQuery, type WorkloadRow } from '../ports/cluster.ts';

/**
 * A cluster of which only these namespaces are ours: all of them are asked where no namespace is named, and every other one
 * is refused before anything is asked. For accounts whose rights are bound to single namespaces.
 */
export function withinNamespaces(cluster: Cluster, namespaces: readonly string[]): Cluster {
  const ours = (namespace: string): void => {
    if (namespaces.includes(namespace)) return;
    const words = `namespace ${namespace} is not one of this environment's in hikeshi.yaml: ${namespaces.join(', ')}`;
    throw new ClusterError('forbidden', cluster.name, words);
  };
  const guarded =
    <Asked extends { readonly namespace: string }, Rest extends readonly unknown[], T>(
      ask: (asked: Asked, ...rest: Rest) => Promise<T>,
    ) =>
    async (asked: Asked, ...rest: Rest): Promise<T> => {
      ours(asked.namespace);
      return ask(asked, ...rest);
    };
  const places = (query: PodQuery): readonly PodQuery[] => {
    if (query.namespace === undefined) return namespaces.map((namespace) => ({ ...query, namespace }));
    ours(query.namespace);
    return [query];
  };
  return {
    name: cluster.name,
    ...(cluster.awaySince && { awaySince: cluster.awaySince }),
    version: (o) => cluster.version(o),
    access: (wanted, namespace, o) => cluster.access(wanted, namespace, o),
    namespaces: async () => namespaces,
    pods: async (query, o) => merged(await Promise.all(places(query).map((q) => cluster.pods(q, o))), query.limit),
    logs: guarded(cluster.logs.bind(cluster)),
    async workloads(query, o) {
      const lists = await Promise.all(places(query).map((q) => cluster.workloads({ ...query, ...q }, o)));
      return lists.flat().slice(0, query.limit) satisfies readonly WorkloadRow[];
    },
    workload: guarded(cluster.workload.bind(cluster)),
    restart: guarded(cluster.restart.bind(cluster)),
    restartHappened: guarded(cluster.restartHappened.bind(cluster)),
    history: guarded(cluster.history.bind(cluster)),
    rollback: guarded(cluster.rollback.bind(cluster)),
    rollbackHappened: guarded(cluster.rollbackHappened.bind(cluster)),
    scale: guarded(cluster.scale.bind(cluster)),
    podsOf: guarded(cluster.podsOf.bind(cluster)),
    deletePods: guarded(cluster.deletePods.bind(cluster)),
    surroundings: guarded(cluster.surroundings.bind(cluster)),
    rollout: guarded(cluster.rollout.bind(cluster)),
  };
}

function merged(lists: readonly PodList[], limit: number | undefined): PodList {
  const all = lists.flatMap(({ pods }) => pods);
  const pods = all.slice(0, limit);
  return { pods, more: all.length - pods.length + lists.reduce((sum, { more }) => sum + more, 0) };
}
