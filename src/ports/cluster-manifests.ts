import { type ResourceKind, TABLES } from './cluster-tables.ts';

const { namespaces, nodes, resourcequotas, serviceaccounts, services, horizontalpodautoscalers } = TABLES;
const { endpointslices, networkpolicies, poddisruptionbudgets } = TABLES;
const apps: ResourceKind = { group: 'apps', version: 'v1', scope: 'namespace' };

/** All whose objects are shown whole: a closed list, on which Secrets and ConfigMaps never are. */
export const MANIFESTS = {
  deployments: apps,
  statefulsets: apps,
  daemonsets: apps,
  pods: services,
  services,
  nodes,
  namespaces,
  horizontalpodautoscalers,
  poddisruptionbudgets,
  networkpolicies,
  resourcequotas,
  serviceaccounts,
  endpointslices,
} as const satisfies Readonly<Record<string, ResourceKind>>;

export type ManifestResource = keyof typeof MANIFESTS;

export interface ManifestQuery {
  readonly resource: ManifestResource;
  /** Of endpoint slices the service's, or one's own. */
  readonly name: string;
  /** Absent: whatever namespace it is in. */
  readonly namespace?: string;
}

/**
 * One object as the API server has it, without what only machines read (`managedFields`, kubectl's last-applied). Values of
 * variables are masked, and in all the rest what has the shape of a credential.
 */
export interface Manifest {
  /** Empty for what belongs to the whole cluster. */
  readonly namespace: string;
  readonly object: Readonly<Record<string, unknown>>;
}
