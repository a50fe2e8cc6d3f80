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
    async logs(query, o) {
      ours(query.namespace);
      return cluster.logs(query, o);
    },
    async workloads(query, o) {
      const lists = await Promise.all(places(query).map((q) => cluster.workloads({ ...query, ...q }, o)));
      return lists.flat().slice(0, query.limit) satisfies readonly WorkloadRow[];
    },
    async workload(ref, o) {
      ours(ref.namespace);
      return cluster.workload(ref, o);
    },
    async restart(ref, change, o) {
      ours(ref.namespace);
      return cluster.restart(ref, change, o);
    },
    async restartHappened(ref, run, o) {
      ours(ref.namespace);
      return cluster.restartHappened(ref, run, o);
    },
    async history(ref, o) {
      ours(ref.namespace);
      return cluster.history(ref, o);
    },
    async rollback(ref, change, o) {
      ours(ref.namespace);
      return cluster.rollback(ref, change, o);
    },
    async rollbackHappened(ref, run, o) {
      ours(ref.namespace);
      return cluster.rollbackHappened(ref, run, o);
    },
    async scale(ref, change, o) {
      ours(ref.namespace);
      return cluster.scale(ref, change, o);
    },
    async surroundings(ref, o) {
      ours(ref.namespace);
      return cluster.surroundings(ref, o);
    },
    async rollout(ref, o) {
      ours(ref.namespace);
      return cluster.rollout(ref, o);
    },
  };
}

function merged(lists: readonly PodList[], limit: number | undefined): PodList {
  const all = lists.flatMap(({ pods }) => pods);
  const pods = all.slice(0, limit);
  return { pods, more: all.length - pods.length + lists.reduce((sum, { more }) => sum + more, 0) };
}
