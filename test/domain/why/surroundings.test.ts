import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../src/domain/why/diagnose.ts';
import type { Facts, PodFacts, ServiceFacts } from '../../../src/domain/why/facts.ts';
import {
  ago,
  causesOf,
  condition,
  container,
  eventOf,
  factsOf,
  idsOf,
  NOW,
  podOf,
  waitingPod,
  workloadOf,
} from '../../support/facts.ts';

describe('pods that cannot be made', () => {
  const prefix = 'pods "checkout-1" is forbidden: ';
  it.each([
    [
      'exceeded quota: few, requested: pods=1,requests.cpu=1, used: pods=2,requests.cpu=2, limited: pods=2,requests.cpu=2',
      {
        id: 'quota-exceeded',
        quota: 'few',
        limits: [
          { resource: 'pods', requested: '1', used: '2', hard: '2' },
          { resource: 'requests.cpu', requested: '1', used: '2', hard: '2' },
        ],
      },
    ],
    [
      'failed quota: few: must specify requests.cpu for: app',
      { id: 'quota-unspecified', quota: 'few', fields: 'requests.cpu' },
    ],
    ['violates PodSecurity "restricted:latest": runAsNonRoot != true', { id: 'pod-security', level: 'restricted' }],
    [
      'error looking up service account shop/ghost: serviceaccount "ghost" not found',
      { id: 'service-account', name: 'ghost' },
    ],
    [
      'admission webhook "policy.example" denied the request: no',
      { id: 'admission-webhook', webhook: 'policy.example' },
    ],
    [
      'maximum memory usage per Container is 1Gi, but limit is 2Gi',
      { id: 'limit-range', words: 'maximum memory usage per Container is 1Gi' },
    ],
    ['nobody knows', { id: 'create-refused' }],
  ])('%s', (words, cause) => {
    const failure = condition('ReplicaFailure', 'FailedCreate', prefix + words, 'True');
    expect(causesOf(factsOf({ workload: workloadOf({ conditions: [failure] }) }))).toEqual([cause]);
    const ref = { kind: 'StatefulSet' as const, namespace: 'shop', name: 'db' };
    const event = eventOf('FailedCreate', `create Pod db-0 in StatefulSet db failed error: ${prefix}${words}`, {
      kind: 'StatefulSet',
      name: 'db',
    });
    expect(causesOf(factsOf({ workload: workloadOf({ ref }), events: [event] }))).toEqual([cause]);
  });

  it('an old refusal does not count once the pods are there', () => {
    const events = [eventOf('FailedCreate', 'exceeded quota: few', { kind: 'ReplicaSet', name: 'checkout-7' })];
    const workload = workloadOf({ ready: 1, rollout: 'done' });
    expect(findingsOf(factsOf({ workload, pods: [podOf()], events }), NOW).state).toBe('healthy');
  });
});

describe('the workload, its nodes', () => {
  it.each([
    [{ desired: 0 }, { id: 'scaled-to-zero' }],
    [{ desired: 0, ref: { kind: 'DaemonSet' as const, namespace: 'shop', name: 'a' } }, { id: 'suits-no-node' }],
    [
      { desired: 3, updated: 1, paused: true },
      { id: 'paused', updated: 1, desired: 3 },
    ],
    [
      { desired: 3, updated: 0, onDelete: true },
      { id: 'on-delete', updated: 0, desired: 3 },
    ],
    [{ rollout: 'failed' as const }, { id: 'deadline-passed', seconds: 600 }],
  ])('%o', (more, cause) => {
    expect(causesOf(factsOf({ workload: workloadOf(more) }))).toEqual([cause]);
  });

  it('that it is paused is no cause once every pod is as it should be', () => {
    const workload = workloadOf({ ready: 1, rollout: 'done', paused: true });
    expect(findingsOf(factsOf({ workload, pods: [podOf()] }), NOW).state).toBe('healthy');
  });

  it('that its time is over is no cause where there is one', () => {
    const workload = workloadOf({ rollout: 'failed' });
    expect(idsOf(factsOf({ workload, pods: [waitingPod('InvalidImageName', '')] }))).toEqual(['image-name']);
  });

  it('a node that is away, and nothing of what its pods said last', () => {
    const nodes = [{ name: 'node-1', ready: false, since: ago(300), pressures: [], taints: [] }];
    const pods = [
      waitingPod('CrashLoopBackOff', '', { restarts: 1, last: { exitCode: 1, reason: 'Error', message: '' } }),
    ];
    expect(causesOf(factsOf({ pods, nodes }))).toEqual([{ id: 'node-not-ready', node: 'node-1' }]);
  });

  it('evicted, refused by its node, not going', () => {
    const gone = (reason: string, message: string): PodFacts =>
      podOf({ phase: 'Failed', ready: false, reason, message, containers: [] });
    const evicted = gone('Evicted', 'The node was low on resource: ephemeral-storage. Threshold quantity: 1');
    expect(causesOf(factsOf({ pods: [evicted] }))).toEqual([
      { id: 'evicted', node: 'node-1', resource: 'ephemeral-storage' },
    ]);
    expect(
      findingsOf(factsOf({ pods: [evicted, podOf()], workload: workloadOf({ ready: 1, rollout: 'done' }) }), NOW).state,
    ).toBe('healthy');
    expect(idsOf(factsOf({ pods: [gone('OutOfcpu', 'Node did not have enough resource')] }))).toEqual(['node-refused']);
    const held = podOf({ deletedBy: ago(120), finalizers: ['example.com/keep'] });
    expect(causesOf(factsOf({ pods: [held] }))).toEqual([
      { id: 'stuck-terminating', finalizers: ['example.com/keep'], since: ago(120) },
    ]);
    expect(idsOf(factsOf({ pods: [{ ...held, deletedBy: ago(5) }] }))).toEqual([]);
  });
});

