/** The workload kinds that a rollout restarts. */
export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** One workload of one cluster. */
export interface WorkloadRef {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/** A target is stored whole; the cluster may only be left out when typing. */
export interface Target extends WorkloadRef {
  readonly environment: string;
  readonly cluster: string;
}

/** One PostgreSQL server, by its name in config. */
export interface DatabaseTarget {
  readonly environment: string;
  readonly kind: 'Database';
  readonly name: string;
}

/** What actions act upon. */
export type ActionTarget = Target | DatabaseTarget;

export function isDatabase(target: ActionTarget): target is DatabaseTarget {
  return target.kind === 'Database';
}

/** `production/main/shop/deployment/checkout`, `production/database/orders`: the key of locks and of audit. */
export function targetKey(t: ActionTarget): string {
  if (isDatabase(t)) return `${t.environment}/database/${t.name}`;
  return `${t.environment}/${t.cluster}/${t.namespace}/${t.kind.toLowerCase()}/${t.name}`;
}

/** How a container's run ended. */
export interface ContainerEnd {
  readonly container: string;
  readonly at: Date;
  readonly exitCode: number;
  /** `Error`, `OOMKilled`; empty where the node gives none. */
  readonly reason: string;
}

/** One row of `kubectl get pods -o wide`, plus why it is not ready. */
export interface PodRow {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** As kubectl's STATUS column: Running, CrashLoopBackOff, Init:0/1, Completed, Terminating... */
  readonly status: string;
  readonly readyContainers: number;
  readonly containers: number;
  readonly restarts: number;
  /** How the run before the present one ended, of each container that was started again or waits for that. */
  readonly ends?: readonly ContainerEnd[];
  /** Containers that have run and do not run now. */
  readonly stopped?: readonly string[];
  /** When the last restart was, if there was one. */
  readonly lastRestartAt?: Date;
  readonly createdAt: Date;
  /** So long its probes let it take to start, ms; absent: they say nothing of that. */
  readonly startMs?: number;
  readonly node?: string;
  /** What its containers ask for together, CPU in cores, memory in bytes; absent: nothing. */
  readonly requests?: { readonly cpu: number; readonly memory: number };
  readonly ip?: string;
  readonly images: readonly string[];
  /** The one that kubectl takes when none is named, the other regular ones, init containers, ephemeral ones. */
  readonly containerNames: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Reason and message of the container that keeps the pod from being ready, if any. */
  readonly problem?: { readonly container: string; readonly reason: string; readonly message: string };
}

/** What a restart has to know of a workload, and what its plan touches. */
export interface Workload {
  readonly ref: WorkloadRef;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly desired: number;
  readonly paused: boolean;
  /** Canonical hash of the pod template, `kubectl.kubernetes.io/restartedAt` and our marks included. */
  readonly templateHash: string;
  /** Label selector in kubectl's syntax, to find its pods. */
  readonly selector: string;
  readonly images: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** OnDelete: a template change restarts nothing. */
  readonly updateStrategy: string;
  readonly progressDeadlineSeconds: number;
  /** ReplicaSet/ControllerRevision number as kubectl shows it, if known. */
  readonly revision?: number;
}

/** A workload with what `kubectl rollout history` tells of it. */
export interface RolloutHistory {
  readonly workload: Workload;
  /** Who writes it from somewhere else, and takes changes back. */
  readonly owners: Surroundings['owners'];
  /** Newest first. */
  readonly revisions: readonly Revision[];
}

/** One pod template that a workload has had. */
export interface Revision {
  /** As kubectl numbers it; going back to one gives it the next number. */
  readonly number: number;
  /** When it was first rolled out. */
  readonly at: Date;
  readonly images: readonly string[];
  /** `kubernetes.io/change-cause` */
  readonly changeCause?: string;
  /** It is what runs, or is being rolled out. */
  readonly current: boolean;
  readonly templateHash: string;
  /** What going to it would change in the present template. */
  readonly differences: readonly TemplateDifference[];
}

/** A part of a pod template that differs; `container` is empty for what belongs to the pod. Values of variables are never told. */
export type TemplateDifference =
  | {
      readonly what: 'image' | 'command' | 'resources';
      readonly container: string;
      /** Empty: there is none. */
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly what: 'env';
      readonly container: string;
      /** Names. */
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly changed: readonly string[];
    }
  | { readonly what: 'added' | 'removed'; readonly container: string; readonly image: string }
  /** Names of fields, as the API has them: `livenessProbe`, `volumes`, `annotations`. */
  | { readonly what: 'other'; readonly container: string; readonly fields: readonly string[] };

/** What else has a say in how many pods a workload has. */
export interface Surroundings {
  /** What sets its replicas by itself. */
  readonly autoscaler?: { readonly name: string; readonly min: number; readonly max: number; readonly keda: boolean };
  /** Disruption budgets that its pods fall under, with how many healthy pods each wants. */
  readonly budgets: readonly { readonly name: string; readonly wants: number }[];
  /** The quota that has room for the fewest more of its pods. */
  readonly quota?: { readonly name: string; readonly resource: string; readonly room: number };
  /** Who writes it from somewhere else, and takes changes back. */
  readonly owners: readonly { readonly kind: OwnerKind; readonly name: string }[];
  /** What we may not list. */
  readonly unseen: readonly ('autoscalers' | 'budgets' | 'quotas')[];
}

export type OwnerKind = 'argocd' | 'flux' | 'helm' | 'controller';

/** One look at a rollout, in the terms of `kubectl rollout status`. */
export interface Rollout {
  readonly state: 'progressing' | 'done' | 'failed' | 'gone';
  readonly desired: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** Ready ones of the newest template; absent where pods were not looked at, or do not say of which they are. */
  readonly fresh?: number;
  /** All pods are of the newest template, and what is not ready was, or crashes: nothing is rolled out any more. */
  readonly complete?: true;
  /** Of one that has failed: the number of what was to come. */
  readonly revision?: number;
  /** Why it is not done, as Kubernetes words it: condition reason and the failing pods' problems. */
  readonly reason?: string;
  /** `pod` is empty where the workload itself is in trouble (quota, PodSecurity: no pod could be made). */
  readonly problems: readonly { readonly pod: string; readonly reason: string; readonly message: string }[];
}
