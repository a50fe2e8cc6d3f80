import type { World } from '../cluster/world.ts';

/** What stands around the shop's workloads: what `/ops services`, `quota`, `top` and the like show. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REGION = 'ap-northeast-1';
const ACCOUNT = '123456789012';

/** Nodes and namespaces: before the workloads, which are younger. */
export function buildGround(world: World): void {
  world.aged(120 * DAY_MS, () => {
    for (const [i, name] of world.nodes.entries()) {
      const zone = `${REGION}${['a', 'c', 'd'][i % 3]}`;
      world.putNode(name, {
        labels: { 'topology.kubernetes.io/zone': zone, 'node.kubernetes.io/instance-type': 'm7i.xlarge' },
      });
    }
    world.labelNamespace('default', {});
    world.labelNamespace('kube-system', { 'pod-security.kubernetes.io/enforce': 'privileged' });
    world.labelNamespace('shop', { 'pod-security.kubernetes.io/enforce': 'restricted' });
    world.labelNamespace('payments', { 'pod-security.kubernetes.io/enforce': 'restricted' });
  });
}

/** Once the workloads are there. */
export function buildSurroundings(world: World): void {
  world.aged(30 * DAY_MS, () => {
    network(world);
    limits(world);
    settings(world);
  });
  usage(world);
  world.step();
  events(world);
}

function network(world: World): void {
  const service = (namespace: string, name: string, port: number, targetPort: number, clusterIP: string): void =>
    world.putBeside('services', namespace, name, {
      metadata: { labels: { app: name } },
      spec: {
        type: 'ClusterIP',
        clusterIP,
        ports: [{ name: 'main', port, targetPort, protocol: 'TCP' }],
        selector: { app: name },
      },
    });
  service('shop', 'checkout', 80, 8080, '172.20.14.7');
  service('shop', 'cart', 80, 8080, '172.20.51.120');
  service('payments', 'db', 5432, 5432, '172.20.3.33');
  const policy = (namespace: string, name: string, app: string | undefined, from: readonly string[]): void =>
    world.putBeside('networkpolicies', namespace, name, {
      spec: {
        podSelector: app === undefined ? {} : { matchLabels: { app } },
        policyTypes: ['Ingress'],
        ingress: from.length > 0 ? [{ from: from.map((one) => ({ podSelector: { matchLabels: { app: one } } })) }] : [],
      },
    });
  policy('shop', 'cart-from-checkout', 'cart', ['checkout']);
  policy('payments', 'default-deny', undefined, []);
  policy('payments', 'db-from-shop', 'db', ['checkout']);
}

function limits(world: World): void {
  const budget = (namespace: string, name: string, minAvailable: number): void =>
    world.putBeside('poddisruptionbudgets', namespace, name, {
      spec: { minAvailable, selector: { matchLabels: { app: name } } },
    });
  budget('shop', 'checkout', 2);
  budget('shop', 'cart', 1);
  budget('payments', 'db', 1);
  const quota = (namespace: string, hard: Readonly<Record<string, string>>, used: Readonly<Record<string, string>>) =>
    world.putBeside('resourcequotas', namespace, 'compute', { spec: { hard }, status: { hard, used } });
  quota(
    'shop',
    { pods: '20', services: '10', 'requests.memory': '4Gi' },
    { pods: '5', services: '2', 'requests.memory': '1Gi' },
  );
  quota('payments', { pods: '4', persistentvolumeclaims: '2' }, { pods: '1', persistentvolumeclaims: '1' });
  const current = { averageUtilization: 41, averageValue: '41m' };
  world.putBeside('horizontalpodautoscalers', 'shop', 'cart', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
    status: {
      currentReplicas: 2,
      desiredReplicas: 2,
      currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current } }],
    },
  });
}

function settings(world: World): void {
  const config = (namespace: string, name: string, data: Readonly<Record<string, string>>): void =>
    world.putBeside('configmaps', namespace, name, { metadata: { labels: { app: name.split('-')[0]! } }, data });
  config('shop', 'checkout', { 'features.yaml': 'newPrices: true\n', LOG_LEVEL: 'info' });
  config('shop', 'cart', { LOG_LEVEL: 'info', TTL_HOURS: '72' });
  config('payments', 'db-settings', { 'postgresql.conf': 'max_connections = 100\n' });
  const account = (namespace: string, name: string, role?: string): void =>
    world.putBeside('serviceaccounts', namespace, name, {
      metadata: {
        ...(role !== undefined && {
          annotations: { 'eks.amazonaws.com/role-arn': `arn:aws:iam::${ACCOUNT}:role/${role}` },
        }),
      },
    });
  account('shop', 'default');
  account('shop', 'checkout', 'shop-checkout');
  account('shop', 'cart');
  account('payments', 'default');
  account('payments', 'db', 'payments-backup');
}

function usage({ nodes, store }: World): void {
  store.usage.put('shop/checkout/app', { cpu: '84m', memory: '402Mi' });
  store.usage.put('shop/cart/app', { cpu: '41m', memory: '96Mi' });
  store.usage.put('payments/db/app', { cpu: '310m', memory: '1180Mi' });
  store.usage.put('kube-system/node-agent/app', { cpu: '12m', memory: '48Mi' });
  const busy = [
    { cpu: '940m', memory: '3210Mi' },
    { cpu: '610m', memory: '2480Mi' },
    { cpu: '1720m', memory: '5120Mi' },
  ];
  for (const [i, name] of nodes.entries()) store.usage.put(name, busy[i % busy.length]!);
}

/** Of the last hour, as long as a cluster keeps them. */
function events(world: World): void {
  const cart = world.store.list('pods', 'shop').find(({ metadata }) => metadata.labels?.['app'] === 'cart');
  if (!cart) return;
  const { name, uid } = cart.metadata;
  const said = (
    minutes: number,
    about: object,
    event: { type: string; reason: string; message: string; component: string },
  ): void => {
    const { component, ...words } = event;
    world.aged(minutes * 60_000, () => {
      const at = world.store.time();
      world.putBeside('events', 'shop', `${event.reason.toLowerCase()}.${minutes}`, {
        involvedObject: { namespace: 'shop', ...about },
        ...words,
        source: { component },
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
      });
    });
  };
  said(
    34,
    { kind: 'HorizontalPodAutoscaler', name: 'cart' },
    {
      type: 'Normal',
      reason: 'SuccessfulRescale',
      message: 'New size: 2; reason: All metrics below target',
      component: 'horizontal-pod-autoscaler',
    },
  );
  said(
    21,
    { kind: 'Pod', name, uid, fieldPath: 'spec.containers{app}' },
    {
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: Get "http://10.244.3.7:8080/ready": context deadline exceeded',
      component: 'kubelet',
    },
  );
}
