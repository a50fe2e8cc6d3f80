import { record } from './events.ts';
import type { Condition, ContainerStatus, Meta, Pod, Resource, Template } from './objects.ts';
import { refusedByQuota } from './quotas.ts';
import { ownerOf, type Store } from './store.ts';

/** What a pod's containers do once started. */
export type Behaviour =
  | { kind: 'ok' }
  | { kind: 'bad-image' }
  /** `says`: the last lines of its log, each time. */
  | { kind: 'crash'; exitCode: number; reason: string; says: readonly string[] }
  /** Runs, and does not pass its readiness probe. `words`: what that says. */
  | { kind: 'unready'; words: string };

const FIRST_BACK_OFF_S = 10;
const MAX_BACK_OFF_S = 300;
const NOT_FOUND = 'not found';
const PROBE_EACH_MS = 10_000;

export interface PodPlan {
  owner: { metadata: Meta };
  ownerResource: Resource;
  name: string;
  template: Template;
  labels: Record<string, string>;
  node: string;
}

/** As the scheduler leaves it: on a node, its kubelet has not looked yet. Answers why it could not be made, if so. */
export function createPod(store: Store, plan: PodPlan): string | undefined {
  const { owner, template } = plan;
  const refusal = refusedByQuota(store, owner.metadata.namespace, plan.name);
  if (refusal !== undefined) return refusal;
  const time = store.time();
  const annotations = template.metadata.annotations;
  store.put('pods', {
    metadata: store.meta(owner.metadata.namespace, plan.name, {
      generateName: `${owner.metadata.name}-`,
      generation: 1,
      labels: { ...template.metadata.labels, ...plan.labels },
      ...(annotations && { annotations }),
      ownerReferences: ownerOf(plan.ownerResource, owner),
    }),
    spec: { ...structuredClone(template.spec), nodeName: plan.node },
    status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: time }] },
  });
  return undefined;
}

/** A graceful delete: the object stays, marked, until its kubelet has ended the containers. */
export function deletePod(store: Store, pod: Pod): void {
  if (pod.metadata.deletionTimestamp !== undefined) return;
  store.put('pods', { ...pod, metadata: { ...pod.metadata, deletionTimestamp: store.time() } });
}

