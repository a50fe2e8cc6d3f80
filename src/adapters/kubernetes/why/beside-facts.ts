import type {
  ClaimFacts,
  EventFacts,
  NodeFacts,
  PolicyFacts,
  PolicyRule,
  ServiceFacts,
} from '../../../domain/why/facts.ts';
import type { Claim, EndpointSlice, Event, NetworkPolicy, Node, PolicyPorts, Service } from './objects.ts';

export function eventFacts(event: Event): EventFacts {
  const { reason = '', message = '', count, series, involvedObject = {} } = event;
  const at = series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp;
  const container = /^spec\.\w+\{([^}]+)\}$/.exec(involvedObject.fieldPath ?? '')?.[1];
  return {
    reason,
    message,
    count: series?.count ?? count ?? 1,
    at: new Date(at ?? event.metadata?.creationTimestamp ?? 0),
    kind: involvedObject.kind ?? '',
    name: involvedObject.name ?? '',
    ...(container !== undefined && { container }),
  };
}

export function claimFacts({ metadata, spec, status }: Claim): ClaimFacts {
  return { name: metadata?.name ?? '', phase: status?.phase ?? '', storageClass: spec?.storageClassName ?? '' };
}

export function nodeFacts({ metadata, spec, status }: Node): NodeFacts {
  const conditions = status?.conditions ?? [];
  const ready = conditions.find((c) => c.type === 'Ready');
  const since = ready?.lastTransitionTime;
  return {
    name: metadata?.name ?? '',
    ready: ready?.status === 'True',
    ...(since && { since: new Date(since) }),
    pressures: conditions.filter((c) => c.type?.endsWith('Pressure') && c.status === 'True').map((c) => c.type!),
    taints: (spec?.taints ?? [])
      .filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
      .map(({ key = '', value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`),
  };
}

export function serviceFacts({ metadata, spec }: Service, slices: readonly EndpointSlice[]): ServiceFacts {
  return {
    name: metadata?.name ?? '',
    selector: spec?.selector ?? {},
    ports: (spec?.ports ?? []).map(({ port = 0, targetPort, protocol = 'TCP' }) => ({
      port,
      target: targetPort ?? port,
      protocol,
    })),
    addresses: slices
      .flatMap(({ endpoints }) => endpoints ?? [])
      .reduce((sum, { addresses }) => sum + (addresses?.length ?? 0), 0),
    headless: spec?.clusterIP === 'None',
  };
}

/** Without `policyTypes` it is about what comes in, and about what goes out if it has rules for that. */
export function policyFacts({ metadata, spec = {} }: NetworkPolicy): PolicyFacts {
  const types = spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])];
  return {
    name: metadata?.name ?? '',
    ...(types.includes('Ingress') && { ingress: (spec.ingress ?? []).map(ruleOf) }),
    ...(types.includes('Egress') && { egress: (spec.egress ?? []).map(ruleOf) }),
  };
}

function ruleOf({ ports = [] }: PolicyPorts): PolicyRule {
  return {
    ports: ports.map(({ protocol = 'TCP', port, endPort }) => ({
      protocol,
      ...(port !== undefined && { port }),
      ...(endPort !== undefined && { endPort }),
    })),
  };
}
