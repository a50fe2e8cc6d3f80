import type {
  ConditionFacts,
  ContainerFacts,
  ContainerState,
  End,
  PodFacts,
  Probe,
} from '../../../domain/why/facts.ts';
import type { ContainerStatus, TerminatedState } from '../objects.ts';
import type { FullContainer, FullPod, ProbeSpec, TimedCondition } from './objects.ts';

export function podFacts(pod: FullPod): PodFacts {
  const { metadata = {}, spec = {}, status = {} } = pod;
  const conditions = (status.conditions ?? []).map(conditionFacts);
  const { 'pod-template-hash': hash, 'controller-revision-hash': revision } = metadata.labels ?? {};
  const template = hash ?? revision;
  return {
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    phase: status.phase ?? '',
    reason: status.reason ?? '',
    message: status.message ?? '',
    ...(spec.nodeName && { node: spec.nodeName }),
    createdAt: new Date(metadata.creationTimestamp ?? 0),
    // The API server sets it to the end of the grace.
    ...(metadata.deletionTimestamp && { deletedBy: new Date(metadata.deletionTimestamp) }),
    finalizers: metadata.finalizers ?? [],
    labels: metadata.labels ?? {},
    ready: conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    conditions,
    containers: containersOf(pod),
    nodeSelector: spec.nodeSelector ?? {},
    scheduler: spec.schedulerName ?? '',
    claims: (spec.volumes ?? []).flatMap((v) => v.persistentVolumeClaim?.claimName ?? []),
    ...(template !== undefined && { template }),
  };
}

export function conditionFacts({ type, status, reason, message, lastTransitionTime }: TimedCondition): ConditionFacts {
  return {
    type: type ?? '',
    status: status ?? '',
    reason: reason ?? '',
    message: message ?? '',
    ...(lastTransitionTime && { since: new Date(lastTransitionTime) }),
  };
}

function containersOf({ spec = {}, status = {} }: FullPod): readonly ContainerFacts[] {
  const of = (containers: readonly FullContainer[] = [], statuses: readonly ContainerStatus[] = [], first: boolean) =>
    containers.map((container) =>
      // A sidecar starts with the init containers and stays: it need not end.
      containerFacts(
        container,
        statuses.find(({ name }) => name === container.name),
        first && container.restartPolicy !== 'Always',
      ),
    );
  return [
    ...of(spec.initContainers, status.initContainerStatuses, true),
    ...of(spec.containers, status.containerStatuses, false),
  ];
}

function containerFacts(spec: FullContainer, status: ContainerStatus | undefined, init: boolean): ContainerFacts {
  const last = status?.lastState?.terminated;
  const probes: readonly (readonly [Probe, ProbeSpec | undefined])[] = [
    ['readiness', spec.readinessProbe],
    ['liveness', spec.livenessProbe],
    ['startup', spec.startupProbe],
  ];
  return {
    name: spec.name ?? '',
    image: spec.image ?? '',
    init,
    ready: status?.ready ?? false,
    started: status?.started ?? false,
    restarts: status?.restartCount ?? 0,
    state: stateOf(status),
    ...(last && { last: endOf(last) }),
    ports: (spec.ports ?? []).map(({ name = '', containerPort = 0, protocol = 'TCP' }) => ({
      name,
      number: containerPort,
      protocol,
    })),
    probes: probes.flatMap(([kind, probe]) => (probe ? [kind] : [])),
    probed: probes.flatMap(([, probe]) => probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port ?? []),
    requests: { ...spec.resources?.limits, ...spec.resources?.requests },
    limits: spec.resources?.limits ?? {},
  };
}

function stateOf(status: ContainerStatus | undefined): ContainerState {
  const { waiting, running, terminated } = status?.state ?? {};
  if (waiting) return { is: 'waiting', reason: waiting.reason ?? '', message: waiting.message ?? '' };
  if (running) return { is: 'running', ...(running.startedAt && { since: new Date(running.startedAt) }) };
  return terminated ? { is: 'ended', end: endOf(terminated) } : { is: 'unknown' };
}

function endOf({ exitCode = 0, signal, reason = '', message = '', finishedAt }: TerminatedState): End {
  return {
    exitCode,
    ...(signal && { signal }),
    reason,
    message,
    ...(finishedAt && { at: new Date(finishedAt) }),
  };
}
