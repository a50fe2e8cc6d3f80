import type { Revision, RolloutHistory, Workload, WorkloadKind, WorkloadRef } from '../../src/domain/workload.ts';
import type { Cluster, RolledBack } from '../../src/ports/cluster.ts';
import type { TableResource } from '../../src/ports/cluster-tables.ts';

/** What a case needs deployed; container `app`, label `app=<name>`. */
export interface Wanted {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly replicas?: number;
  readonly image?: string;
  readonly command?: readonly string[];
  /** Its container ends at once, every time. */
  readonly crash?: boolean;
  /** Lines that its container writes at each start; then it runs on. */
  readonly prints?: readonly string[];
  readonly resources?: { readonly requests: Record<string, string>; readonly limits: Record<string, string> };
  readonly paused?: boolean;
  readonly progressDeadlineSeconds?: number;
  readonly onDelete?: boolean;
  /** On the workload itself. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What somebody else changes in a pod template, and what they say of it. */
export interface Revised {
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly changeCause?: string;
}

export interface WireAnswer {
  readonly code: number;
  readonly type: string;
  readonly body: unknown;
}

/** What stands in a namespace beside workloads. */
export type Beside = Exclude<TableResource, 'namespaces' | 'nodes'>;

/** A cluster under test: the simulator, or a real API server with nodes of any kind. */
export interface ClusterBench {
  readonly cluster: Cluster;
  /** An account without any rights; `visitorName` as the API server names it. */
  readonly visitor: Cluster;
  readonly visitorName: string;
  /** A token that the API server does not know. */
  readonly stranger: Cluster;
  /** A namespace of our own. */
  readonly namespace: string;
  deploy(wanted: Wanted): Promise<void>;
  /** Somebody else changes the pod template. */
  revise(ref: WorkloadRef, revised: Revised): Promise<void>;
  setImage(ref: WorkloadRef, image: string): Promise<void>;
  scale(ref: WorkloadRef, replicas: number): Promise<void>;
  remove(ref: WorkloadRef): Promise<void>;
  /** Creates an object beside the workloads; `status` is what its controller will say, for benches without controllers. */
  beside(
    resource: Beside,
    name: string,
    content: { readonly metadata?: object; readonly [field: string]: unknown },
    status?: object,
  ): Promise<void>;
  /** From now on a quota of this name lets so much be in the namespace, until what is answered is called. */
  limit(quota: string, hard: Readonly<Record<string, string>>): Promise<() => Promise<void>>;
  /**
   * From now on an admission webhook of this name is asked about every change of workloads here, lets all of them pass, and takes no
   * dry run; until what is answered is called.
   */
  takeNoDryRun(webhook: string): Promise<() => Promise<void>>;
  /** Looks again and again, letting time pass in between, until `ok`; bounded. */
  until<T>(look: () => Promise<T>, ok: (seen: T) => boolean): Promise<T>;
  /** One raw request, as the operator or as the visitor. */
  wire(
    method: string,
    path: string,
    options?: { type?: string; body?: string; visitor?: boolean },
  ): Promise<WireAnswer>;
  close(): Promise<void>;
}

export const GOOD_IMAGE = 'registry.k8s.io/pause:3.10';
export const MISSING_IMAGE = 'registry.k8s.io/pause:missing';

export const KINDS: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

export function markOf(run: string): { run: string; by: string; reason: string; at: Date } {
  return {
    run,
    by: 'U0HIKESHI',
    reason: '3 a.m. && "quotes" <b> \u{1f525} 火消し\u0000\nline',
    at: new Date('2026-01-02T03:04:05.678Z'),
  };
}

export function refOf(bench: ClusterBench, kind: WorkloadKind, name: string): WorkloadRef {
  return { kind, namespace: bench.namespace, name };
}

/** Deploys and waits until it is rolled out. */
export async function deployed(bench: ClusterBench, wanted: Wanted): Promise<WorkloadRef> {
  await bench.deploy(wanted);
  const ref = refOf(bench, wanted.kind, wanted.name);
  await done(bench, ref);
  return ref;
}

export async function done(bench: ClusterBench, ref: WorkloadRef): Promise<void> {
  await bench.until(
    () => bench.cluster.rollout(ref),
    (r) => r.state === 'done',
  );
}

export async function workloadOf(bench: ClusterBench, ref: WorkloadRef): Promise<Workload> {
  const workload = await bench.cluster.workload(ref);
  if (!workload) throw new Error(`no ${ref.name}`);
  return workload;
}

export async function restart(bench: ClusterBench, ref: WorkloadRef, run: string, seen?: Workload): Promise<string> {
  const { uid, templateHash } = seen ?? (await workloadOf(bench, ref));
  const change = { expect: { uid, templateHash }, mark: markOf(run), dryRun: false };
  return (await bench.cluster.restart(ref, change)).templateHash;
}

export async function historyOf(bench: ClusterBench, ref: WorkloadRef): Promise<RolloutHistory> {
  const history = await bench.cluster.history(ref);
  if (!history) throw new Error(`no ${ref.name}`);
  return history;
}

/** Waits until the controller has made the newest revision. */
export async function historyWith(bench: ClusterBench, ref: WorkloadRef, current: number): Promise<RolloutHistory> {
  return bench.until(
    () => historyOf(bench, ref),
    ({ revisions }) => revisions.find((r) => r.current)?.number === current,
  );
}

export const numbered = ({ revisions }: RolloutHistory, number: number): Revision => {
  const found = revisions.find((r) => r.number === number);
  if (!found) throw new Error(`no revision ${number}`);
  return found;
};

/** Back to the revision of this number. */
export async function rollBack(
  bench: ClusterBench,
  ref: WorkloadRef,
  number: number,
  {
    run = 'back',
    dryRun = false,
    release = [],
    seen,
  }: { run?: string; dryRun?: boolean; release?: readonly string[]; seen?: RolloutHistory } = {},
): Promise<RolledBack> {
  const history = seen ?? (await historyOf(bench, ref));
  const { uid, templateHash } = history.workload;
  const to = { number, templateHash: numbered(history, number).templateHash };
  return bench.cluster.rollback(ref, { expect: { uid, templateHash }, to, mark: markOf(run), release, dryRun });
}
