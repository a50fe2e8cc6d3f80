import type { ContainerStatus, PodSpec, PodStatus } from '../../../src/adapters/kubernetes/objects.ts';

/** A pod as a kubelet might report it, and what `kubectl get pods` shows for it. */
export interface PodCase {
  readonly name: string;
  readonly containers: readonly string[];
  /** Init containers; a name with `*` is a sidecar (restartPolicy Always). */
  readonly init?: readonly string[];
  readonly status: PodStatus;
  readonly deleted?: boolean;
  readonly shows: { readonly ready: string; readonly status: string; readonly restarts: number };
  readonly problem?: { readonly container: string; readonly reason: string; readonly message: string };
  /** Minor version of Kubernetes from which it is shown so. */
  readonly since?: number;
}

const T1 = '2026-01-02T03:04:05Z';
const T2 = '2026-01-02T04:04:05Z';

export function specOf({ containers, init = [] }: PodCase): PodSpec {
  const image = 'registry.k8s.io/pause:3.10';
  const kept = (name: string): object => (name.endsWith('*') ? { restartPolicy: 'Always' } : {});
  return {
    containers: containers.map((name) => ({ name, image })),
    ...(init.length > 0 && {
      initContainers: init.map((name) => ({ name: name.replace('*', ''), image, ...kept(name) })),
    }),
  };
}

