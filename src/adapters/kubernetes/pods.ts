import type { PodRow } from '../../domain/workload.ts';
import type { Container, ContainerStatus, Pod } from './objects.ts';
import { podProblem } from './pod-problem.ts';
import { requestedBy } from './requests.ts';

/**
 * One row of `kubectl get pods`, by the algorithm of kubernetes/pkg/printers/internalversion/printers.go (`printPod`,
 * v1.35): regular containers are read from the last to the first, so that the first one's trouble is shown.
 */
export function podRow(pod: Pod): PodRow {
  const { metadata = {}, spec = {}, status = {} } = pod;
  const columns = columnsOf(pod);
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    status: columns.status,
    readyContainers: columns.ready,
    containers: (spec.containers?.length ?? 0) + sidecars(pod).size,
    restarts: columns.restarts,
    ...(columns.restarts > 0 && columns.lastRestart && { lastRestartAt: new Date(columns.lastRestart) }),
    ...runsOf(pod),
    createdAt: new Date(metadata.creationTimestamp ?? 0),
    ...startOf(pod),
    ...(spec.nodeName && { node: spec.nodeName }),
    ...requestsOf(pod),
    ...(status.podIP && { ip: status.podIP }),
    images: (spec.containers ?? []).map((c) => c.image ?? ''),
    containerNames: containerNames(pod),
    labels: metadata.labels ?? {},
    ...problemOf(pod),
  };
}

function requestsOf(pod: Pod): Pick<PodRow, 'requests'> {
  const requests = requestedBy(pod);
  return requests.cpu > 0 || requests.memory > 0 ? { requests } : {};
}

function runsOf({ status = {} }: Pod): Pick<PodRow, 'ends' | 'stopped'> {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const ends = all.flatMap(({ name = '', lastState }) => {
    const end = lastState?.terminated;
    if (!end?.finishedAt) return [];
    return { container: name, at: new Date(end.finishedAt), exitCode: end.exitCode ?? 0, reason: end.reason ?? '' };
  });
  const stopped = all.flatMap(({ name = '', state, lastState }) =>
    !state?.running && (state?.terminated ?? lastState?.terminated) ? [name] : [],
  );
  return { ...(ends.length > 0 && { ends }), ...(stopped.length > 0 && { stopped }) };
}

function startOf({ spec = {} }: Pod): Pick<PodRow, 'startMs'> {
  const startMs = Math.max(0, ...(spec.containers ?? []).map(startMsOf));
  return startMs > 0 ? { startMs } : {};
}

/** Until the startup probe gives up; else until the readiness probe is asked first. */
function startMsOf({ startupProbe, readinessProbe }: Container): number {
  const ready = readinessProbe?.initialDelaySeconds ?? 0;
  if (!startupProbe) return ready * 1_000;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = startupProbe;
  return Math.max(ready, initialDelaySeconds + periodSeconds * failureThreshold) * 1_000;
}

/** An annotation that names the container which kubectl takes; sidecar injectors set it. */
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

function containerNames({ metadata, spec = {} }: Pod): readonly string[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec;
  const names = [...containers, ...initContainers, ...ephemeralContainers].map(({ name }) => name ?? '');
  const first = metadata?.annotations?.[DEFAULT_CONTAINER] ?? '';
  return names.includes(first) ? [first, ...names.filter((name) => name !== first)] : names;
}

interface Columns {
  readonly status: string;
  readonly ready: number;
  readonly restarts: number;
  /** RFC 3339 in UTC, so text compares like time. */
  readonly lastRestart: string;
}

function problemOf(pod: Pod): Pick<PodRow, 'problem'> {
  const problem = podProblem(pod);
  return problem ? { problem } : {};
}

