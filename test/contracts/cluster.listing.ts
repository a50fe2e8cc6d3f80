import { expect, it } from 'vitest';
import type { Table, TableQuery, TableRow } from '../../src/ports/cluster-tables.ts';
import { type Beside, type ClusterBench, deployed } from './cluster.bench.ts';

const SERVICE = 'kubernetes.io/service-name';
const POD = (name: string, namespace: string) => ({ apiVersion: 'v1', kind: 'Pod', name, namespace });

export function listing(reach: () => ClusterBench): void {
  const listed = async (resource: TableQuery['resource'], more: Partial<TableQuery> = {}): Promise<Table> => {
    const { cluster, namespace } = reach();
    return cluster.table({ resource, namespace, limit: 100, ...more });
  };
  const rowOf = async (
    resource: Beside,
    name: string,
    ok: (row: TableRow) => boolean = () => true,
  ): Promise<TableRow> =>
    reach().until(
      async () => (await listed(resource)).rows.find((row) => row.name === name)!,
      (row) => row !== undefined && ok(row),
    );

  it('lists config maps by their keys, and never gives a value', async () => {
    const { namespace } = reach();
    const data = { 'b.yaml': 'hunter2', a: 'hunter2' };
    await reach().beside('configmaps', 'settings', {
      metadata: { labels: { app: 'settings' } },
      data,
      binaryData: { raw: 'aHVudGVyMg==' },
    });
    const row = await rowOf('configmaps', 'settings');
    expect(row).toMatchObject({ namespace, labels: { app: 'settings' }, cells: { Data: '3', Keys: 'a, b.yaml, raw' } });
    expect(JSON.stringify(row)).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(Math.abs(row.at.getTime() - Date.now())).toBeLessThan(600_000);
    expect((await listed('configmaps', { selector: 'app=settings' })).rows.map(({ name }) => name)).toEqual([
      'settings',
    ]);
  });

  it('lists budgets, quotas and autoscalers as kubectl does', async () => {
    const selector = { matchLabels: { app: 'nobody' } };
    await reach().beside('poddisruptionbudgets', 'strict', { spec: { minAvailable: 1, selector } });
    expect((await rowOf('poddisruptionbudgets', 'strict')).cells).toMatchObject({
      Name: 'strict',
      'Min Available': '1',
      'Max Unavailable': 'N/A',
      'Allowed Disruptions': '0',
    });
    // Of pods that end by themselves only: the other cases' pods have no limits, and would be refused.
    const scopes = ['Terminating'];
    const hard = { 'limits.memory': '4Gi', 'requests.cpu': '2', pods: '50' };
    const used = { 'limits.memory': '0', 'requests.cpu': '0', pods: '0' };
    await reach().beside('resourcequotas', 'room', { spec: { hard, scopes } }, { hard, used });
    expect((await rowOf('resourcequotas', 'room', ({ cells }) => cells['Request'] !== '')).cells).toMatchObject({
      Request: 'pods: 0/50, requests.cpu: 0/2',
      Limit: 'limits.memory: 0/4Gi',
    });
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' };
    const resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } };
    const spec = { scaleTargetRef, minReplicas: 2, maxReplicas: 6, metrics: [{ type: 'Resource', resource }] };
    await reach().beside('horizontalpodautoscalers', 'grown', { spec });
    expect((await rowOf('horizontalpodautoscalers', 'grown')).cells).toMatchObject({
      Reference: 'Deployment/nobody',
      Targets: 'cpu: <unknown>/60%',
      MinPods: '2',
      MaxPods: '6',
      Replicas: '0',
    });
  });

  it('lists services with the endpoints that are ready, policies and accounts', async () => {
    const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];
    // Without a selector nobody but us writes its endpoints.
    await reach().beside('services', 'outer', { spec: { type: 'ClusterIP', ports } });
    expect((await rowOf('services', 'outer')).cells).toMatchObject({
      Type: 'ClusterIP',
      'External-IP': '<none>',
      'Port(s)': '80/TCP',
      Selector: '<none>',
    });
    const endpoint = (address: string, ready?: boolean) => ({
      addresses: [address],
      conditions: { ...(ready !== undefined && { ready }) },
    });
    await reach().beside('endpointslices', 'outer-1', {
      metadata: { labels: { 'kubernetes.io/service-name': 'outer' } },
      addressType: 'IPv4',
      ports,
      endpoints: [
        endpoint('10.9.0.1', true),
        endpoint('10.9.0.2'),
        endpoint('10.9.0.3', false),
        endpoint('10.9.0.4', true),
      ],
    });
    expect(await rowOf('endpointslices', 'outer-1')).toMatchObject({
      labels: { 'kubernetes.io/service-name': 'outer' },
      cells: { AddressType: 'IPv4', Ports: '80', Endpoints: '10.9.0.1,10.9.0.2,10.9.0.3 + 1 more...', Ready: '3/4' },
    });
    await reach().beside('networkpolicies', 'closed', {
      spec: { podSelector: { matchLabels: { app: 'closed' } }, policyTypes: ['Ingress', 'Egress'] },
    });
    expect((await rowOf('networkpolicies', 'closed')).cells).toMatchObject({
      'Pod-Selector': 'app=closed',
      'Policy Types': 'Ingress,Egress',
    });
    const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/shop' };
    await reach().beside('serviceaccounts', 'shopper', { metadata: { annotations } });
    expect((await rowOf('serviceaccounts', 'shopper')).cells).toMatchObject({ 'AWS Role': 'arn:aws:iam::1:role/shop' });
  });

  it('counts what a budget allows by the pods that are ready', async () => {
    const bench = reach();
    await deployed(bench, { kind: 'Deployment', name: 'budgeted', replicas: 2 });
    const selector = { matchLabels: { app: 'budgeted' } };
    const allowed = async (name: string, spec: object, count: string): Promise<void> => {
      await bench.beside('poddisruptionbudgets', name, { spec: { ...spec, selector } });
      await rowOf('poddisruptionbudgets', name, ({ cells }) => cells['Allowed Disruptions'] === count);
    };
    await allowed('one-stays', { minAvailable: 1 }, '1');
    await allowed('some-stay', { minAvailable: '60%' }, '0');
    await allowed('some-go', { maxUnavailable: '60%' }, '2');
  });

  it('lists the endpoints of what a service selects, at the ports of its pods', async () => {
    const bench = reach();
    await deployed(bench, { kind: 'Deployment', name: 'selected', replicas: 1 });
    const ports = [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }];
    await bench.beside('services', 'selecting', { spec: { type: 'ClusterIP', ports, selector: { app: 'selected' } } });
    const slice = await bench.until(
      async () => (await listed('endpointslices')).rows.find(({ labels }) => labels[SERVICE] === 'selecting')!,
      (row) => row?.cells['Ready'] === '1/1',
    );
    expect(slice.cells).toMatchObject({ AddressType: 'IPv4', Ports: '8080' });
  });

  it('lists events of the kubelet and of the scheduler by when they were last seen', async () => {
    const { namespace } = reach();
    const at = (secondsAgo: number): Date => new Date(Math.floor(Date.now() / 1_000 - secondsAgo) * 1_000);
    const time = (secondsAgo: number): string =>
      at(secondsAgo)
        .toISOString()
        .replace(/\.\d+Z$/, 'Z');
    const [old, young] = [600, 300];
    await reach().beside('events', 'by-kubelet', {
      involvedObject: POD('checkout-0', namespace),
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
      source: { component: 'kubelet' },
      firstTimestamp: time(old),
      lastTimestamp: time(young),
      count: 7,
    });
    await reach().beside('events', 'by-scheduler', {
      involvedObject: POD('checkout-1', namespace),
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      message: 'Successfully assigned',
      reportingComponent: 'default-scheduler',
      reportingInstance: 'default-scheduler-1',
      eventTime: time(old).replace('Z', '.000000Z'),
    });
    const kubelet = await rowOf('events', 'by-kubelet');
    expect(kubelet.cells).toMatchObject({
      Type: 'Warning',
      Reason: 'BackOff',
      Object: 'pod/checkout-0',
      Message: 'Back-off restarting failed container',
      Count: '7',
    });
    const scheduler = await rowOf('events', 'by-scheduler');
    expect(scheduler.cells).toMatchObject({ Type: 'Normal', Object: 'pod/checkout-1' });
    expect(kubelet.at.getTime() - scheduler.at.getTime()).toBe((old - young) * 1_000);
  });

  it('lists nodes and namespaces of the whole cluster', async () => {
    const { namespace } = reach();
    const nodes = await listed('nodes', { namespace: undefined });
    expect(nodes.rows.length).toBeGreaterThan(0);
    expect(nodes.rows[0]).toMatchObject({
      namespace: '',
      labels: { 'kubernetes.io/hostname': expect.any(String) },
      cells: {
        Status: 'Ready',
        Version: expect.stringMatching(/^v1\.\d+/),
        Pressure: '',
        Pods: expect.stringMatching(/^\d+$/),
      },
    });
    const namespaces = await listed('namespaces', { namespace: undefined });
    expect(namespaces.rows.find(({ name }) => name === namespace)).toMatchObject({ cells: { Status: 'Active' } });
  });

  it('counts what is over the limit, with a selector too, and answers what is not there', async () => {
    for (const name of ['many-a', 'many-b', 'many-c'])
      await reach().beside('configmaps', name, { metadata: { labels: { many: 'yes' } } });
    await deployed(reach(), { kind: 'Deployment', name: 'beside-tables' });
    const selector = 'many in (yes)';
    expect(await listed('configmaps', { selector, limit: 1 })).toMatchObject({ rows: [{ name: 'many-a' }], more: 2 });
    const all = await listed('configmaps');
    const some = await listed('configmaps', { limit: 2 });
    expect([some.rows.length, some.rows.length + some.more]).toEqual([2, all.rows.length]);
    expect(await listed('services', { namespace: 'no-such-namespace' })).toEqual({ rows: [], more: 0 });
    await expect(listed('services', { selector: 'a b' })).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('measures pods and nodes beside what they ask for, or says that there are no metrics', async () => {
    const bench = reach();
    const resources = { requests: { cpu: '50m', memory: '32Mi' }, limits: { cpu: '1', memory: '64Mi' } };
    await deployed(bench, { kind: 'Deployment', name: 'measured', replicas: 2, resources });
    const query = { namespace: bench.namespace, selector: 'app=measured' };
    const pods = await bench.until(
      () => bench.cluster.podUsage(query),
      (seen) => seen === undefined || seen.length === 2,
    );
    const nodes = await bench.cluster.nodeUsage({});
    expect(nodes === undefined).toBe(pods === undefined);
    for (const { namespace, name, labels, containers } of pods ?? []) {
      expect([namespace, name.startsWith('measured-'), labels['app']]).toEqual([bench.namespace, true, 'measured']);
      expect(containers).toEqual([
        {
          name: 'app',
          used: { cpu: expect.any(Number), memory: expect.any(Number) },
          requests: { cpu: 0.05, memory: 32 * 2 ** 20 },
          limits: { cpu: 1, memory: 64 * 2 ** 20 },
        },
      ]);
      expect(containers[0]!.used.memory).toBeGreaterThan(2 ** 18);
    }
    for (const { used, allocatable } of nodes ?? []) {
      expect(used.memory).toBeGreaterThan(0);
      expect(allocatable.memory).toBeGreaterThan(used.memory);
    }
    const asked = (nodes ?? []).reduce((sum, { requests }) => sum + requests.memory, 0);
    if (nodes) expect(asked).toBeGreaterThanOrEqual(64 * 2 ** 20);
    expect((await bench.cluster.podUsage({ ...query, selector: 'app=nobody' })) ?? []).toEqual([]);
    await expect(bench.visitor.podUsage(query)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(bench.visitor.nodeUsage({})).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it.each(['nodes', 'endpointslices', 'networkpolicies'] as const)(
    'of %s tells an account that may not',
    async (resource) => {
      const { visitor, namespace } = reach();
      await expect(visitor.table({ resource, namespace, limit: 1 })).rejects.toMatchObject({
        kind: 'forbidden',
        message: expect.stringMatching(new RegExp(`cannot list resource "${resource}"`)),
      });
    },
  );
}