export function isReady(pod: Pod): boolean {
  return pod.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True');
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** One look of the kubelet at one pod: created, then starting, then what its behaviour says. */
export function stepPod(store: Store, pod: Pod, behaviour: Behaviour): void {
  if (isTerminating(pod)) store.delete('pods', pod);
  else if (!pod.status.containerStatuses) store.put('pods', starting(store, pod));
  else store.put('pods', running(store, pod, behaviour));
}

function starting(store: Store, pod: Pod): Pod {
  const waiting = { waiting: { reason: 'ContainerCreating' } };
  const statuses = pod.spec.containers.map((c) => containerStatus(c.name, c.image, waiting));
  return withStatuses(store, { ...pod, status: { ...pod.status, startTime: store.time() } }, statuses);
}

function running(store: Store, pod: Pod, behaviour: Behaviour): Pod {
  const statuses = (pod.status.containerStatuses ?? []).map((c, index) => {
    if (c.image.endsWith(':missing') || (behaviour.kind === 'bad-image' && index === 0)) return pulling(store, pod, c);
    if (behaviour.kind === 'crash' && index === 0) return crashing(store, pod, c, behaviour);
    if (behaviour.kind === 'unready' && index === 0) return unready(store, pod, c, behaviour.words);
    return c.state.running ? { ...c, ready: true } : started(store, pod, c, true);
  });
  return withStatuses(store, pod, statuses);
}

function started(store: Store, pod: Pod, container: ContainerStatus, ready: boolean): ContainerStatus {
  store.logs.start(pod, container.name, store.time());
  return { ...container, ready, started: true, state: { running: { startedAt: store.time() } } };
}

function unready(store: Store, pod: Pod, container: ContainerStatus, words: string): ContainerStatus {
  const said = { container: container.name, reason: 'Unhealthy', message: `Readiness probe failed: ${words}` };
  record(store, pod, { ...said, everyMs: PROBE_EACH_MS });
  return container.state.running ? { ...container, ready: false } : started(store, pod, container, false);
}

/** ErrImagePull and ImagePullBackOff in turn, as the kubelet tries and waits. */
function pulling(store: Store, pod: Pod, container: ContainerStatus): ContainerStatus {
  const why = `failed to resolve image "${container.image}": ${NOT_FOUND}`;
  const tried = container.state.waiting?.reason === 'ErrImagePull';
  const waiting = tried
    ? { reason: 'ImagePullBackOff', message: `Back-off pulling image "${container.image}": ${why}` }
    : { reason: 'ErrImagePull', message: `failed to pull image "${container.image}": ${why}` };
  const said = tried
    ? { reason: 'BackOff', message: `Back-off pulling image "${container.image}"` }
    : { reason: 'Failed', message: `Failed to pull image "${container.image}": ${why}` };
  record(store, pod, { container: container.name, ...said });
  return { ...container, ready: false, started: false, imageID: '', state: { waiting } };
}

/** Ended at once; tried again when its back-off (10 s, doubled each time, at most 5 min) has passed. */
function crashing(
  store: Store,
  pod: Pod,
  container: ContainerStatus,
  end: { exitCode: number; reason: string; says: readonly string[] },
): ContainerStatus {
  const last = container.lastState.terminated?.finishedAt;
  const backOff = Math.min(FIRST_BACK_OFF_S * 2 ** Math.max(0, container.restartCount - 1), MAX_BACK_OFF_S);
  const now = store.time();
  const waitsStill = container.state.waiting?.reason === 'CrashLoopBackOff' && last !== undefined;
  if (waitsStill && Date.parse(now) < Date.parse(last) + backOff * 1000) return container;
  if (!container.state.running) store.logs.start(pod, container.name, now);
  for (const line of end.says) store.logs.add(pod, container.name, now, line);
  const { namespace, name, uid } = pod.metadata;
  record(store, pod, {
    container: container.name,
    reason: 'BackOff',
    message: `Back-off restarting failed container ${container.name} in pod ${name}_${namespace ?? ''}(${uid})`,
  });
  const message = `back-off ${backOff}s restarting failed container=${container.name} pod=${name}_${namespace ?? ''}(${uid})`;
  return {
    ...container,
    ready: false,
    started: false,
    restartCount: container.restartCount + 1,
    state: { waiting: { reason: 'CrashLoopBackOff', message } },
    lastState: { terminated: { exitCode: end.exitCode, reason: end.reason, startedAt: now, finishedAt: now } },
  };
}

function containerStatus(name: string, image: string, state: ContainerStatus['state']): ContainerStatus {
  const imageID = `${image}@sha256:${'0'.repeat(64)}`;
  return { name, image, imageID, ready: false, started: false, restartCount: 0, state, lastState: {} };
}

/** Phase and conditions follow the containers. */
function withStatuses(store: Store, pod: Pod, containerStatuses: ContainerStatus[]): Pod {
  const unready = containerStatuses.filter((c) => !c.ready).map((c) => c.name);
  const began = containerStatuses.some((c) => c.state.running || c.restartCount > 0);
  const why = { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const condition = (type: string, ok: boolean): Condition => {
    const before = pod.status.conditions.find((c) => c.type === type);
    const status = ok ? 'True' : 'False';
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : store.time();
    return { type, status, lastTransitionTime, ...(!ok && why) };
  };
  const ready = unready.length === 0;
  const conditions = [
    condition('PodScheduled', true),
    condition('Initialized', true),
    condition('ContainersReady', ready),
    condition('Ready', ready),
  ];
  const podIP = pod.status.podIP ?? addressOf(pod.metadata.uid);
  const network = { hostIP: '127.0.0.1', podIP, podIPs: [{ ip: podIP }] };
  const status = {
    ...pod.status,
    phase: began ? 'Running' : 'Pending',
    conditions,
    containerStatuses,
    ...network,
  } as const;
  return { ...pod, status };
}

/** An address that nothing answers at, different for each pod as far as two bytes go. */
function addressOf(uid: string): string {
  return `10.244.${Number.parseInt(uid.slice(0, 2), 16)}.${Number.parseInt(uid.slice(2, 4), 16)}`;
}