function columnsOf(pod: Pod): Columns {
  const init = initColumns(pod);
  const done = !init.stuck || hasCondition(pod, 'Initialized');
  const columns = done ? mainColumns(pod, init) : init;
  const deleted = pod.metadata?.deletionTimestamp !== undefined;
  if (!deleted) return columns;
  if (pod.status?.reason === 'NodeLost') return { ...columns, status: 'Unknown' };
  const ended = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  return ended ? columns : { ...columns, status: 'Terminating' };
}

/** Init containers that keep running (sidecars): their `restartPolicy` is Always. */
function sidecars(pod: Pod): Set<string> {
  const always = (pod.spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always');
  return new Set(always.map((c) => c.name ?? ''));
}

interface InitColumns extends Columns {
  /** An init container has not ended well yet. */
  readonly stuck: boolean;
  readonly sidecars: readonly ContainerStatus[];
}

/** Goes through the init containers up to the first that has not ended well. */
function initColumns(pod: Pod): InitColumns {
  const kept = sidecars(pod);
  const total = pod.spec?.initContainers?.length ?? 0;
  const seen: ContainerStatus[] = [];
  let ready = 0;
  let stuck: string | undefined;
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    seen.push(container);
    if (container.state?.terminated && !container.state.terminated.exitCode) continue;
    if (kept.has(container.name ?? '') && container.started) {
      if (container.ready) ready += 1;
      continue;
    }
    stuck = initStatus(container, `${index}/${total}`);
    break;
  }
  return {
    status: stuck ?? podReason(pod),
    ready,
    restarts: restartsOf(seen),
    lastRestart: lastEnd(seen),
    stuck: stuck !== undefined,
    sidecars: seen.filter((c) => kept.has(c.name ?? '')),
  };
}

function initStatus(container: ContainerStatus, position: string): string {
  const { terminated, waiting } = container.state ?? {};
  if (terminated) return `Init:${endReason(terminated)}`;
  const reason = waiting?.reason;
  return `Init:${reason && reason !== 'PodInitializing' ? reason : position}`;
}

/** The regular containers, on top of the sidecars. */
function mainColumns(pod: Pod, init: InitColumns): Columns {
  const containers = pod.status?.containerStatuses ?? [];
  let status = init.status;
  let failure: string | undefined;
  let running = 0;
  for (const container of [...containers].reverse()) {
    const { waiting, terminated } = container.state ?? {};
    if (waiting?.reason) status = waiting.reason;
    else if (terminated) {
      status = endReason(terminated);
      if (terminated.exitCode) failure = status;
    } else if (container.ready && container.state?.running) running += 1;
  }
  if (status === 'Completed') status = completedOr(pod, running > 0, failure);
  const counted = [...init.sidecars, ...containers];
  return { status, ready: init.ready + running, restarts: restartsOf(counted), lastRestart: lastEnd(counted) };
}

/** A pod in which one container ended well is judged by the others. */
function completedOr(pod: Pod, running: boolean, failure: string | undefined): string {
  if (running && hasCondition(pod, 'Ready')) return 'Running';
  return failure ?? (running ? 'NotReady' : 'Completed');
}

function podReason(pod: Pod): string {
  const gated = pod.status?.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated');
  return gated ? 'SchedulingGated' : pod.status?.reason || pod.status?.phase || '';
}

function endReason(end: { readonly reason?: string; readonly signal?: number; readonly exitCode?: number }): string {
  return end.reason || (end.signal ? `Signal:${end.signal}` : `ExitCode:${end.exitCode ?? 0}`);
}

function restartsOf(containers: readonly ContainerStatus[]): number {
  return containers.reduce((sum, c) => sum + (c.restartCount ?? 0), 0);
}

function lastEnd(containers: readonly ContainerStatus[]): string {
  const ends = containers.map((c) => c.lastState?.terminated?.finishedAt ?? '');
  return ends.reduce((latest, end) => (end > latest ? end : latest), '');
}

function hasCondition(pod: Pod, type: string): boolean {
  return pod.status?.conditions?.some((c) => c.type === type && c.status === 'True') ?? false;
}
