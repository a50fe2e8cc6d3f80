import type { World } from '../cluster/world.ts';
import { BOT_USER_ID, CHANNELS, PEOPLE, type SlackOptions, SRE_GROUP_ID } from '../slack/index.ts';
import type { Sample } from './alertmanager.ts';
import { buildGround, buildSurroundings } from './surroundings.ts';

/** The team, the workspace and the shop of the demo. */

export type Lang = 'en' | 'ja';

export const WEBHOOK_TOKEN = 'demo-webhook-token';
/** The variable with the address of the shop's database. */
export const ORDERS_URL = 'ORDERS_DATABASE_URL';

const ONCALL_GROUP_ID = 'S0ONCALL01';

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  /** In words, for the page. */
  readonly role: Readonly<Record<Lang, string>>;
}

const { hana, taro, kenji, mika, sato } = PEOPLE;

export const TEAM: readonly Member[] = [
  { id: taro, name: 'taro', realName: 'Taro Ono', role: { en: 'on call, operator', ja: '当番・オペレーター' } },
  {
    id: kenji,
    name: 'kenji',
    realName: 'Kenji Mori',
    role: { en: 'SRE, operator, approver', ja: 'SRE・オペレーター・承認者' },
  },
  { id: mika, name: 'mika', realName: 'Mika Abe', role: { en: 'SRE, operator', ja: 'SRE・オペレーター' } },
  { id: hana, name: 'hana', realName: 'Hana Ito', role: { en: 'viewer', ja: '閲覧者' } },
  { id: sato, name: 'sato', realName: 'Sato Ren', role: { en: 'admin', ja: '管理者' } },
];

export function workspace(lang: Lang): Pick<SlackOptions, 'people' | 'channels' | 'groups' | 'team'> {
  const everyone = [...TEAM.map((one) => one.id), BOT_USER_ID];
  return {
    team: { name: 'Hikeshi demo' },
    people: TEAM.map(({ id, name, realName }) => ({ id, name, realName, locale: lang === 'ja' ? 'ja-JP' : 'en-US' })),
    channels: [
      { id: CHANNELS.alerts, name: 'alerts', members: everyone },
      { id: CHANNELS.ops, name: 'ops', members: everyone },
      { id: CHANNELS.general, name: 'general', members: TEAM.map((one) => one.id), general: true },
    ],
    groups: [
      { id: ONCALL_GROUP_ID, handle: 'on-call', name: 'On call', members: [taro] },
      { id: SRE_GROUP_ID, handle: 'sre', name: 'SRE', members: [kenji, mika] },
    ],
  };
}

/** What there is on this machine for the demo. */
export interface Around {
  /** A file. */
  readonly kubeconfig: string;
  /** URL of its API. */
  readonly alertmanager: string;
}

/** The whole of the configuration that the demo needs. */
export function configYaml(lang: Lang, { kubeconfig, alertmanager }: Around): string {
  return `slack:
  channel: alerts
  language: ${lang}

sources:
  default: { token: ALERTMANAGER_WEBHOOK_TOKEN, api: ['${alertmanager}'] }

environments:
  production:
    clusters:
      tokyo: { kubeconfig: ${JSON.stringify(kubeconfig)} }
    approval: [scale]
    databases:
      orders: { url: ${ORDERS_URL} }

policies:
  shop:
    - page: ['@on-call']
    - { after: 10m, page: ['@sre'] }

routes:
  - match: severity="critical"
    policy: shop
    routes:
      - { match: deployment="checkout", runbook: checkout }
      - { match: statefulset="db", runbook: payments }
      - { match: datname="orders", runbook: orders }
  - { match: deployment="checkout", runbook: checkout }
  - { match: alertname=~"KubePodCrashLooping|KubePodNotReady", runbook: pods }
  - { match: namespace="reports", runbook: reports }
  - { match: alertname=~"KubeContainerWaiting|KubeDeploymentReplicasMismatch", runbook: release }
  - { match: severity="high", policy: shop }

runbooks:
  checkout:
    link: https://runbooks.example.com/checkout
    target: production/shop/deployment/checkout
    actions: [restart]
  payments:
    link: https://runbooks.example.com/payments
    target: production/payments/statefulset/db
    actions: [restart]
  orders:
    link: https://runbooks.example.com/idle-sessions
  pods:
    link: https://runbooks.example.com/pods
    actions: [restart]
  release:
    link: https://runbooks.example.com/release
    actions: [rollback]
  reports:
    link: https://runbooks.example.com/reports

roles:
  operator: ['@on-call', '@sre']
  admin: ['@sato']
  approver: ['@kenji']
`;
}

