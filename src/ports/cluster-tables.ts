/** Where the API server keeps a kind: the group is `''` for the core. */
export interface ResourceKind {
  readonly group: string;
  readonly version: string;
  readonly scope: 'cluster' | 'namespace';
}

const core = (scope: ResourceKind['scope']): ResourceKind => ({ group: '', version: 'v1', scope });
const grouped = (group: string, version: string): ResourceKind => ({ group, version, scope: 'namespace' });

/** All that is listed as a table: a closed list, on which Secrets never are. */
export const TABLES = {
  namespaces: core('cluster'),
  nodes: core('cluster'),
  configmaps: core('namespace'),
  events: core('namespace'),
  resourcequotas: core('namespace'),
  serviceaccounts: core('namespace'),
  services: core('namespace'),
  endpointslices: grouped('discovery.k8s.io', 'v1'),
  horizontalpodautoscalers: grouped('autoscaling', 'v2'),
  networkpolicies: grouped('networking.k8s.io', 'v1'),
  poddisruptionbudgets: grouped('policy', 'v1'),
} as const satisfies Readonly<Record<string, ResourceKind>>;

export type TableResource = keyof typeof TABLES;

export interface TableQuery {
  readonly resource: TableResource;
  /** Absent: all namespaces. */
  readonly namespace?: string;
  /** Kubernetes label selector. */
  readonly selector?: string;
  /** More than this many are counted but not returned. */
  readonly limit: number;
}

/** One object as kubectl shows it. */
export interface TableRow {
  /** Empty for what belongs to the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When it was made; an event: when it was last seen. */
  readonly at: Date;
  /**
   * By column, named as the API server names it (`Allowed Disruptions`), and by those that kubectl lacks: `Keys` of a config map (never a
   * value), `Pressure`, `CPU`, `Memory` and `Pods` (allocatable) of a node, `Ready` (`2/3`) of an endpoint slice, `Policy Types` of a
   * network policy, `AWS Role` of a service account. Empty where there is nothing to say.
   */
  readonly cells: Readonly<Record<string, string>>;
}

export interface Table {
  /** In the API server's order: by namespace, then name. */
  readonly rows: readonly TableRow[];
  /** How many more there are than were returned. */
  readonly more: number;
}
