import { findingsOf } from '../../src/domain/why/diagnose.ts';
import type {
  ConditionFacts,
  ContainerFacts,
  ContainerState,
  EventFacts,
  Facts,
  PodFacts,
  WorkloadFacts,
} from '../../src/domain/why/facts.ts';

/** Facts of a workload that is well; what a test is about is said in `more`. */

export const NOW = new Date('2026-03-02T03:00:00Z');
export const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

export function container(more: Partial<ContainerFacts> = {}): ContainerFacts {
  return {
    name: 'app',
    image: 'shop/checkout:1.4',
    init: false,
    ready: true,
    started: true,
    restarts: 0,
    state: { is: 'running', since: ago(600) },
    ports: [],
    probes: [],
    probed: [],
    requests: {},
    limits: {},
    ...more,
  };
}

export const waiting = (reason: string, message = ''): ContainerState => ({ is: 'waiting', reason, message });

/** Whose container waits, for this reason. */
export function waitingPod(reason: string, message: string, more: Partial<ContainerFacts> = {}): PodFacts {
  return failing({ state: waiting(reason, message), started: false, ...more });
}

/** With one container that is not ready. */
export function failing(more: Partial<ContainerFacts>, pod: Partial<PodFacts> = {}): PodFacts {
  return podOf({ ready: false, containers: [container({ ready: false, ...more })], ...pod });
}

export function podOf(more: Partial<PodFacts> = {}): PodFacts {
  return {
    name: 'checkout-1',
    uid: 'u-1',
    phase: 'Running',
    reason: '',
    message: '',
    node: 'node-1',
    createdAt: ago(600),
    finalizers: [],
    labels: { app: 'checkout' },
    ready: true,
    conditions: [],
    containers: [container()],
    nodeSelector: {},
    scheduler: 'default-scheduler',
    claims: [],
    template: 'new',
    ...more,
  };
}

export function workloadOf(more: Partial<WorkloadFacts> = {}): WorkloadFacts {
  return {
    ref: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
    desired: 1,
    ready: 0,
    updated: 1,
    rollout: 'progressing',
    paused: false,
    onDelete: false,
    progressDeadlineSeconds: 600,
    conditions: [],
    selector: 'app=checkout',
    labels: { app: 'checkout' },
    newestTemplate: 'new',
    hasPrevious: true,
    ...more,
  };
}

export function factsOf(more: Partial<Facts> = {}): Facts {
  return {
    namespace: 'shop',
    alone: false,
    workload: workloadOf({ desired: more.pods?.length ?? 1 }),
    pods: [],
    more: 0,
    events: [],
    alike: new Map(),
    claims: [],
    nodes: [],
    services: [],
    policies: [],
    unseen: [],
    ...more,
  };
}

export function eventOf(reason: string, message: string, more: Partial<EventFacts> = {}): EventFacts {
  return { reason, message, count: 3, at: ago(30), kind: 'Pod', name: 'checkout-1', ...more };
}

/** What is named, in that order. */
export const causesOf = (facts: Facts): readonly object[] => findingsOf(facts, NOW).findings.map(({ cause }) => cause);
export const idsOf = (facts: Facts): readonly string[] => findingsOf(facts, NOW).findings.map(({ cause }) => cause.id);
export const condition = (type: string, reason: string, message: string, status = 'False'): ConditionFacts => ({
  type,
  status,
  reason,
  message,
});

/** That no node has taken. */
export const unplaced = (message: string, more: Partial<PodFacts> = {}): PodFacts => {
  const { node: _, ...pod } = podOf({
    phase: 'Pending',
    ready: false,
    conditions: [condition('PodScheduled', 'Unschedulable', message)],
    containers: [container({ ready: false, started: false, state: { is: 'unknown' }, requests: { cpu: '500m' } })],
    ...more,
  });
  return pod;
};
