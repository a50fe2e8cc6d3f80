import { type Cluster, ClusterError, type PodList, type PodQuery, type WorkloadRow } from '../ports/cluster.ts';
import { MANIFESTS } from '../ports/cluster-manifests.ts';
import { TABLES, type Table, type TableQuery } from '../ports/cluster-tables.ts';

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
  const places = <Q extends PodQuery>(query: Q): readonly Q[] => {
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
    async table(query, o) {
      if (TABLES[query.resource].scope === 'cluster') return ofTheCluster(cluster, namespaces, query);
      const tables = await Promise.all(places(query).map((q) => cluster.table(q, o)));
      const rows = tables.flatMap((table) => table.rows);
      return { rows: rows.slice(0, query.limit), more: moreThan(query.limit, rows.length, tables) };
    },
    pods: async (query, o) => merged(await Promise.all(places(query).map((q) => cluster.pods(q, o))), query.limit),
    async podUsage(query, o) {
      const lists = await Promise.all(places(query).map((q) => cluster.podUsage(q, o)));
      return lists.some((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? []);
    },
    async nodeUsage() {
      throw notOurs(cluster, namespaces, 'nodes');
    },
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
    budgets: guarded(cluster.budgets.bind(cluster)),
    rollout: guarded(cluster.rollout.bind(cluster)),
    async manifests(query, o) {
      const { resource, namespace } = query;
      if (MANIFESTS[resource].scope === 'cluster') throw notOurs(cluster, namespaces, resource);
      const lists = await Promise.all(places({ namespace }).map((q) => cluster.manifests({ ...query, ...q }, o)));
      return lists.flat();
    },
    facts: guarded(cluster.facts.bind(cluster)),
  };
}

function merged(lists: readonly PodList[], limit: number | undefined): PodList {
  const all = lists.flatMap(({ pods }) => pods);
  return { pods: all.slice(0, limit), more: moreThan(limit, all.length, lists) };
}

function moreThan(limit = Infinity, length: number, lists: readonly { readonly more: number }[]): number {
  return Math.max(0, length - limit) + lists.reduce((sum, { more }) => sum + more, 0);
}

function boundTo(namespaces: readonly string[]): string {
  return `hikeshi.yaml binds this environment to the namespaces ${namespaces.join(', ')}`;
}

function notOurs({ name }: Cluster, namespaces: readonly string[], resource: string): ClusterError {
  const words = `${resource} belong to the whole cluster, and ${boundTo(namespaces)}`;
  return new ClusterError('forbidden', name, words);
}

/** Of the namespaces only the names are known; whatever else belongs to the whole cluster is not ours to see. */
function ofTheCluster(
  cluster: Cluster,
  namespaces: readonly string[],
  { resource, selector, limit }: TableQuery,
): Table {
  if (resource !== 'namespaces') throw notOurs(cluster, namespaces, resource);
  if (selector !== undefined)
    throw new ClusterError('forbidden', cluster.name, `their labels cannot be read: ${boundTo(namespaces)}`);
  const rows = namespaces.map((n) => ({ namespace: '', name: n, labels: {}, at: new Date(0), cells: { Name: n } }));
  return { rows: rows.slice(0, limit), more: moreThan(limit, rows.length, []) };
}
