import type { LabelSelector } from '../../../domain/label-selector.ts';
import type { Condition, Container, ContainerStatus, Meta, Pod, ProbeTimes } from '../objects.ts';

/** The parts of objects that are read to find out why something fails, as they stand in JSON; every field is optional. */
export interface FullContainer extends Container {
  readonly ports?: readonly { readonly name?: string; readonly containerPort?: number; readonly protocol?: string }[];
  readonly readinessProbe?: ProbeSpec;
  readonly livenessProbe?: ProbeSpec;
  readonly startupProbe?: ProbeSpec;
}

export interface ProbeSpec extends ProbeTimes {
  readonly httpGet?: { readonly port?: string | number };
  readonly tcpSocket?: { readonly port?: string | number };
  readonly grpc?: { readonly port?: number };
}

export interface TimedCondition extends Condition {
  readonly lastTransitionTime?: string;
}

export interface FullPod extends Pod {
  readonly metadata?: Meta & { readonly finalizers?: readonly string[] };
  readonly spec?: Omit<NonNullable<Pod['spec']>, 'containers' | 'initContainers'> & {
    readonly containers?: readonly FullContainer[];
    readonly initContainers?: readonly FullContainer[];
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly schedulerName?: string;
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName?: string } }[];
  };
  readonly status?: Omit<NonNullable<Pod['status']>, 'conditions'> & {
    readonly conditions?: readonly TimedCondition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** v1, as every component writes it: the scheduler's have only `eventTime`, the kubelet's only the two stamps. */
export interface Event {
  readonly metadata?: Meta;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly eventTime?: string;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly fieldPath?: string };
}

export interface Claim {
  readonly metadata?: Meta;
  readonly spec?: { readonly storageClassName?: string };
  readonly status?: { readonly phase?: string };
}

export interface Node {
  readonly metadata?: Meta;
  readonly spec?: {
    readonly taints?: readonly { readonly key?: string; readonly value?: string; readonly effect?: string }[];
  };
  readonly status?: { readonly conditions?: readonly TimedCondition[] };
}

export interface Service {
  readonly metadata?: Meta;
  readonly spec?: {
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly {
      readonly port?: number;
      readonly targetPort?: string | number;
      readonly protocol?: string;
    }[];
  };
}

/** discovery.k8s.io/v1 */
export interface EndpointSlice {
  readonly metadata?: Meta;
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[];
}

/** networking.k8s.io/v1 */
export interface NetworkPolicy {
  readonly metadata?: Meta;
  readonly spec?: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly PolicyPorts[];
    readonly egress?: readonly PolicyPorts[];
  };
}

export interface PolicyPorts {
  readonly ports?: readonly {
    readonly protocol?: string;
    readonly port?: string | number;
    readonly endPort?: number;
  }[];
}
