import type { Facts } from '../domain/why/facts.ts';
import type {
  PodRow,
  Rollout,
  RolloutHistory,
  Surroundings,
  Workload,
  WorkloadKind,
  WorkloadRef,
} from '../domain/workload.ts';
import type { Manifest, ManifestQuery } from './cluster-manifests.ts';
import type { Table, TableQuery } from './cluster-tables.ts';
import type { NodeUsage, PodUsage } from './cluster-usage.ts';

/** Every call takes a signal and is bounded in time by the adapter as well. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Marks left in the cluster: who changed it, why, and by which action. */
export interface ChangeMark {
  /** The action's id: `probe` looks for it. */
  readonly run: string;
  readonly by: string;
  readonly reason: string;
  /** Of a restart: for `kubectl.kubernetes.io/restartedAt`. */
  readonly at: Date;
}

/** The fields that a plan was made on; the change is refused when they have moved. */
export interface ExpectedWorkload {
  readonly uid: string;
  readonly templateHash: string;
}

/** What a change gave, or in a dry run would give. */
export interface Patched {
  /** The API server's own words. */
  readonly warnings: readonly string[];
  /**
   * Of a dry run: the admission webhook that takes none, by its name, so that the API server could not try it. Then the rest is computed
   * from our own patch on what is live; uid and the other fields expected were still compared.
   */
  readonly untried?: string;
}

/** A new number of replicas; refused when uid or present number are not as expected. */
export interface ScaleChange {
  readonly expect: { readonly uid: string; readonly replicas: number };
  readonly replicas: number;
  readonly dryRun: boolean;
}

/** Back to a template that the workload has had. */
export interface RollbackChange {
  readonly expect: ExpectedWorkload;
  /** Number and template of the revision; refused when there is none with both. */
  readonly to: { readonly number: number; readonly templateHash: string };
  readonly mark: ChangeMark;
  /** By uid: of the stuck pods only these are deleted, so that none is that no dry run has named. A dry run tries all. */
  readonly release: readonly string[];
  readonly dryRun: boolean;
}

export interface RolledBack extends Patched {
  /** Of the workload as it is then. */
  readonly templateHash: string;
  /**
   * Pods of a StatefulSet that never became ready in what is rolled back, and that its controller would wait for instead of
   * replacing them (kubernetes/kubernetes#67250): they are deleted, one after the other.
   */
  readonly stuck: readonly { readonly name: string; readonly uid: string }[];
}

/** Pods by name, each of which is left alone when it has another uid by now, or is gone. */
export interface PodsDeletion {
  readonly pods: readonly { readonly name: string; readonly uid: string }[];
  readonly dryRun: boolean;
}

/** A workload or one pod. */
export interface SubjectRef {
  readonly kind: WorkloadKind | 'Pod';
  readonly namespace: string;
  readonly name: string;
}

export interface PodQuery {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  /** Kubernetes label selector. */
  readonly selector?: string;
  /** More than this many are counted but not returned. */
  readonly limit?: number;
}

export interface PodList {
  readonly pods: readonly PodRow[];
  /** How many more there are than were returned. */
  readonly more: number;
}

/** The end of one container's log. */
export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Of the run before the present one. */
  readonly previous: boolean;
  /** At most this many lines, from 1 on. */
  readonly tail: number;
  /** Only lines of so many seconds back, from 1 on, by the node's clock. */
  readonly sinceSeconds?: number;
  /** Only lines from then on, by the node's clock, in whole seconds. Not beside `sinceSeconds`. */
  readonly sinceTime?: Date;
  /** Never more than this is read of it at once, timestamps included. */
  readonly maxBytes: number;
}

export interface LogLine {
  /** When the container runtime took it; absent when the line does not say. */
  readonly at?: Date;
  /** As it was written: of somebody else, secrets and control characters included. */
  readonly text: string;
}