type More = Partial<ContainerStatus>;
const base = { image: 'registry.k8s.io/pause:3.10', imageID: '', ready: false, restartCount: 0, lastState: {} };
const running = (name: string, more: More = {}): ContainerStatus => ({
  ...base,
  name,
  ready: true,
  started: true,
  state: { running: { startedAt: T1 } },
  ...more,
});
const waiting = (name: string, reason: string, more: More = {}): ContainerStatus => ({
  ...base,
  name,
  started: false,
  state: { waiting: { reason, message: `${reason} of ${name}` } },
  ...more,
});
const ended = (name: string, exitCode: number, reason?: string, signal?: number, more: More = {}): ContainerStatus => ({
  ...base,
  name,
  started: false,
  state: { terminated: { exitCode, ...(reason && { reason }), ...(signal && { signal }), finishedAt: T1 } },
  ...more,
});
const crashed = (restartCount: number, finishedAt: string, reason = 'Error', exitCode = 1): More => ({
  restartCount,
  lastState: { terminated: { exitCode, reason, finishedAt } },
});
const unready = (names: string): PodStatus['conditions'] => [
  { type: 'PodScheduled', status: 'True' },
  {
    type: 'Ready',
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${names}]`,
  },
];
const READY: PodStatus['conditions'] = [
  { type: 'Initialized', status: 'True' },
  { type: 'Ready', status: 'True' },
];

export const POD_CASES: readonly PodCase[] = [
  {
    name: 'running',
    containers: ['a', 'b'],
    status: { phase: 'Running', conditions: READY, containerStatuses: [running('a'), running('b')] },
    shows: { ready: '2/2', status: 'Running', restarts: 0 },
  },
  {
    name: 'unready',
    containers: ['a'],
    status: { phase: 'Running', conditions: unready('a'), containerStatuses: [running('a', { ready: false })] },
    shows: { ready: '0/1', status: 'Running', restarts: 0 },
    problem: { container: '', reason: 'ContainersNotReady', message: 'containers with unready status: [a]' },
  },
  {
    name: 'crash-one-of-two',
    containers: ['a', 'b'],
    status: {
      phase: 'Running',
      conditions: unready('b'),
      containerStatuses: [
        running('a', crashed(2, T2)),
        waiting('b', 'CrashLoopBackOff', crashed(5, T1, 'OOMKilled', 137)),
      ],
    },
    shows: { ready: '1/2', status: 'CrashLoopBackOff', restarts: 7 },
    problem: { container: 'b', reason: 'CrashLoopBackOff', message: 'exit code 137 (OOMKilled)' },
  },
  {
    name: 'first-of-two-troubles',
    containers: ['a', 'b'],
    status: {
      phase: 'Pending',
      conditions: unready('a b'),
      containerStatuses: [waiting('a', 'ErrImagePull'), waiting('b', 'ContainerCreating')],
    },
    shows: { ready: '0/2', status: 'ErrImagePull', restarts: 0 },
    problem: { container: 'a', reason: 'ErrImagePull', message: 'ErrImagePull of a' },
  },
  {
    name: 'creating',
    containers: ['a'],
    status: { phase: 'Pending', conditions: unready('a'), containerStatuses: [waiting('a', 'ContainerCreating')] },
    shows: { ready: '0/1', status: 'ContainerCreating', restarts: 0 },
    problem: { container: 'a', reason: 'ContainerCreating', message: 'ContainerCreating of a' },
  },
  {
    name: 'init-first',
    containers: ['a'],
    init: ['i', 'j'],
    status: {
      phase: 'Pending',
      conditions: unready('a'),
      initContainerStatuses: [running('i', { ready: false, started: false }), waiting('j', 'PodInitializing')],
      containerStatuses: [waiting('a', 'PodInitializing')],
    },
    shows: { ready: '0/1', status: 'Init:0/2', restarts: 0 },
    problem: { container: 'j', reason: 'PodInitializing', message: 'PodInitializing of j' },
  },
  {
    name: 'init-second',
    containers: ['a'],
    init: ['i', 'j'],
    status: {
      phase: 'Pending',
      conditions: unready('a'),
      initContainerStatuses: [
        ended('i', 0, 'Completed', undefined, { restartCount: 1 }),
        waiting('j', 'PodInitializing'),
      ],
      containerStatuses: [waiting('a', 'PodInitializing')],
    },
    shows: { ready: '0/1', status: 'Init:1/2', restarts: 1 },
    problem: { container: 'j', reason: 'PodInitializing', message: 'PodInitializing of j' },
  },
  {
    name: 'init-error',
    containers: ['a'],
    init: ['i'],
    status: {
      phase: 'Pending',
      conditions: unready('a'),
      initContainerStatuses: [ended('i', 3, 'Error')],
      containerStatuses: [waiting('a', 'PodInitializing')],
    },
    shows: { ready: '0/1', status: 'Init:Error', restarts: 0 },
    problem: { container: 'i', reason: 'Error', message: 'exit code 3 (Error)' },
  },
  {
    name: 'init-exit-code',
    containers: ['a'],
    init: ['i'],
    status: { phase: 'Pending', conditions: unready('a'), initContainerStatuses: [ended('i', 3)] },
    shows: { ready: '0/1', status: 'Init:ExitCode:3', restarts: 0 },
    problem: { container: 'i', reason: 'Error', message: 'exit code 3' },
  },
  {
    name: 'init-signal',
    containers: ['a'],
    init: ['i'],
    status: { phase: 'Pending', conditions: unready('a'), initContainerStatuses: [ended('i', 137, undefined, 9)] },
    shows: { ready: '0/1', status: 'Init:Signal:9', restarts: 0 },
    problem: { container: 'i', reason: 'Error', message: 'exit code 137' },
  },
  {
    name: 'init-crash-loop',
    containers: ['a'],
    init: ['i'],
    status: {
      phase: 'Pending',
      conditions: unready('a'),
      initContainerStatuses: [waiting('i', 'CrashLoopBackOff', crashed(4, T1))],
      containerStatuses: [waiting('a', 'PodInitializing')],
    },
    shows: { ready: '0/1', status: 'Init:CrashLoopBackOff', restarts: 4 },
    problem: { container: 'i', reason: 'CrashLoopBackOff', message: 'exit code 1 (Error)' },
  },
  {
    name: 'sidecar',
    containers: ['a'],
    init: ['i', 's*'],
    status: {
      phase: 'Running',
      conditions: READY,
      initContainerStatuses: [ended('i', 0, 'Completed', undefined, crashed(3, T2)), running('s', crashed(1, T1))],
      containerStatuses: [running('a')],
    },
    shows: { ready: '2/2', status: 'Running', restarts: 1 },
  },
  {
    name: 'sidecar-not-started',
    containers: ['a'],
    init: ['s*', 'i'],
    status: {
      phase: 'Pending',
      conditions: unready('a'),
      initContainerStatuses: [running('s', { ready: false, started: false }), waiting('i', 'PodInitializing')],
    },
    shows: { ready: '0/2', status: 'Init:0/2', restarts: 0 },
    problem: { container: 'i', reason: 'PodInitializing', message: 'PodInitializing of i' },
  },
  {
    name: 'succeeded',
    containers: ['a'],
    status: { phase: 'Succeeded', conditions: unready('a'), containerStatuses: [ended('a', 0, 'Completed')] },
    shows: { ready: '0/1', status: 'Completed', restarts: 0 },
  },
  {
    name: 'one-completed-one-ready',
    containers: ['a', 'b'],
    status: { phase: 'Running', conditions: READY, containerStatuses: [ended('a', 0, 'Completed'), running('b')] },
    shows: { ready: '1/2', status: 'Running', restarts: 0 },
  },
  {
    name: 'one-completed-not-ready',
    containers: ['a', 'b'],
    status: {
      phase: 'Running',
      conditions: unready('a'),
      containerStatuses: [ended('a', 0, 'Completed'), running('b')],
    },
    shows: { ready: '1/2', status: 'NotReady', restarts: 0 },
    problem: { container: '', reason: 'ContainersNotReady', message: 'containers with unready status: [a]' },
  },
  {
    name: 'one-completed-one-failed',
    containers: ['a', 'b'],
    status: {
      phase: 'Failed',
      conditions: unready('a b'),
      containerStatuses: [ended('a', 0, 'Completed'), ended('b', 2, 'Error')],
    },
    shows: { ready: '0/2', status: 'Error', restarts: 0 },
    problem: { container: 'b', reason: 'Error', message: 'exit code 2 (Error)' },
    since: 35,
  },
  {
    name: 'exit-code',
    containers: ['a'],
    status: { phase: 'Failed', conditions: unready('a'), containerStatuses: [ended('a', 2)] },
    shows: { ready: '0/1', status: 'ExitCode:2', restarts: 0 },
    problem: { container: 'a', reason: 'Error', message: 'exit code 2' },
  },
  {
    name: 'signal',
    containers: ['a'],
    status: { phase: 'Failed', conditions: unready('a'), containerStatuses: [ended('a', 137, undefined, 9)] },
    shows: { ready: '0/1', status: 'Signal:9', restarts: 0 },
    problem: { container: 'a', reason: 'Error', message: 'exit code 137' },
  },
  {
    name: 'evicted',
    containers: ['a'],
    status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
    shows: { ready: '0/1', status: 'Evicted', restarts: 0 },
    problem: { container: '', reason: 'Evicted', message: 'The node was low on resource: memory.' },
  },
  {
    name: 'unschedulable',
    containers: ['a'],
    status: {
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
      ],
    },
    shows: { ready: '0/1', status: 'Pending', restarts: 0 },
    problem: { container: '', reason: 'Unschedulable', message: '0/3 nodes are available' },
  },
  {
    name: 'gated',
    containers: ['a'],
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'not yet' }],
    },
    shows: { ready: '0/1', status: 'SchedulingGated', restarts: 0 },
    problem: { container: '', reason: 'SchedulingGated', message: 'not yet' },
  },
  {
    name: 'terminating',
    containers: ['a'],
    deleted: true,
    status: { phase: 'Running', conditions: READY, containerStatuses: [running('a', crashed(2, T1))] },
    shows: { ready: '1/1', status: 'Terminating', restarts: 2 },
  },
  {
    name: 'node-lost',
    containers: ['a'],
    deleted: true,
    status: { phase: 'Running', reason: 'NodeLost', conditions: READY, containerStatuses: [running('a')] },
    shows: { ready: '1/1', status: 'Unknown', restarts: 0 },
  },
  {
    name: 'ended-and-deleted',
    containers: ['a'],
    deleted: true,
    status: { phase: 'Succeeded', conditions: unready('a'), containerStatuses: [ended('a', 0, 'Completed')] },
    shows: { ready: '0/1', status: 'Completed', restarts: 0 },
  },
];
