import type { Cluster } from './cluster.ts';
import { MANIFESTS } from './cluster-manifests.ts';
import { type ResourceKind, TABLES, type TableResource } from './cluster-tables.ts';

/** What an account must be allowed in a cluster, in RBAC's words. */
export interface KubernetesRight {
  /** `''` is the core group. */
  readonly group: string;
  /** Plural, a subresource after a slash: `deployments/scale`. */
  readonly resources: readonly string[];
  readonly verbs: readonly ('get' | 'list' | 'create' | 'patch' | 'delete')[];
  /** Absent: in a namespace. */
  readonly scope?: 'cluster';
}

/** The calls of the port that ask a cluster; a table is one for each resource, and so are the manifests of nodes alone. */
export type ClusterCall =
  | Exclude<keyof Cluster, 'name' | 'awaySince' | 'table'>
  | `table ${TableResource}`
  | 'manifests nodes';

const WORKLOADS = ['deployments', 'statefulsets', 'daemonsets'];
const HISTORIES = ['replicasets', 'controllerrevisions'];
const apps = (resources: readonly string[], ...verbs: KubernetesRight['verbs']): KubernetesRight => ({
  group: 'apps',
  resources,
  verbs,
});
const listed = (resource: TableResource): readonly KubernetesRight[] => {
  const { group, scope } = TABLES[resource];
  return [{ group, resources: [resource], verbs: ['list'], ...(scope === 'cluster' && { scope }) }];
};
const PODS: KubernetesRight = { group: '', resources: ['pods'], verbs: ['list'] };

/**
 * What each call needs, and no more: `hikeshi rbac` is made of it, and on a real API server a test runs every command with
 * exactly these. What every authenticated account may do (the version, questions about itself) is not among them.
 */
export const CLUSTER_RIGHTS: Readonly<Record<ClusterCall, readonly KubernetesRight[]>> = {
  version: [],
  access: [],
  namespaces: [{ group: '', resources: ['namespaces'], verbs: ['list'], scope: 'cluster' }],
  'table configmaps': listed('configmaps'),
  'table endpointslices': listed('endpointslices'),
  'table events': listed('events'),
  'table horizontalpodautoscalers': listed('horizontalpodautoscalers'),
  'table namespaces': listed('namespaces'),
  'table networkpolicies': listed('networkpolicies'),
  'table nodes': listed('nodes'),
  'table poddisruptionbudgets': listed('poddisruptionbudgets'),
  'table resourcequotas': listed('resourcequotas'),
  'table serviceaccounts': listed('serviceaccounts'),
  'table services': listed('services'),
  pods: [PODS],
  podUsage: [PODS, { group: 'metrics.k8s.io', resources: ['pods'], verbs: ['list'] }],
  nodeUsage: [
    PODS,
    ...listed('nodes'),
    { group: 'metrics.k8s.io', resources: ['nodes'], verbs: ['list'], scope: 'cluster' },
  ],
  logs: [{ group: '', resources: ['pods/log'], verbs: ['get'] }],
  workloads: [apps(WORKLOADS, 'list')],
  workload: [apps(WORKLOADS, 'get'), apps(['controllerrevisions'], 'list')],
  restart: [apps(WORKLOADS, 'get', 'patch')],
  restartHappened: [apps(WORKLOADS, 'get'), apps(HISTORIES, 'list')],
  history: [apps(WORKLOADS, 'get'), apps(HISTORIES, 'list')],
  rollback: [
    apps(WORKLOADS, 'get', 'patch'),
    apps(HISTORIES, 'list'),
    { group: '', resources: ['pods'], verbs: ['list', 'delete'] },
  ],
  rollbackHappened: [apps(WORKLOADS, 'get'), apps(HISTORIES, 'list')],
  scale: [apps(['deployments/scale', 'statefulsets/scale'], 'patch')],
  podsOf: [apps(WORKLOADS, 'get'), apps(['replicasets'], 'list'), PODS],
  deletePods: [{ group: '', resources: ['pods'], verbs: ['delete'] }],
  surroundings: [
    apps(WORKLOADS, 'get'),
    { group: 'autoscaling', resources: ['horizontalpodautoscalers'], verbs: ['list'] },
    { group: 'policy', resources: ['poddisruptionbudgets'], verbs: ['list'] },
    { group: '', resources: ['resourcequotas'], verbs: ['list'] },
  ],
  budgets: [apps(WORKLOADS, 'get'), { group: 'policy', resources: ['poddisruptionbudgets'], verbs: ['list'] }],
  rollout: [apps(WORKLOADS, 'get'), apps(HISTORIES, 'list'), PODS],
  manifests: Object.entries<ResourceKind>(MANIFESTS).map(([resource, { group, scope }]) => ({
    group,
    resources: [resource],
    verbs: ['list'],
    ...(scope === 'cluster' && { scope }),
  })),
  'manifests nodes': listed('nodes'),
  facts: [
    apps(WORKLOADS, 'get'),
    apps(HISTORIES, 'list'),
    { group: '', resources: ['pods', 'events', 'persistentvolumeclaims', 'services'], verbs: ['list'] },
    { group: '', resources: ['nodes'], verbs: ['list'], scope: 'cluster' },
    { group: 'discovery.k8s.io', resources: ['endpointslices'], verbs: ['list'] },
    { group: 'networking.k8s.io', resources: ['networkpolicies'], verbs: ['list'] },
  ],
};
