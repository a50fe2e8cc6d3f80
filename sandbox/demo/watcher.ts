import type { Pod } from '../cluster/objects.ts';
import type { World } from '../cluster/world.ts';

const LOOK_MS = 500;
const KINDS = { deployments: 'deployment', statefulsets: 'statefulset', daemonsets: 'daemonset' } as const;
type Labels = Readonly<Record<string, string>>;

/** Where alerts go. */
export interface Alerts {
  fire(labels: Labels, annotations?: Labels): void;
  resolve(labels: Labels): void;
}

export interface WorkloadState {
  readonly kind: (typeof KINDS)[keyof typeof KINDS];
  readonly namespace: string;
  readonly name: string;
  readonly ready: number;
  readonly desired: number;
  readonly crashing: readonly Pod[];
  readonly pods: readonly PodState[];
}

/** A pod in kubectl's words. */
export interface PodState {
  readonly name: string;
  /** `Running`, `CrashLoopBackOff`, `Terminating`. */
  readonly status: string;
  readonly ready: boolean;
  readonly restarts: number;
}

/** How every workload of the cluster is. */
export function workloads(world: World): WorkloadState[] {
  const pods = world.store.list('pods');
  return (['deployments', 'statefulsets', 'daemonsets'] as const).flatMap((resource) =>
    world.store.list(resource).map(({ metadata, spec }): WorkloadState => {
      const { namespace = '', name } = metadata;
      const own = pods.filter((pod) => pod.metadata.namespace === namespace && pod.metadata.labels?.['app'] === name);
      const ready = own.filter((pod) => pod.metadata.deletionTimestamp === undefined && isReady(pod)).length;
      const desired = resource === 'daemonsets' ? world.nodes.length : (spec.replicas ?? 1);
      return {
        kind: KINDS[resource],
        namespace,
        name,
        ready,
        desired,
        crashing: own.filter(isCrashing),
        pods: own.map(podState),
      };
    }),
  );
}

function podState(pod: Pod): PodState {
  const { metadata, status } = pod;
  const containers = status.containerStatuses ?? [];
  const waiting = containers.find((one) => one.state.waiting)?.state.waiting?.reason;
  return {
    name: metadata.name,
    status: metadata.deletionTimestamp === undefined ? (waiting ?? status.phase) : 'Terminating',
    ready: isReady(pod),
    restarts: containers.reduce((sum, one) => sum + one.restartCount, 0),
  };
}

function isReady(pod: Pod): boolean {
  return pod.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True');
}

function isCrashing(pod: Pod): boolean {
  return pod.status.containerStatuses?.some((c) => !c.ready && c.restartCount > 0) ?? false;
}

export interface Watcher {
  /** Looks now; it also does each half second. */
  look(): void;
  stop(): void;
}

/** Prometheus' part: looks at the cluster and tells Alertmanager of pods that crash, and when all are well again. */
export function watchCluster(world: World, alerts: Alerts, changed: () => void): Watcher {
  const firing = new Map<string, Labels>();
  let before = '';
  const look = (): void => {
    const all = workloads(world);
    for (const one of all) raise(one, firing, alerts);
    const now = JSON.stringify(all.map(({ desired, pods }) => [desired, pods]));
    if (now !== before) changed();
    before = now;
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return { look, stop: () => clearInterval(timer) };
}

function raise(one: WorkloadState, firing: Map<string, Labels>, to: Alerts): void {
  const key = `${one.kind} ${one.namespace}/${one.name}`;
  const known = firing.get(key);
  if (!known && one.crashing.length > 0) {
    const labels = {
      alertname: 'PodCrashLooping',
      severity: 'critical',
      namespace: one.namespace,
      [one.kind]: one.name,
    };
    firing.set(key, labels);
    to.fire(labels, annotationsOf(one));
  }
  if (known && one.crashing.length === 0 && one.ready >= one.desired) {
    firing.delete(key);
    to.resolve(known);
  }
}

function annotationsOf({ name, crashing, desired }: WorkloadState): Labels {
  const last = crashing[0]?.status.containerStatuses?.[0]?.lastState.terminated;
  const why = last ? `, exit code ${last.exitCode} (${last.reason})` : '';
  return {
    summary: `${name} crash-loops${why}`,
    description: `${crashing.length} of ${desired} pods of ${name} end right after they start.`,
    dashboard_url: `https://grafana.example.com/d/pods?var-workload=${name}`,
  };
}
