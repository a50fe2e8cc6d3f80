import type { Pod } from '../cluster/objects.ts';
import type { World } from '../cluster/world.ts';
import type { Alertmanager } from './alertmanager.ts';

const LOOK_MS = 500;
const KINDS = { deployments: 'deployment', statefulsets: 'statefulset', daemonsets: 'daemonset' } as const;
/** Longer ago than any alert waits (`for:`) before it fires; the demo does not. */
const CRASHES = 1;

export interface WorkloadState {
  readonly kind: (typeof KINDS)[keyof typeof KINDS];
  readonly namespace: string;
  readonly name: string;
  readonly ready: number;
  readonly desired: number;
  readonly crashing: readonly Pod[];
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
      return { kind: KINDS[resource], namespace, name, ready, desired, crashing: own.filter(isCrashing) };
    }),
  );
}

function isReady(pod: Pod): boolean {
  return pod.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True');
}

function isCrashing(pod: Pod): boolean {
  return pod.status.containerStatuses?.some((c) => !c.ready && c.restartCount >= CRASHES) ?? false;
}

/** Prometheus' part: looks at the cluster and tells Alertmanager of pods that crash, and when all are well again. */
export function watchCluster(world: World, alertmanager: Alertmanager, changed: () => void): () => void {
  const firing = new Map<string, Readonly<Record<string, string>>>();
  let before = '';
  const look = (): void => {
    const all = workloads(world);
    for (const one of all) raise(one, firing, alertmanager);
    const now = JSON.stringify(all.map(({ ready, desired, crashing }) => [ready, desired, crashing.length]));
    if (now !== before) changed();
    before = now;
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(timer);
}

function raise(one: WorkloadState, firing: Map<string, Readonly<Record<string, string>>>, to: Alertmanager): void {
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

function annotationsOf({ name, crashing, desired }: WorkloadState): Readonly<Record<string, string>> {
  const last = crashing[0]?.status.containerStatuses?.[0]?.lastState.terminated;
  const why = last ? `, exit code ${last.exitCode} (${last.reason})` : '';
  return {
    summary: `${name} crash-loops${why}`,
    description: `${crashing.length} of ${desired} pods of ${name} end right after they start.`,
    dashboard_url: `https://grafana.example.com/d/pods?var-workload=${name}`,
  };
}