const DAY_MS = 86_400_000;

const info = (msg: string): string => JSON.stringify({ level: 'info', msg });

/** The night's trouble: the pods of checkout end right after they start, until somebody restarts them. */
export function crashCheckout(world: World): void {
  const says = [
    JSON.stringify({ level: 'warn', msg: 'heap 97 % of 512 MiB' }),
    JSON.stringify({ level: 'error', msg: 'cannot allocate 64 MiB for the price cache', order: 4711 }),
  ];
  world.crash('shop', 'checkout', { until: 'restart', exitCode: 137, reason: 'OOMKilled', says });
}

/** A small shop, running for some days. */
export function buildShop(world: World): void {
  buildGround(world);
  const image = (name: string, tag: string): string => `registry.example.com/${name}:${tag}`;
  world.create({
    namespace: 'shop',
    name: 'checkout',
    replicas: 3,
    image: image('shop/checkout', '1.4.1'),
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    prints: [info('listening on 8080'), info('connected to payments/db'), info('POST /checkout 201 in 84 ms')],
    age: 9 * DAY_MS,
  });
  world.aged(2 * DAY_MS, () => {
    world.revise('shop', 'checkout', {
      image: image('shop/checkout', '1.4.2'),
      changeCause: 'prices from the new cache',
    });
    world.settle();
  });
  world.create({
    namespace: 'shop',
    name: 'cart',
    replicas: 2,
    image: image('shop/cart', '2.0.1'),
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    prints: [info('listening on 8080'), info('GET /cart 200 in 12 ms')],
    age: 30 * DAY_MS,
  });
  world.create({
    kind: 'StatefulSet',
    namespace: 'payments',
    name: 'db',
    replicas: 1,
    image: image('payments/db', '16.4'),
    resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    prints: ['LOG:  database system is ready to accept connections'],
    age: 90 * DAY_MS,
  });
  world.create({
    kind: 'DaemonSet',
    namespace: 'kube-system',
    name: 'node-agent',
    image: image('infra/node-agent', '0.9'),
    prints: [info('watching the disks of this node')],
    age: 90 * DAY_MS,
  });
  buildSurroundings(world);
}

/** What "Fire a critical alert" sends. */
export const CRITICAL: Sample = {
  labels: { alertname: 'PaymentLatencyHigh', severity: 'critical', namespace: 'payments', statefulset: 'db' },
  annotations: {
    summary: 'p99 of payments is 2.4 s (limit 0.8 s)',
    description: 'Payments wait for the database. Cards are declined after 3 s.',
    dashboard_url: 'https://grafana.example.com/d/payments',
  },
};

const NOISE = [
  'HighLatency',
  'HighErrorRate',
  'QueueGrowing',
  'TargetDown',
  'DiskSlow',
  'ReplicationLag',
  'CertificateExpires',
  'CacheMisses',
] as const;
const HIT = ['payments', 'search', 'catalog', 'mail', 'reports'] as const;

/** What a dead switch makes: forty alerts, each in a group of its own; some are high, the rest medium and low. */
export function storm(): Sample[] {
  return HIT.flatMap((namespace) =>
    NOISE.map((alertname, i) => {
      const severity = i === 1 ? 'high' : i % 2 === 0 ? 'warning' : 'info';
      const labels = { alertname, namespace, severity, instance: `${namespace}-0:9090`, rack: 'b12' };
      return { labels, annotations: { summary: `${alertname} in ${namespace}: rack b12 loses packets` } };
    }),
  );
}
