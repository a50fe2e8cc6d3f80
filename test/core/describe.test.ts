import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeObject } from '../../src/core/describe.ts';

const NOW = new Date('2026-03-02T03:00:00Z');
const metadata = { name: 'it', creationTimestamp: '2026-03-02T02:00:00Z', labels: { app: 'checkout' } };

describe('describe', () => {
  it('a pod, with each container and how it ended before', () => {
    const container = {
      name: 'app',
      image: 'shop/checkout:1.4',
      resources: { requests: { cpu: '100m' }, limits: { memory: '256Mi' } },
      ports: [{ containerPort: 8080 }],
      readinessProbe: {},
      env: [{ name: 'LEVEL', value: '***' }],
    };
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    const lastState = { terminated: { reason: 'OOMKilled', exitCode: 137 } };
    const object = {
      kind: 'Pod',
      metadata: { ...metadata, ownerReferences: [{ kind: 'ReplicaSet', name: 'checkout-7d9c' }] },
      spec: {
        nodeName: 'node-1',
        serviceAccountName: 'shop',
        initContainers: [{ name: 'migrate', image: 'm:1' }],
        containers: [container],
      },
      status: {
        phase: 'Running',
        podIP: '10.0.0.7',
        qosClass: 'Burstable',
        containerStatuses: [{ name: 'app', state, lastState, ready: false, restartCount: 4 }],
        conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'unready: [app]' }],
      },
    };
    expect(describeObject(object, NOW)).toEqual([
      'Kind: Pod',
      'Age: 60m',
      'Controlled by: ReplicaSet/checkout-7d9c',
      'Labels: app=checkout',
      'Status: Running',
      'Node: node-1',
      'IP: 10.0.0.7',
      'QoS: Burstable',
      'Service account: shop',
      'Init container migrate: m:1',
      'Container app: shop/checkout:1.4',
      '  State: waiting (CrashLoopBackOff), not ready, 4 restarts; before: OOMKilled, exit code 137',
      '  Requests: cpu=100m',
      '  Limits: memory=256Mi',
      '  Ports: 8080',
      '  Probes: readiness',
      '  Variables: LEVEL',
      'Condition Ready: False (ContainersNotReady: unready: [app])',
    ]);
  });

  it('an endpoint slice, with who takes traffic and who does not', () => {
    const endpoint = (address: string, ready?: boolean) => ({ addresses: [address], conditions: { ready } });
    const object = {
      kind: 'EndpointSlice',
      metadata,
      ports: [{ port: 8080 }],
      endpoints: [
        { ...endpoint('10.0.0.7', true), targetRef: { kind: 'Pod', name: 'checkout-x2x4z' } },
        endpoint('10.0.0.8'),
        endpoint('10.0.0.9', false),
      ],
    };
    expect(describeObject(object, NOW).slice(3)).toEqual([
      'Ports: 8080/TCP',
      'Ready: 2 of 3',
      'Ready addresses: 10.0.0.7 (checkout-x2x4z), 10.0.0.8',
      'Not ready: 10.0.0.9',
    ]);
  });

  it('a workload, a node, a service', () => {
    const deployment = {
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 3,
        paused: true,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: { app: 'checkout' } },
      },
      status: { updatedReplicas: 1, readyReplicas: 2 },
    };
    expect(describeObject(deployment, NOW).slice(3)).toEqual([
      'Replicas: 3 wanted, 1 updated, 2 ready',
      'Paused: yes',
      'Strategy: Recreate',
      'Selector: app=checkout',
    ]);
    const daemon = { kind: 'DaemonSet', metadata, status: { desiredNumberScheduled: 2, numberReady: 1 } };
    expect(describeObject(daemon, NOW)[3]).toBe('Replicas: 2 wanted, 0 updated, 1 ready');
    const node = {
      kind: 'Node',
      metadata,
      spec: {
        unschedulable: true,
        taints: [
          { key: 'dedicated', value: 'db', effect: 'NoSchedule' },
          { key: 'x', effect: 'NoExecute' },
        ],
      },
      status: {
        allocatable: { cpu: '4' },
        addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
        nodeInfo: { kubeletVersion: 'v1.35.4' },
      },
    };
    expect(describeObject(node, NOW).slice(3)).toEqual([
      'Cordoned: yes',
      'Taints: dedicated=db:NoSchedule, x:NoExecute',
      'Addresses: InternalIP 10.0.0.1',
      'Allocatable: cpu=4',
      'Kubelet: v1.35.4',
    ]);
    const service = {
      kind: 'Service',
      metadata,
      spec: { type: 'LoadBalancer', clusterIP: '10.1.0.1', ports: [{ port: 80, targetPort: 'http' }] },
      status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } },
    };
    expect(describeObject(service, NOW).slice(3)).toEqual([
      'Type: LoadBalancer',
      'Cluster IP: 10.1.0.1',
      'Load balancer: lb.example',
      'Ports: 80 → http/TCP',
      'Selector: none: its endpoints are written by somebody else',
    ]);
  });

  it('of an autoscaler each metric with what was measured of that one, in whichever order and whichever is missing', () => {
    const external = (queue: string, part: object) => ({
      type: 'External',
      external: { metric: { name: 'depth', selector: { matchLabels: { queue } } }, ...part },
    });
    const but = (queue: string) => ({
      metric: { name: 'depth', selector: { matchExpressions: [{ key: 'queue', operator: 'NotIn', values: [queue] }] } },
    });
    const scaler = {
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 60 } } },
          {
            type: 'ContainerResource',
            containerResource: { name: 'cpu', container: 'app', target: { averageUtilization: 70 } },
          },
          { type: 'Resource', resource: { name: 'memory', target: { averageValue: '1Gi' } } },
          external('mail', { target: { value: '10' } }),
          { type: 'External', external: { ...but('mail'), target: { value: '30' } } },
          external('orders', { target: { value: '20' } }),
          {
            type: 'Object',
            object: {
              metric: { name: 'hits' },
              describedObject: { kind: 'Ingress', name: 'web' },
              target: { value: '5' },
            },
          },
        ],
      },
      status: {
        currentMetrics: [
          { type: '' },
          {
            type: 'Object',
            object: {
              metric: { name: 'hits' },
              describedObject: { kind: 'Ingress', name: 'old' },
              current: { value: '9' },
            },
          },
          external('orders', { current: { value: '2' } }),
          { type: 'External', external: { ...but('orders'), current: { value: '8' } } },
          { type: 'External', external: { ...but('mail'), current: { value: '3' } } },
          external('mail', { current: { value: '1' } }),
          {
            type: 'ContainerResource',
            containerResource: { name: 'cpu', container: 'app', current: { averageUtilization: 91 } },
          },
          { type: 'Resource', resource: { name: 'memory', current: { averageValue: '512Mi' } } },
        ],
      },
    };
    expect(describeObject(scaler, NOW).filter((line) => line.startsWith('Metric'))).toEqual([
      'Metric cpu: unknown now, target 60 %',
      'Metric cpu of container app: 91 % now, target 70 %',
      'Metric memory: 512Mi each now, target 1Gi each',
      'Metric depth (queue=mail): 1 now, target 10',
      'Metric depth: 3 now, target 30',
      'Metric depth (queue=orders): 2 now, target 20',
      'Metric hits of Ingress/web: unknown now, target 5',
    ]);
  });

  it('an autoscaler with what it measures, a budget with what it allows', () => {
    const scaler = {
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'cart' },
        minReplicas: 2,
        maxReplicas: 8,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
          { type: 'Pods', pods: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } } },
        ],
      },
      status: {
        currentReplicas: 8,
        desiredReplicas: 8,
        currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 93 } } }],
      },
    };
    expect(describeObject(scaler, NOW).slice(3)).toEqual([
      'Scales: Deployment/cart',
      'Replicas: 8 now, 8 wanted, from 2 to 8',
      'Metric cpu: 93 % now, target 60 %',
      'Metric queue: unknown now, target 30 each',
    ]);
    const budget = {
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'db' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 2 },
    };
    expect(describeObject(budget, NOW).slice(3)).toEqual([
      'Disruptions allowed: 0',
      'Healthy: 1 now, 1 needed, of 2',
      'Min available: 1',
      'Selector: app=db',
    ]);
  });

  it('takes whatever stands in an object', () => {
    const kinds = fc.constantFrom(
      'Pod',
      'Deployment',
      'Node',
      'Service',
      'ResourceQuota',
      'HorizontalPodAutoscaler',
      'PodDisruptionBudget',
    );
    const part = fc.dictionary(
      fc.constantFrom('containers', 'conditions', 'taints', 'ports', 'replicas', 'metrics', 'selector'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(kinds, part, part, fc.jsonValue(), (kind, spec, status, labels) => {
        const lines = describeObject({ kind, metadata: { labels }, spec, status }, NOW);
        expect(lines[0]).toBe(`Kind: ${kind}`);
        expect(lines.join('\n')).not.toContain('[object');
      }),
    );
  });
});
