import type { LabelSelector } from '../../domain/label-selector.ts';

/**
 * The parts of Kubernetes objects that we read, as they stand in JSON. Every field is optional: zero is absent on the wire,
 * and an object is never written back, so what is not named here is not lost. Source: Kubernetes API v1 and apps/v1.
 */
export interface Meta {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly {
    readonly uid?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly controller?: boolean;
  }[];
}

export interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name?: string }[];
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
  readonly readinessProbe?: ProbeTimes;
  readonly startupProbe?: ProbeTimes;
}

export interface ProbeTimes {
  readonly initialDelaySeconds?: number;
  /** By default 10. */
  readonly periodSeconds?: number;
  /** By default 3. */
  readonly failureThreshold?: number;
}

/** By resource name, as Kubernetes writes quantities: `250m`, `1Gi`. */
export type Quantities = Readonly<Record<string, string>>;

export interface TerminatedState {
  readonly exitCode?: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly finishedAt?: string;
}

export interface ContainerStatus {
  readonly name?: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: { readonly startedAt?: string };
    readonly terminated?: TerminatedState;
  };
  readonly lastState?: { readonly terminated?: TerminatedState };
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
}

export interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly podIP?: string;
  readonly conditions?: readonly Condition[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

export interface Pod {
  readonly metadata?: Meta;
  readonly spec?: PodSpec;
  readonly status?: PodStatus;
}

export interface PodTemplate {
  readonly metadata?: Meta;
  readonly spec?: PodSpec;
}

/** `strategy` belongs to Deployments, `updateStrategy` to the two others. */
export interface WorkloadSpec {
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly progressDeadlineSeconds?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplate;
  readonly strategy?: { readonly type?: string };
  readonly podManagementPolicy?: string;
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
}

/** The status fields of all three kinds; each kind fills its own. */
export interface WorkloadStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberReady?: number;
  readonly numberAvailable?: number;
}

export interface WorkloadObject {
  readonly metadata?: Meta;
  readonly spec?: WorkloadSpec;
  readonly status?: WorkloadStatus;
}

/** `data` holds the revision's part of the object: `{spec: {template: ...}}`. */
export interface ControllerRevision {
  readonly metadata?: Meta;
  readonly revision?: number;
  readonly data?: { readonly spec?: { readonly template?: PodTemplate } };
}

/** autoscaling/v2 */
export interface Autoscaler {
  readonly metadata?: Meta;
  readonly spec?: {
    readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string };
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
  };
}

/** policy/v1 */
export interface DisruptionBudget {
  readonly metadata?: Meta;
  readonly spec?: { readonly selector?: LabelSelector };
  readonly status?: { readonly desiredHealthy?: number };
}

/** v1; one with scopes counts some pods only. */
export interface Quota {
  readonly metadata?: Meta;
  readonly spec?: { readonly scopes?: readonly string[]; readonly scopeSelector?: unknown };
  readonly status?: { readonly hard?: Quantities; readonly used?: Quantities };
}

export interface List<T> {
  readonly metadata?: { readonly continue?: string; readonly remainingItemCount?: number };
  readonly items?: readonly T[];
}
