/** What a kubelet would say of a pod that it cannot run: for pods on a node that has none. */
export interface Said {
  readonly phase?: 'Pending' | 'Running' | 'Failed';
  readonly reason?: string;
  readonly message?: string;
  readonly containers?: readonly ContainerSaid[];
  readonly init?: readonly ContainerSaid[];
  readonly events?: readonly EventSaid[];
}

export interface ContainerSaid {
  readonly name?: string;
  readonly restartCount?: number;
  readonly started?: boolean;
  readonly ready?: boolean;
  readonly state: object;
  readonly lastState?: object;
}

export interface EventSaid {
  readonly reason: string;
  readonly message: string;
  /** `null`: about the whole pod. */
  readonly container?: string | null;
}

const stamp = (secondsAgo: number): string =>
  new Date(Date.now() - secondsAgo * 1_000).toISOString().replace(/\.\d+/, '');

export const waits = (reason: string, message = '', more: Partial<ContainerSaid> = {}): ContainerSaid => ({
  state: { waiting: { reason, message } },
  ...more,
});

export const runs = (more: Partial<ContainerSaid> = {}): ContainerSaid => ({
  state: { running: { startedAt: stamp(600) } },
  started: true,
  ...more,
});

/** Back-off after an end like this. */
export const ended = (exitCode: number, reason: string, message = ''): ContainerSaid => ({
  ...waits('CrashLoopBackOff', 'back-off 40s restarting failed container'),
  restartCount: 4,
  lastState: { terminated: { exitCode, reason, message, startedAt: stamp(60), finishedAt: stamp(50) } },
});

/** As a merge patch of `/status`. */
export function statusPatch({ phase = 'Pending', reason, message, containers = [], init = [] }: Said): object {
  const statusOf = (said: ContainerSaid): object => ({
    name: 'app',
    image: 'registry.k8s.io/pause:3.10',
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    lastState: {},
    ...said,
  });
  const ready = containers.length > 0 && containers.every((c) => c.ready);
  const condition = (type: string, ok: boolean): object => ({
    type,
    status: ok ? 'True' : 'False',
    lastTransitionTime: stamp(60),
  });
  return {
    status: {
      phase,
      ...(reason && { reason }),
      ...(message && { message }),
      startTime: stamp(600),
      conditions: [condition('PodScheduled', true), condition('ContainersReady', ready), condition('Ready', ready)],
      ...(containers.length > 0 && { containerStatuses: containers.map(statusOf) }),
      ...(init.length > 0 && { initContainerStatuses: init.map(statusOf) }),
    },
  };
}

export function eventObject(
  pod: { readonly name: string; readonly namespace: string; readonly uid: string },
  { reason, message, container = 'app' }: EventSaid,
  index: number,
): object {
  const { name, namespace, uid } = pod;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${index}`, namespace },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name,
      namespace,
      uid,
      ...(container !== null && { fieldPath: `spec.containers{${container}}` }),
    },
    type: 'Warning',
    reason,
    message,
    count: 3,
    firstTimestamp: stamp(120),
    lastTimestamp: stamp(10),
    source: { component: 'kubelet' },
  };
}