export type ContainerLog =
  /** The newest lines, oldest first. `more`: there may be older ones, which were not asked for or did not fit. */
  | { readonly state: 'read'; readonly lines: readonly LogLine[]; readonly more: boolean }
  /** It has never run; `reason` in the node's words, `''` where it gives none. */
  | { readonly state: 'waiting'; readonly reason: string }
  /** `previous` was asked for, and it has run once only. */
  | { readonly state: 'no-previous' };

/** What a namespace or list answer needs of a workload. */
export interface WorkloadRow {
  readonly ref: WorkloadRef;
  readonly desired: number;
  readonly ready: number;
  /** Pods of its newest template. */
  readonly updated: number;
  /** Why its controller gets no further: past its deadline, or no pod can be made. */
  readonly stuck?: { readonly reason: string; readonly message: string };
  /** Pods of the newest template are still missing, though those of before may all be ready. */
  readonly rolling?: true;
  readonly createdAt: Date;
  readonly images: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** One verb on one resource, in a namespace or (without one) in all. */
export interface AccessQuestion {
  /** `''` is the core group. */
  readonly group: string;
  /** Plural, a subresource after a slash. */
  readonly resource: string;
  readonly verb: string;
  readonly namespace?: string;
}

/** What the account of this connection may do. */
export interface Access {
  /** As the API server names it; absent on servers before 1.28. */
  readonly user?: string;
  /** The questions to which the answer is no. */
  readonly missing: readonly AccessQuestion[];
  /** Rules that are known to apply in the namespace that was asked about. */
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/**
 * One Kubernetes cluster. Reads answer `undefined` for what is not there. Errors: `ClusterError`; nothing else leaves the
 * adapter. The pod template is only ever changed by a JSON patch with `test` operations (uid and generation), made right
 * after a look that found the template as the plan saw it.
 */
export interface Cluster {
  readonly name: string;
  /** When it was first found not to answer, as far as this process has seen; `undefined` while it answers. */
  readonly awaySince?: () => Date | undefined;
  /** e.g. `v1.35.4`. */
  version(options?: CallOptions): Promise<string>;
  /** Asks the API server what we may do, which every authenticated account may ask. Changes nothing. */
  access(wanted: readonly AccessQuestion[], namespace: string, options?: CallOptions): Promise<Access>;
  namespaces(options?: CallOptions): Promise<readonly string[]>;
  /** One list as kubectl shows it. @throws ClusterError `invalid` where the cluster does not serve it, `forbidden`... */
  table(query: TableQuery, options?: CallOptions): Promise<Table>;
  pods(query: PodQuery, options?: CallOptions): Promise<PodList>;
  /** `undefined` when the pod is gone. @throws ClusterError `away` when its node does not answer either */
  logs(query: LogQuery, options?: CallOptions): Promise<ContainerLog | undefined>;
  /** `undefined` when the cluster has no metrics (metrics.k8s.io). */
  podUsage(query: PodQuery, options?: CallOptions): Promise<readonly PodUsage[] | undefined>;
  nodeUsage(query: Pick<PodQuery, 'selector'>, options?: CallOptions): Promise<readonly NodeUsage[] | undefined>;
  /** Deployments, stateful sets and daemon sets; of one namespace or all. */
  workloads(query: PodQuery & { readonly kind?: WorkloadKind }, options?: CallOptions): Promise<readonly WorkloadRow[]>;
  workload(ref: WorkloadRef, options?: CallOptions): Promise<Workload | undefined>;
  /**
   * `kubectl rollout restart` with marks. With `dryRun` the API server validates and admits, and nothing is changed.
   * @throws ClusterError `changed` when uid or template are not as expected, `paused`, `forbidden`, `invalid`...
   */
  restart(
    ref: WorkloadRef,
    change: { readonly expect: ExpectedWorkload; readonly mark: ChangeMark; readonly dryRun: boolean },
    options?: CallOptions,
  ): Promise<Patched & { readonly templateHash: string }>;
  /**
   * Did run X happen? Looks in the live template, then in ReplicaSets or ControllerRevisions: a revision that was pruned
   * since (revisionHistoryLimit) is not seen. @throws ClusterError `not-found` when the workload is gone: unknown, not no
   */
  restartHappened(ref: WorkloadRef, run: string, options?: CallOptions): Promise<boolean>;
  /**
   * Sets the replicas through `/scale`, check and change in one JSON patch. With `dryRun` nothing is changed.
   * @throws ClusterError `changed`, `not-found` (daemon sets have no scale), `forbidden`, `invalid`...
   */
  scale(ref: WorkloadRef, change: ScaleChange, options?: CallOptions): Promise<Patched>;
  /** What it has been and is, as `kubectl rollout history` has it; `undefined`: there is no such workload. */
  history(ref: WorkloadRef, options?: CallOptions): Promise<RolloutHistory | undefined>;
  /**
   * `kubectl rollout undo`, with marks on the workload itself, so that the revision's own template is rolled out. Its change-cause comes
   * back with it. With `dryRun` nothing is changed.
   * @throws ClusterError `changed` when uid, template or revision are not as expected, `paused`, `forbidden`, `invalid`...
   */
  rollback(ref: WorkloadRef, change: RollbackChange, options?: CallOptions): Promise<RolledBack>;
  /** Did run X happen? @throws ClusterError `not-found` when the workload is gone: unknown, not no */
  rollbackHappened(ref: WorkloadRef, run: string, options?: CallOptions): Promise<boolean>;
  /** The pods that its controller has made, whatever their state, by name; `undefined`: there is no such workload. */
  podsOf(ref: WorkloadRef, options?: CallOptions): Promise<readonly PodRow[] | undefined>;
  /** `kubectl delete pod`, of pods in the workload's namespace. Done twice it does nothing more. With `dryRun` nothing is deleted. */
  deletePods(ref: WorkloadRef, deletion: PodsDeletion, options?: CallOptions): Promise<void>;
  /** Who else acts on it. What may not be listed is named in `unseen`. @throws ClusterError `not-found`, `away`... */
  surroundings(ref: WorkloadRef, options?: CallOptions): Promise<Surroundings>;
  /** Of those only the disruption budgets of its pods. @throws ClusterError `not-found`, `forbidden`, `away`... */
  budgets(ref: WorkloadRef, options?: CallOptions): Promise<Surroundings['budgets']>;
  rollout(ref: WorkloadRef, options?: CallOptions): Promise<Rollout>;
  /**
   * What there is to know of why it fails, of a workload or a pod; `undefined`: there is none. What may not be listed is named in `unseen`.
   * Bounded: at most 1,000 pods, and the events of some of each kind of trouble.
   */
  facts(ref: SubjectRef, options?: CallOptions): Promise<Facts | undefined>;
  /** All objects of that kind and name; none: there is none. */
  manifests(query: ManifestQuery, options?: CallOptions): Promise<readonly Manifest[]>;
}

export type ClusterErrorKind =
  /** Not reachable, timed out, 5xx, 429: passes by itself. */
  | 'away'
  /** 401: our credentials are wrong. */
  | 'unauthorized'
  /** 403: RBAC or admission forbids; the message says what is missing. */
  | 'forbidden'
  | 'not-found'
  /** The plan's fields moved between plan and change. */
  | 'changed'
  | 'paused'
  /** 422 and the like: the API server's or a webhook's own words are in `message`. */
  | 'invalid'
  /** The connection's own settings: kubeconfig missing or unreadable, no such context, exec plugin not allowed. */
  | 'misconfigured';

export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly kind: ClusterErrorKind;
  readonly cluster: string;

  constructor(kind: ClusterErrorKind, cluster: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.kind = kind;
    this.cluster = cluster;
  }
}
