import { WORKLOAD_KINDS } from '../../domain/workload.ts';
import type { CallOptions, Cluster } from '../../ports/cluster.ts';
import { accessOf } from './access.ts';
import { withDeadline } from './deadline.ts';
import { toClusterError } from './errors.ts';
import { findOrRefuse } from './find.ts';
import { happened, ON_TEMPLATE, ON_WORKLOAD } from './happened.ts';
import type { KubeconfigSource } from './kubeconfig.ts';
import { listPods, listRows, namespaceNames } from './lists.ts';
import { readLog } from './logs.ts';
import { readManifests } from './manifests.ts';
import { deletePods, podsOf } from './pods-of.ts';
import { createRest, type Limits } from './rest.ts';
import { restart } from './restart.ts';
import { historyOf, rollback } from './rollback.ts';
import { scale } from './scale.ts';
import { budgetsOf, surroundingsOf } from './surroundings.ts';
import { readTable } from './tables.ts';
import { nodeUsage, podUsage } from './usage.ts';
import { factsOf } from './why/facts.ts';
import { readWorkload, rollout } from './workloads.ts';

export interface ClusterSettings {
  readonly name: string;
  readonly kubeconfig: KubeconfigSource | 'in-cluster';
  /** Commands of exec plugins that the kubeconfig may run, as written there. Default: none. */
  readonly execPlugins?: readonly string[];
  readonly limits?: Partial<Limits>;
}

const LIMITS: Limits = { requestMs: 10_000, operationMs: 30_000, pageSize: 500, maxResponseBytes: 64 * 1024 * 1024 };

/** `close` gives the connections back; a call after it opens new ones. */
export type KubernetesCluster = Cluster & { close(): Promise<void> };

/** Does no I/O: credentials are read and connections opened by the first call. */
export function createCluster(settings: ClusterSettings): KubernetesCluster {
  const limits = { ...LIMITS, ...settings.limits };
  const rest = createRest(settings.kubeconfig, settings.execPlugins ?? [], limits);
  const { name } = settings;
  /** Bounds one call of the port, and lets nothing but a ClusterError out. */
  let awaySince: Date | undefined;
  const run = async <T>(options: CallOptions | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      const answer = await withDeadline(limits.operationMs, options?.signal, work);
      awaySince = undefined;
      return answer;
    } catch (error) {
      const failed = toClusterError(error, name);
      awaySince = failed.kind === 'away' ? (awaySince ?? new Date()) : undefined;
      throw failed;
    }
  };
  return {
    name,
    awaySince: () => awaySince,
    version: (o) => run(o, async (s) => (await rest.get<{ gitVersion?: string }>('/version', {}, s)).gitVersion ?? ''),
    access: (wanted, namespace, o) => run(o, (s) => accessOf(rest, wanted, namespace, s)),
    namespaces: (o) => run(o, (s) => namespaceNames(rest, s)),
    table: (query, o) => run(o, (s) => readTable(rest, query, s)),
    podUsage: (query, o) => run(o, (s) => podUsage(rest, query, s)),
    nodeUsage: (query, o) => run(o, (s) => nodeUsage(rest, query, s)),
    pods: (query, o) => run(o, (s) => listPods(rest, query, s)),
    logs: (query, o) => run(o, (s) => readLog(rest, query, s)),
    workloads: (query, o) => run(o, (s) => listRows(rest, query.kind ? [query.kind] : WORKLOAD_KINDS, query, s)),
    workload: (ref, o) => run(o, (s) => readWorkload(rest, ref, s)),
    restart: (ref, change, o) => run(o, (s) => restart(rest, ref, change, s)),
    restartHappened: (ref, id, o) => run(o, (s) => happened(rest, ref, { run: id, on: ON_TEMPLATE }, s)),
    history: (ref, o) => run(o, (s) => historyOf(rest, ref, s)),
    rollback: (ref, change, o) => run(o, (s) => rollback(rest, ref, change, s)),
    rollbackHappened: (ref, id, o) => run(o, (s) => happened(rest, ref, { run: id, on: ON_WORKLOAD }, s)),
    scale: (ref, change, o) => run(o, (s) => scale(rest, ref, change, s)),
    podsOf: (ref, o) => run(o, (s) => podsOf(rest, ref, s)),
    deletePods: (ref, deletion, o) => run(o, (s) => deletePods(rest, ref, deletion, s)),
    surroundings: (ref, o) => run(o, async (s) => surroundingsOf(rest, ref, await findOrRefuse(rest, ref, s), s)),
    budgets: (ref, o) => run(o, async (s) => budgetsOf(rest, ref, await findOrRefuse(rest, ref, s), s)),
    rollout: (ref, o) => run(o, (s) => rollout(rest, ref, s)),
    manifests: (query, o) => run(o, (s) => readManifests(rest, query, s)),
    facts: (ref, o) => run(o, (s) => factsOf(rest, ref, s)),
    close: () => rest.close(),
  };
}