describe('pods that nobody reaches', () => {
  const workload = workloadOf({ ready: 1, rollout: 'done' });
  const ports = [{ name: 'http', number: 8080, protocol: 'TCP' }];
  const pods = [podOf({ containers: [container({ ports })] })];
  const service = (more: Partial<ServiceFacts> = {}): ServiceFacts => ({
    name: 'checkout',
    selector: { app: 'checkout' },
    ports: [{ port: 80, target: 8080, protocol: 'TCP' }],
    addresses: 1,
    headless: false,
    ...more,
  });
  const found = (more: Partial<Facts>): readonly object[] => causesOf(factsOf({ workload, pods, ...more }));

  it('a service that selects nothing', () => {
    const wrong = service({ selector: { app: 'chekout' }, addresses: 0 });
    expect(found({ services: [wrong] })).toEqual([
      { id: 'service-selector', service: 'checkout', selector: 'app=chekout', labels: 'app=checkout' },
    ]);
    expect(found({ services: [{ ...wrong, addresses: 2 }] })).toEqual([]);
    expect(found({ services: [service()] })).toEqual([]);
  });

  it('a port that no container has, by name or number', () => {
    const to = (target: string | number): ServiceFacts => service({ ports: [{ port: 80, target, protocol: 'TCP' }] });
    const cause = { id: 'service-port', service: 'checkout', ports: '8080 (http)' };
    expect(found({ services: [to('web')] })).toEqual([{ ...cause, target: 'web' }]);
    expect(found({ services: [to(9090)] })).toEqual([{ ...cause, target: '9090' }]);
    expect(found({ services: [to('http')] })).toEqual([]);
    expect(found({ services: [to(9090)], pods: [podOf()] })).toEqual([]);
    expect(
      found({ services: [to(9090)], pods: [podOf({ containers: [container({ ports, probed: [9090] })] })] }),
    ).toEqual([]);
  });

  it('policies that shut the port or DNS, unless another opens it', () => {
    const rule = (port: number | string, protocol = 'TCP', endPort?: number) => ({
      ports: [{ protocol, port, ...(endPort !== undefined && { endPort }) }],
    });
    const services = [service()];
    const shut = { name: 'default-deny', ingress: [], egress: [] };
    expect(found({ services, policies: [shut] })).toEqual([
      { id: 'policy-port', policies: ['default-deny'], port: '8080' },
      { id: 'policy-dns', policies: ['default-deny'] },
    ]);
    const open = { name: 'open', ingress: [rule('http')], egress: [rule(53, 'UDP')] };
    expect(found({ services, policies: [shut, open] })).toEqual([]);
    const range = { name: 'range', ingress: [rule(8000, 'TCP', 8100)], egress: [{ ports: [] }] };
    expect(found({ services, policies: [shut, range] })).toEqual([]);
    expect(found({ services, policies: [{ name: 'udp', ingress: [rule(8080, 'UDP')] }] })).toHaveLength(1);
  });
});
