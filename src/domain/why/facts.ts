import type { WorkloadRef } from '../workload.ts';

/** What a cluster says of one workload or pod and of what it leans on, at one moment. Values of variables and secrets are not in it. */
export interface Facts {
  readonly namespace: string;
  /** One pod is asked about, and not its workload. */
  readonly alone: boolean;
  /** Absent: no Deployment, StatefulSet or DaemonSet has made the pod. */
  readonly workload?: WorkloadFacts;
  readonly pods: readonly PodFacts[];
  /** Pods that were not looked at. */
  readonly more: number;
  /** Of the workload, its newest replica set, of pods in trouble and of claims, newest first. */
  readonly events: readonly EventFacts[];
  /** Pods whose events were not read, each with those in the same state of which they were: what holds of these holds of it. */
  readonly alike: ReadonlyMap<string, readonly string[]>;
  readonly claims: readonly ClaimFacts[];
  /** Those the pods run on; all (up to a limit) when a pod finds none. */
  readonly nodes: readonly NodeFacts[];
  /** Services that select the pods, or look as if they were meant to. */
  readonly services: readonly ServiceFacts[];
  /** Network policies under which the pods fall. */
  readonly policies: readonly PolicyFacts[];
  /** What our account may not look at. */
  readonly unseen: readonly Unseen[];
}

export const UNSEEN = ['events', 'claims', 'nodes', 'services', 'policies'] as const;
export type Unseen = (typeof UNSEEN)[number];

export interface WorkloadFacts {
  readonly ref: WorkloadRef;
  readonly desired: number;
  readonly ready: number;
  readonly updated: number;
  readonly rollout: 'progressing' | 'done' | 'failed';
  readonly paused: boolean;
  readonly onDelete: boolean;
  readonly progressDeadlineSeconds: number;
  readonly conditions: readonly ConditionFacts[];
  /** As `kubectl -l` takes it: of all its pods, whatever template they were made of. */
  readonly selector: string;
  /** Of its newest pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the newest pods' `PodFacts.template` is; absent where it is not known. */
  readonly newestTemplate?: string;
  /** The number of the newest revision, as `history` lists it; absent where there is none yet. */
  readonly revision?: number;
  /** There is an older revision to go back to. */
  readonly hasPrevious: boolean;
}

export interface ConditionFacts {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since?: Date;
}

export interface PodFacts {
  readonly name: string;
  readonly uid: string;
  readonly phase: string;
  /** Of the pod itself: `Evicted`, `NodeLost`; else empty. */
  readonly reason: string;
  readonly message: string;
  readonly node?: string;
  readonly createdAt: Date;
  /** When its grace is over, if it is being deleted. */
  readonly deletedBy?: Date;
  readonly finalizers: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly ready: boolean;
  readonly conditions: readonly ConditionFacts[];
  /** Init containers first. */
  readonly containers: readonly ContainerFacts[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly scheduler: string;
  /** Names of the claims that it mounts. */
  readonly claims: readonly string[];
  /** Hash of the template it is made of. */
  readonly template?: string;
}

export interface ContainerFacts {
  readonly name: string;
  readonly image: string;
  /** Has to end well before the others start. */
  readonly init: boolean;
  readonly ready: boolean;
  /** Its startup probe, if any, has passed. */
  readonly started: boolean;
  readonly restarts: number;
  readonly state: ContainerState;
  /** How the run before the present one ended. */
  readonly last?: End;
  readonly ports: readonly PortFacts[];
  readonly probes: readonly Probe[];
  /** Ports that its probes ask, as they are written. */
  readonly probed: readonly (string | number)[];
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

export type Probe = 'readiness' | 'liveness' | 'startup';

export type ContainerState =
  | { readonly is: 'unknown' }
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly is: 'running'; readonly since?: Date }
  | { readonly is: 'ended'; readonly end: End };

export interface End {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: string;
  /** Its own last words, or those of the runtime. */
  readonly message: string;
  readonly at?: Date;
}

export interface PortFacts {
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
}

export interface EventFacts {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly at: Date;
  readonly kind: string;
  readonly name: string;
  /** The container that it is about, where it says. */
  readonly container?: string;
}

export interface ClaimFacts {
  readonly name: string;
  readonly phase: string;
  readonly storageClass: string;
}

export interface NodeFacts {
  readonly name: string;
  readonly ready: boolean;
  readonly since?: Date;
  /** `MemoryPressure`, `DiskPressure`... */
  readonly pressures: readonly string[];
  /** `dedicated=db:NoSchedule`; those only that keep pods away. */
  readonly taints: readonly string[];
}

export interface ServiceFacts {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly {
    readonly port: number;
    /** A number, or the name of a container's port. */
    readonly target: string | number;
    readonly protocol: string;
  }[];
  /** Addresses that its endpoint slices hold, ready or not. */
  readonly addresses: number;
  readonly headless: boolean;
}

export interface PolicyFacts {
  readonly name: string;
  /** Absent: it says nothing about that direction. */
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
}

export interface PolicyRule {
  /** Empty: all. */
  readonly ports: readonly {
    readonly protocol: string;
    /** Absent: all of the protocol. */
    readonly port?: string | number;
    readonly endPort?: number;
  }[];
}

/** Of a pod that was not asked about: those of the first that is like it and of which events were read. */
export function eventsOf({ events, alike }: Facts, kind: string, name: string): readonly EventFacts[] {
  const own = (who: string): readonly EventFacts[] => events.filter((e) => e.kind === kind && e.name === who);
  const others = kind === 'Pod' ? alike.get(name) : undefined;
  return others?.map(own).find((found) => found.length > 0) ?? own(name);
}

export function conditionOf(
  { conditions }: { readonly conditions: readonly ConditionFacts[] },
  type: string,
): ConditionFacts | undefined {
  return conditions.find((c) => c.type === type);
}
