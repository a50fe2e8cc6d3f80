import type { World } from '../cluster/world.ts';
import type { Labels, Sample } from './alertmanager.ts';
import { type PodState, type WorkloadState, workloads } from './states.ts';
import type { Watch } from './watcher.ts';

/** Prometheus' rules of the demo: the team's own, and those that kube-prometheus-stack brings, each without its waiting time. */

interface Rule {
  /** `namespace/name` of the one that it looks at. */
  readonly workload: string;
  /** What is wrong now, as alerts. */
  readonly alerts: (one: WorkloadState) => readonly Sample[];
}

const KUBE_STATE_METRICS = { job: 'kube-state-metrics', severity: 'warning' };
const RUNBOOKS = 'https://runbooks.prometheus-operator.dev/runbooks/kubernetes';

const RULES: readonly Rule[] = [
  { workload: 'shop/checkout', alerts: podCrashLooping },
  {
    workload: 'shop/cart',
    alerts: ofPods((pod) => /ImagePull/.test(pod.status), {
      alertname: 'KubeContainerWaiting',
      labels: { container: 'app', reason: 'ImagePullBackOff' },
      says: (pod) => `Pod ${pod} container app waits: ImagePullBackOff.`,
    }),
  },
  {
    workload: 'search/indexer',
    alerts: ofPods((pod) => pod.status === 'CrashLoopBackOff', {
      alertname: 'KubePodCrashLooping',
      labels: { container: 'app', reason: 'CrashLoopBackOff' },
      says: (pod) => `Pod ${pod} (app) is in waiting state (reason: "CrashLoopBackOff").`,
    }),
  },
  {
    workload: 'search/suggest',
    alerts: ofPods((pod) => pod.status === 'Running' && !pod.ready, {
      alertname: 'KubePodNotReady',
      labels: {},
      says: (pod) => `Pod ${pod} is in a non-ready state.`,
    }),
  },
  { workload: 'catalog/prices', alerts: replicasMismatch((one) => one.crashing.length > 0) },
  { workload: 'reports/renderer', alerts: replicasMismatch((one) => one.refused) },
  { workload: 'mail/mailer', alerts: tooFewReplicas },
];

/** Each rule with the workload that it looks at. */
export function ruleWatches(world: World): ReadonlyMap<string, Watch> {
  return new Map(
    RULES.map(({ workload, alerts }) => {
      const found = (): WorkloadState | undefined =>
        workloads(world).find(({ namespace, name }) => `${namespace}/${name}` === workload);
      const watch: Watch = {
        alerts: () => alertsOf(found(), alerts),
        isWell: () => isWell(found()),
      };
      return [workload, watch];
    }),
  );
}

function alertsOf(one: WorkloadState | undefined, alerts: Rule['alerts']): readonly Sample[] {
  return one ? alerts(one) : [];
}

function isWell(one: WorkloadState | undefined): boolean {
  return one !== undefined && one.ready >= one.desired;
}

function podCrashLooping(one: WorkloadState): readonly Sample[] {
  const { kind, namespace, name, crashing, desired } = one;
  if (crashing.length === 0) return [];
  const last = crashing[0]?.status.containerStatuses?.[0]?.lastState.terminated;
  const why = last ? `, exit code ${last.exitCode} (${last.reason})` : '';
  return [
    {
      labels: { alertname: 'PodCrashLooping', severity: 'critical', namespace, [kind]: name },
      annotations: {
        summary: `${name} crash-loops${why}`,
        description: `${crashing.length} of ${desired} pods of ${name} end right after they start.`,
        dashboard_url: `https://grafana.example.com/d/pods?var-workload=${name}`,
      },
    },
  ];
}

function tooFewReplicas({ namespace, name, desired }: WorkloadState): readonly Sample[] {
  if (desired > 0) return [];
  return [
    {
      labels: { alertname: 'TooFewReplicas', severity: 'high', namespace, deployment: name },
      annotations: { summary: `${name} has no replicas`, description: 'Confirmations of orders are not sent.' },
    },
  ];
}

function ofPods(
  isBad: (pod: PodState) => boolean,
  { alertname, labels, says }: { alertname: string; labels: Labels; says: (pod: string) => string },
): Rule['alerts'] {
  return ({ namespace, pods }) =>
    pods.filter(isBad).map(({ name: pod }) => ({
      labels: { ...KUBE_STATE_METRICS, alertname, namespace, pod, ...labels },
      annotations: { summary: says(`${namespace}/${pod}`), runbook_url: `${RUNBOOKS}/${alertname.toLowerCase()}` },
    }));
}

/** Only while something stands in the way: a rollout that gets on is short of replicas as well. */
function replicasMismatch(isStuck: (one: WorkloadState) => boolean): Rule['alerts'] {
  const alertname = 'KubeDeploymentReplicasMismatch';
  return (one) => {
    const { namespace, name, ready, desired } = one;
    if (ready >= desired || !isStuck(one)) return [];
    const annotations = {
      summary: `Deployment ${namespace}/${name} has ${ready} of ${desired} replicas.`,
      runbook_url: `${RUNBOOKS}/${alertname.toLowerCase()}`,
    };
    return [{ labels: { ...KUBE_STATE_METRICS, alertname, namespace, deployment: name }, annotations }];
  };
}
