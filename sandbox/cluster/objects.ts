/** The objects of the simulated cluster, as they stand in JSON on the wire, less `kind` and `apiVersion`. */
export interface Meta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller: true;
    blockOwnerDeletion: true;
  }[];
}

export interface Template {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
}

export interface PodSpec {
  containers: {
    name: string;
    image: string;
    command?: string[];
    args?: string[];
    env?: { name: string; value: string }[];
    resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
    readinessProbe?: { httpGet: { path: string; port: number } };
  }[];
  nodeName?: string;
  volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[];
  restartPolicy: 'Always';
  terminationGracePeriodSeconds: number;
}

export interface Condition {
  type: string;
  status: 'True' | 'False';
  reason?: string;
  message?: string;
  lastTransitionTime: string;
  lastUpdateTime?: string;
}

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: {
    waiting?: { reason: string; message?: string };
    running?: { startedAt: string };
  };
  lastState: { terminated?: { exitCode: number; reason: string; startedAt: string; finishedAt: string } };
}

export interface Pod {
  metadata: Meta;
  spec: PodSpec;
  status: {
    phase: 'Pending' | 'Running';
    conditions: Condition[];
    containerStatuses?: ContainerStatus[];
    hostIP?: string;
    podIP?: string;
    podIPs?: { ip: string }[];
    startTime?: string;
  };
}

/** Counts that are zero are absent, as the API server leaves them out. */
export interface Workload {
  metadata: Meta;
  spec: {
    replicas?: number;
    paused?: boolean;
    progressDeadlineSeconds?: number;
    selector: { matchLabels: Record<string, string> };
    template: Template;
    strategy?: { type: 'RollingUpdate'; rollingUpdate: { maxSurge: string; maxUnavailable: string } };
    updateStrategy?: {
      type: string;
      rollingUpdate?: { partition?: number; maxSurge?: number; maxUnavailable?: number };
    };
    serviceName?: string;
    podManagementPolicy?: string;
  };
  status: Record<string, unknown> & { observedGeneration?: number; conditions?: Condition[] };
}

export interface ReplicaSet {
  metadata: Meta;
  spec: { replicas: number; selector: { matchLabels: Record<string, string> }; template: Template };
  status: Record<string, unknown> & { replicas?: number; conditions?: Condition[] };
}

export interface ControllerRevision {
  metadata: Meta;
  revision: number;
  data: { spec: { template: Template & { $patch: 'replace' } } };
}

/** Listed beside workloads and acted on by nobody: its controllers are not simulated. */
export interface Bystander {
  metadata: Meta;
  [field: string]: unknown;
}

export interface Namespace {
  metadata: Meta;
  spec: { finalizers: string[] };
  status: { phase: 'Active' | 'Terminating' };
}

/** What is stored under each resource name. */
export interface Resources {
  namespaces: Namespace;
  pods: Pod;
  deployments: Workload;
  statefulsets: Workload;
  daemonsets: Workload;
  replicasets: ReplicaSet;
  controllerrevisions: ControllerRevision;
  configmaps: Bystander;
  endpointslices: Bystander;
  events: Bystander;
  horizontalpodautoscalers: Bystander;
  networkpolicies: Bystander;
  nodes: Bystander;
  persistentvolumeclaims: Bystander;
  poddisruptionbudgets: Bystander;
  resourcequotas: Bystander;
  serviceaccounts: Bystander;
  services: Bystander;
}

export type Resource = keyof Resources;
/** What stands in a namespace beside the workloads. */
export type BystanderResource = Exclude<
  { [R in Resource]: Resources[R] extends Bystander ? (Bystander extends Resources[R] ? R : never) : never }[Resource],
  'nodes'
>;
export type WorkloadResource = 'deployments' | 'statefulsets' | 'daemonsets';
export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

export const KINDS: Readonly<Record<Resource, string>> = {
  namespaces: 'Namespace',
  pods: 'Pod',
  deployments: 'Deployment',
  statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet',
  replicasets: 'ReplicaSet',
  controllerrevisions: 'ControllerRevision',
  configmaps: 'ConfigMap',
  endpointslices: 'EndpointSlice',
  events: 'Event',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
  networkpolicies: 'NetworkPolicy',
  nodes: 'Node',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  poddisruptionbudgets: 'PodDisruptionBudget',
  resourcequotas: 'ResourceQuota',
  serviceaccounts: 'ServiceAccount',
  services: 'Service',
};

export const WORKLOAD_RESOURCES: Readonly<Record<WorkloadKind, WorkloadResource>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

const VERSIONS: Readonly<Partial<Record<Resource, string>>> = {
  pods: 'v1',
  namespaces: 'v1',
  nodes: 'v1',
  configmaps: 'v1',
  events: 'v1',
  persistentvolumeclaims: 'v1',
  resourcequotas: 'v1',
  serviceaccounts: 'v1',
  services: 'v1',
  endpointslices: 'discovery.k8s.io/v1',
  networkpolicies: 'networking.k8s.io/v1',
  horizontalpodautoscalers: 'autoscaling/v2',
  poddisruptionbudgets: 'policy/v1',
};

/** `v1`, `apps/v1`. */
export function versionOf(resource: Resource): string {
  return VERSIONS[resource] ?? 'apps/v1';
}

/** `''` for the core group. */
export function groupOf(resource: Resource): string {
  const version = versionOf(resource);
  return version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
}
