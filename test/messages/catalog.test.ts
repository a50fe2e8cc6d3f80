import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/core/wording.ts';
import type { Text } from '../../src/domain/content.ts';
import type { Target } from '../../src/domain/workload.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';

/** Every sentence there is, said with sample values and kept as a text that people can read through, one file a language. */

const AT = new Date('2026-03-02T03:00:00Z');
const TARGET: Target = {
  environment: 'production',
  cluster: 'tokyo',
  namespace: 'shop',
  kind: 'Deployment',
  name: 'checkout',
};
const HANA = { mention: { kind: 'person', id: 'U0HANA' } } as const;

type Samples = Readonly<Record<string, unknown>>;

/** By parameter: many of everything, then one or none of it. A parameter that is not here fails the test: add it. */
const MANY: Samples = {
  about: 'INC-142',
  again: true,
  anchor: 'U0HANA',
  approver: HANA,
  asker: HANA,
  at: AT,
  back: 'back to 3',
  bar: '▰▰▰▱▱▱▱▱▱▱',
  by: HANA,
  bytes: 1_234,
  calls: true,
  candidates: ['production/tokyo/shop/deployment/checkout', 'production/tokyo/shop/statefulset/checkout'],
  choices: ['name', 'age'],
  channels: ['#alerts', '#ops'],
  cluster: 'tokyo',
  clusters: ['tokyo', 'osaka'],
  code: 'msg_too_long',
  commands: ['restart', 'scale'],
  complete: false,
  container: 'app',
  containers: ['app', 'proxy'],
  critical: true,
  count: 3,
  counts: [
    ['critical', 2],
    ['high', 1],
  ],
  detail: 'pods is forbidden',
  direct: true,
  done: 2,
  emoji: 'hourglass_flowing_sand',
  environment: 'production',
  environments: ['production', 'staging'],
  executed: true,
  failed: 2,
  filtered: true,
  firing: 3,
  flag: '--namespce',
  fresh: true,
  from: 3,
  given: 'sideways',
  grant: { role: 'operator', line: 'roles.operator' },
  grants: [],
  has: 'viewer',
  held: 2,
  id: 'a1b2',
  in: 'shop',
  inDoubt: true,
  incident: 142,
  incidents: ['INC-142', 'INC-143'],
  is: 2,
  job: 7,
  keda: true,
  kind: 'argocd',
  kinds: ['deployment', 'service'],
  label: 'Preview again',
  lacking: 1,
  lastId: 900,
  lasts: 7_200_000,
  lateMs: 600_000,
  least: '1m',
  left: 3,
  length: 300,
  line: ['The line itself.'],
  lines: ['The line itself.'],
  link: 'https://runbooks.example/checkout',
  max: 6,
  mentions: [{ kind: 'person', id: 'U0HANA' }],
  message: 'back-off 5m0s',
  min: 2,
  more: 12,
  most: 10,
  name: 'checkout',
  names: ['restart', 'scale'],
  namespace: 'shop',
  namespaces: ['shop', 'payments'],
  near: ['checkout', 'checkouts'],
  needed: 'operator',
  needs: 'operator',
  nextAt: AT,
  number: 142,
  numbers: [141, 142],
  of: 3,
  older: true,
  on: ['staging/*'],
  open: 4,
  path: 'production/tokyo/shop/service/checkout',
  pattern: 'a(b',
  person: 'hana',
  place: 'shop/checkout',
  pod: 'checkout-7d9c-x2x4z',
  pods: 3,
  problem: 'Too big: expected number to be <=100',
  quote: '{"alerts":',
  raw: 'sev-one',
  reason: 'CrashLoopBackOff',
  recent: 5,
  replicas: 3,
  resolved: 2,
  resource: 'pods',
  rest: 'the rest',
  retrying: 2,
  right: 'patch deployments.apps',
  rights: ['list secrets'],
  rules: ['cool-down', 'blast-radius'],
  role: 'viewer',
  room: 2,
  run: '3f0c',
  running: 2,
  seconds: 10,
  sender: 'kenji',
  several: true,
  shown: true,
  severity: 'critical',
  refired: AT,
  since: AT,
  source: 'default',
  state: 'refused',
  span: '7d',
  status: ['Waiting.'],
  stops: 'all',
  step: 2,
  subject: 'incident:142',
  system: 'tokyo',
  target: 'production/tokyo/shop/deployment/checkout',
  text: 'chekout',
  timer: true,
  title: 'Restart Deployment checkout',
  to: 5,
  took: '42 s',
  tries: 3,
  troubled: 2,
  typed: 'JOB7x',
  unchanged: true,
  until: AT,
  user: 'system:serviceaccount:hikeshi:hikeshi',
  usual: '42 s',
  elapsed: '20 s',
  usage: '/ops pods [target] [-n NS] [-e ENV]',
  verb: 'restart',
  verbs: ['restart, scale'],
  wanted: 5,
  wants: 2,
  what: '/ops restart',
  where: 'production/tokyo/shop',
  who: [HANA, '@sato'],
  withinMs: 600_000,
  word: 'yesterday',
};

const ONE: Samples = {
  ...Object.fromEntries(Object.entries(MANY).map(([key, value]) => [key, least(value)])),
  lasts: 3_600_000,
  stops: 'watching',
  to: 0,
  from: 2,
  wanted: 0,
};

function least(value: unknown): unknown {
  if (value === true) return false;
  if (typeof value === 'number') return 1;
  return Array.isArray(value) ? [] : value;
}

/** Of every cause that `/ops why` names. */
const WHY: Samples = {
  autoscaler: 'refused',
  claim: 'data',
  command: 'serve',
  desired: 3,
  exitCode: 137,
  fields: 'requests.cpu',
  finalizers: ['example.com/keep'],
  gates: ['lb/one'],
  image: 'shop/checkout:1.4',
  key: 'LEVEL',
  labels: 'app=checkout',
  level: 'restricted',
  limit: '256Mi',
  limits: [{ resource: 'pods', requested: '1', used: '2', hard: '2' }],
  name: 'settings',
  node: 'node-1',
  policies: ['default-deny'],
  port: '8080',
  ports: '8080 (http)',
  quota: 'few',
  reasons: [
    { nodes: 3, why: 'resource', resource: 'cpu', asks: '500m' },
    { nodes: 1, why: 'taint', taints: ['dedicated=db:NoSchedule'] },
    { nodes: 1, why: 'selector', selector: 'disk=ssd' },
    { nodes: 2, why: 'affinity' },
    { nodes: 1, why: 'anti-affinity' },
    { nodes: 1, why: 'spread' },
    { nodes: 2, why: 'cordoned' },
    { nodes: 1, why: 'ports' },
    { nodes: 1, why: 'volume-place' },
    { nodes: 1, why: 'full' },
    { nodes: 0, why: 'other', words: 'whatever' },
  ],
  resource: 'memory',
  restarts: 4,
  scheduler: 'own',
  secret: 'regcred',
  selector: 'app=chekout',
  service: 'checkout',
  storageClass: 'gp3',
  target: 'http',
  updated: 1,
  volume: 'pvc-1',
  webhook: 'policy.example',
  what: 'ConfigMap',
  why: 'profile',
  words: 'HTTP probe failed with statuscode: 503',
};

/** Where a parameter of that name is something else. */
const HERE: readonly (readonly [RegExp, Samples])[] = [
  [/^errors\.(not|which)-replicas$/, { target: 'shop/cart', most: 10_000, words: '/ops scale shop/cart 5' }],
  [/^action\.(next\.lookForRun|(scale|rollback|delete)\.title)$/, { target: TARGET }],
  [/^action\.delete\.title$/, { pod: 'checkout-x2x4z' }],
  [/^action\.delete\.replaced$/, { left: 2, desired: 3, pods: 2 }],
  [/^action\.delete\.pod$/, { restarts: 12 }],
  [
    /^timetable\./,
    { name: 'staging-night', at: '20:00', environment: 'staging', zone: 'Asia/Tokyo', lasts: '5h', approval: 3 },
  ],
  [/^timetable\.shown$/, { text: '0 20 * * 1-5 Asia/Tokyo', reason: 'staging sleeps at night' }],
  [/^timetable\.lastTime$/, { at: '11-23 20:00', status: 'done' }],
  [
    /^timetable\.post\.again$/,
    { why: ['production/main/shop/deployment/checkout is in the hands of JOB-4 by @sato.'] },
  ],
  [/^timetable\.notNext$/, { time: '2026-11-23T20:00', at: '11-24 20:00' }],
  [/^timetable\.post\./, { emoji: 'white_check_mark', tasks: ['scale shop/checkout 0', 'scale shop/web 0'] }],
  [
    /^timetable\.post\.lockScreen$/,
    { status: [['Scale Deployment checkout to 0: Healthy.'], ['Scale Deployment web to 0: Healthy.']] },
  ],
  [
    /^errors\.(which|no-such)-entry$/,
    { name: 'staging-nigth', near: ['staging-night'], names: ['staging-night', 'staging-morning'] },
  ],
  [/^errors\.(no-such-pod|which-pods)$/, { workload: 'shop/checkout' }],
  [
    /^errors\.which-pods$/,
    { pods: ['checkout-1', 'checkout-2'], statuses: ['CrashLoopBackOff', 'Running'], candidates: [], more: 3 },
  ],
  [/^errors\.no-pods-with-labels$/, { selector: 'track=canary' }],
  [/^action\.rollback\.change$/, { cause: 'release 1.4' }],
  [/^action\.rollback\.differs\.(image|command|resources)$/, { from: '', to: 'shop/checkout:1.4' }],
  [/^action\.rollback\.differs\./, { added: ['LEVEL'], removed: ['OLD'], changed: [], image: 'shop/proxy:2' }],
  [/^action\.rollback\.differs\.other$/, { fields: ['volumes', 'annotations'] }],
  [/^action\.history\.found$/, { current: 5, revisions: 3 }],
  [/^errors\.(rolled-back-already|revision-moved)$/, { from: 2, runs: 3, by: 'kenji', at: AT.toISOString(), job: 3 }],
  [/^action\.rollback\.left$/, { revision: 2, by: 'kenji' }],
  [/^errors\.(no-such|same)-revision$/, { revision: 3, revisions: [5, 4] }],
  [/^action\.outcome\.unknown/, { why: 'tokyo does not answer' }],
  [/^job\.until$/, { at: '05:00' }],
  [/^incident\.nextCall$|escalateConfirm/, { who: ['@hana', '@sato'] }],
  [/^incident\.line\.(unacked|snoozed|assigned)$/, { had: 'U0HANA', to: 'U0MIKA', until: AT.toISOString() }],
  [/^incident\.(assignedToYou|assignForm\.explain)$/, { handed: true, acknowledged: true }],
  [
    /^silence\./,
    { what: 'alertname="Down"', own: 1, firing: 2, others: 4, names: ['Slow checkout-2'], why: 'HTTP 503', until: AT },
  ],
  [
    /^silence\.list\.one$/,
    { incidents: ['INC-142'], matchers: 'alertname="Down"', comment: 'deploying', pending: true },
  ],
  [/^incident\.line\.silen/, { until: AT.toISOString(), matchers: 'alertname="Down"', author: 'ann' }],
  [/^incident\.(notes\.silence|silenced)$/, { until: AT, matchers: 'alertname="Down"' }],
  [/^errors\.silence-/, { why: 'HTTP 503' }],
  [/^incident\.assigned$/, { to: { mention: { kind: 'person', id: 'U0MIKA' } } }],
  [/^errors\.no-such-severity$/, { severity: 'urgent', severities: ['critical', 'high'] }],
  [/^check\.found$/, { wrong: 2, warnings: 1 }],
  [/^found\.what\./, { port: 3000, scope: 'chat:write', database: 'production/orders' }],
  [/^found\.waits\./, { places: ['DATABASE_URL', 'REDIS_URL'] }],
  [
    /^(config|variable|timed|cli)\./,
    {
      action: 'scale',
      actions: 3,
      before: 'routes[0]',
      can: ['restart', 'rollback'],
      code: 'EACCES',
      environment: 'production',
      everything: true,
      fewest: 6,
      file: './hikeshi.yaml',
      first: '10m',
      instead: 'chosen',
      is: 'staging',
      key: 'slack',
      least: 16,
      levels: ['info', 'warn'],
      meant: { near: undefined, known: ['production', 'staging'] },
      minutes: 5,
      name: 'SLACK_BOT_TOKEN',
      names: ['tokyo', 'osaka'],
      parser: 'Missing closing "quote',
      path: '/run/secrets/token',
      place: 'routes[0]',
      position: 4,
      detail: 'a value is expected',
      protocols: ['postgres://', 'postgresql://'],
      remedy: 'put the value in double quotes',
      section: 'policies',
      target: 'production/tokyo/shop/deployment/checkout',
      tasks: 5,
      text: 'checkout',
      timed: ['restart', 'scale'],
      unrouted: true,
      url: 'hikeshi:3000',
      variable: 'ORDERS_DATABASE_URL',
      why: 'production',
      within: '10m',
      zone: 'Asia/Tokio',
    },
  ],
  [
    /^(matcher\.|silence\.badMatcher$)/,
    {
      wanted: 'value',
      found: '}',
      length: 2_001,
      most: 2_000,
      why: 'missing closing ): `a(b`',
      shown: '"a="',
      position: 4,
      detail: 'a value is expected, not the end',
      remedy: 'put the value in double quotes',
    },
  ],
  [/^config\.meant$/, { near: undefined, known: ['production', 'staging'] }],
  [/^config\.(absent|noCluster|noAction|noCommand)$/, { name: 'db', cluster: 'toky', verb: 'scal' }],
  [/^(config\.source|cli)\./, { name: 'tokio' }],
  [/^cli\.(noEnvironment|noSource)$/, { name: 'prod' }],
  [/^cli\.lasts$/, { least: '1m', most: '1h' }],
  [/^cli\.start\./, { port: 3_000, why: 'port 3000 is taken; set PORT to another one' }],
  [
    /^shape\./,
    {
      description: 'Where an incident goes',
      example: '10m',
      expected: ['list', 'map'],
      found: 'text',
      keys: ['channel', 'language'],
      least: '1',
      most: '100',
      near: 'runbook',
      places: ['slack.language'],
      values: ['en', 'ja'],
    },
  ],
  [
    /^found\./,
    {
      address: 'http://127.0.0.1:3000/webhooks/alertmanager',
      channel: 'alerts',
      command: 'hikeshi rbac --environment production | kubectl apply -f -',
      dir: '.hikeshi',
      file: '/etc/alertmanager/hikeshi-token',
      grant: 'GRANT pg_monitor TO hikeshi;',
      named: 1,
      oldest: 14,
      ours: 2,
      peers: 2,
      permission: 'get pods/log',
      places: ['policies.urgent', 'roles.operator'],
      role: 'hikeshi_app',
      standby: true,
      tables: ['incidents', 'alerts'],
      team: 'Example',
      time: '2026-03-02T03:00:00.000Z',
      use: 'usergroups.list',
      user: 'system:serviceaccount:hikeshi:hikeshi',
      variable: 'DATABASE_URL',
      version: '18.4',
      way: 'Socket Mode',
      who: '@hana',
      why: 'channel_not_found',
      lasts: '10m',
      incident: 'INC-142',
      seconds: 1.3,
      shown: 'INC-142 is in alerts',
      status: 503,
      rights: ['list pods', 'get pods/log'],
      more: 2,
      count: 42,
    },
  ],
  [
    /^rules\./,
    {
      actions: 3,
      except: ['restart kube-system/deployment/coredns'],
      index: 0,
      percent: 30,
      spans: ['fri 18:00 to mon 08:00'],
      time: '5m',
      who: ['@hana', '@sre'],
      zone: 'Asia/Tokyo',
    },
  ],
  [/^test\.callsNobody$/, { steps: [{ who: [HANA] }, { after: '10m', who: ['@sre'] }] }],
  [/^incident\.notes\.problem$/, { who: '@hana' }],
  [/^incident\.lockScreen/, { summary: 'Checkout answers 500 to 8 % of requests' }],
  [/^incident\.(lockScreenResolved|resolved)/, { took: 3_900_000 }],
  [/^incident\.ping$/, { why: 'opened', mentions: [{ kind: 'person', id: 'U0HANA' }] }],
  [/^incident\.paged$/, { called: ['Called @hana at 03:00'], next: ['next @sato at 03:10'] }],
  [/^incident\.lookUp\./, { channel: { channel: 'alerts' } }],
  [/^errors\.no-such-source$/, { sources: ['tokyo', 'osaka'] }],
  [
    /^route\./,
    {
      channel: '#alerts',
      channels: ['#audit'],
      severity: 'Critical',
      route: 'default > db',
      steps: [{ who: ['@hana'] }, { after: '10m', who: ['@sre', '@sato'] }],
      labels: ['Acknowledge', 'Resolve'],
    },
  ],
  [
    /^home\./,
    {
      by: '@hana',
      emoji: { emoji: 'red_circle' },
      number: { link: 'https://slack.example/p1', label: 'INC-142' },
      snoozed: false,
      state: 'running',
      steps: [{ who: ['@on-call (hana)'] }, { after: '10m', who: ['@sre', '@sato'] }],
      who: HANA,
      words: '/ops jobs',
    },
  ],
  [/^ops\.overview\.open$/, { counts: [{ severity: 'critical', count: 2 }] }],
  [/^ops\.share\./, { by: '@hana', typed: 'pods -n shop', verb: 'pods' }],
  [/^ops\.barred$/, { rule: 'guest' }],
  [/^ops\.pods\.found$/, { worst: { name: 'checkout-x2x4z', status: 'CrashLoopBackOff' } }],
  [/^logs\.found$/, { of: 'production/tokyo/shop/deployment/checkout', lines: 8, previous: true }],
  [
    /^pg\./,
    {
      name: 'orders',
      where: 'production/orders',
      pid: 4711,
      application: 'checkout',
      age: '42m',
      query: 'select 1',
      user: 'hikeshi',
    },
  ],
  [/^pg\..*(missing|hidden)/, { grant: 'GRANT pg_monitor TO hikeshi;', hidden: 3 }],
  [
    /^pg\.connections\./,
    { used: 92, free: 97, max: 100, reserved: 3, active: 12, idleInTransaction: 4, idle: 76, hidden: 2 },
  ],
  [/^pg\.idle\./, { sessions: 3 }],
  [/^pg\.blocks\./, { waiting: 3, holdsUp: 2, state: 'idle in transaction' }],
  [/^pg\.act\./, { sessions: 3, left: 2, gone: 2, environment: 'production' }],
  [/^errors\.(no-such-session|nothing-to-cancel)$/, { pids: ['4711', '4712'], database: 'orders' }],
  [
    /^errors\.(sessions-gone|no-idle-sessions)$/,
    { database: 'orders', age: '10m', grant: 'GRANT pg_monitor TO hikeshi;' },
  ],
  [/^errors\.missing-argument$/, { example: '/ops can @hana restart shop/checkout' }],
  [/^errors\.too-many-arguments$/, { spaces: true }],
  [/^list\.rolling\.message$/, { updated: 1, desired: 2 }],
  [/^errors\.same-replicas$/, { name: 'checkout', replicas: 4, ready: 3 }],
  [/^errors\.two-numbers$/, { numbers: ['4', '6'] }],
  [/^errors\.only-pods$/, { kind: 'deploy', words: '/ops pods deploy/checkout' }],
  [
    /^action\.stuckRollout$/,
    {
      images: 'shop/checkout:1.5',
      reason: 'ImagePullBackOff',
      old: 2,
      words: '/ops rollback shop/deployment/checkout',
    },
  ],
  [/^action\.restart\.(replaces|readyOf)$/, { down: false, ready: 3 }],
  [/^action\.post\.(watching|started)$/, { long: true }],
  [/^action\.form\.lately$/, { ago: '40 s' }],
  [/^action\.form\.waiting$/, { approval: 3 }],
  [/^errors\.yaml-instead$/, { typed: 'json', words: '/ops yaml pod/checkout-x2x4z' }],
  [/^errors\.nothing-runs$/, { database: 'orders', grant: 'GRANT pg_monitor TO hikeshi;' }],
  [/^errors\.bad-selector$/, { selector: 'app in (cart', problem: 'open' }],
  [/^errors\.namespace-named$/, { text: 'shop', near: ['shop/cart', 'shop/checkout'] }],
  [/^list\.ofKind$/, { kind: 'StatefulSet', n: 3 }],
  [/^errors\.one-database$/, { words: ['orders', 'users'] }],
  [
    /^errors\.untouchable-session$/,
    { pid: '4711', why: 'no-grant', user: 'app', grant: 'GRANT pg_signal_backend TO hikeshi;' },
  ],
  [/^pg\.waits\./, { active: 5, waiting: 3 }],
  [/^pg\.long\./, { transactions: 4, name: 'order-142' }],
  [/^pg\.sizes\./, { database: 'orders', size: '12 GiB', tables: 20, locked: 2 }],
  [/^pg\.replication\./, { standbys: 2, from: 'db-1', lag: '12s', bytes: '1.2 GiB', paused: true }],
  [/^pg\.cache\./, { database: 'orders', hits: '99.1 %', sharedBuffers: '8 GB', temporary: '0 B' }],
  [/^action\.form\.needsYes$/, { oneself: true }],
  [/^pg\.settings\./, { names: ['max_connections', 'shared_buffers'] }],
  [/^pg\.test\./, { ms: 2, version: '15.17', standby: true, up: '3d', oldest: 14 }],
  [
    /^errors\.(which|no-such)-database$/,
    { database: 'ordres', databases: ['orders -e production', 'users -e production'] },
  ],
  [/^errors\.no-such-look$/, { look: 'idel', looks: ['connections', 'idle'] }],
  [/^errors\.no-such-container$/, { of: 'production/tokyo/shop/deployment/checkout' }],
  [/^logs\.searched$/, { lines: 10_000 }],
  [/^errors\.bad-regex$/, { problem: 'missing closing ): `a(b`' }],
  [/^list\.noPods$/, { target: 'production/tokyo/shop/deployment/mailer', desired: 0 }],
  [/^errors\.no-such-flag$/, { instead: 'watch' }],
  [/^errors\.node-named$/, { node: 'node-1', where: 'production/tokyo' }],
  [/^errors\.which-of-kind$/, { kind: 'pods' }],
  [/^errors\.not-listed$/, { what: 'revisions', kind: 'rs' }],
  [/^ops\.pods\.narrower$/, { shown: 12, of: 24 }],
  [/^errors\.not-done$/, { words: 'drain', instead: 'nodes' }],
  [/^errors\.one-list$/, { typed: 'pods,svc', kinds: ['pods', 'svc'] }],
  [/^logs\.ended$/, { of: 'x2x4z', exitCode: 137, reason: 'OOMKilled' }],
  [/^logs\.lastError$/, { line: '03:00:05 x2x4z out of memory' }],
  [/^errors\.not-a-(since|tail|since-time)$/, { typed: 'many' }],
  [/^errors\.same-twice$/, { flags: ['--since', '--since-time'] }],
  [/^errors\.not-with-follow$/, { flag: '--previous' }],
  [/^logs\.follow\./, { of: 'production/tokyo/shop/deployment/checkout', lines: 42, by: '@hana', place: 'direct' }],
  [/^logs\.follow\.(left|unread)$/, { pods: ['x2x4z', 'b6c8d'] }],
  [/^logs\.follow\.ended$/, { why: ['Stopped.'] }],
  [/^logs\.follow\.end\.failed$/, { why: ['pods "checkout-x2x4z" is forbidden'] }],
  [/^logs\.follow\.buttons\.stopThat$/, { of: 'checkout' }],
  [/^logs\.unread\./, { pods: ['checkout-x2x4z', 'checkout-b6c8d'], detail: 'ContainerCreating' }],
  [/^list\.found$/, { things: '12 nodes', trouble: 'not ready', first: 'node-1' }],
  [
    /^list\.rollout\.found$/,
    {
      state: 'failed',
      desired: 3,
      updated: 1,
      ready: 2,
      available: 2,
      idle: false,
      reason: 'ProgressDeadlineExceeded',
    },
  ],
  [
    /^list\.told$/,
    { object: 'replicaset/renderer-bbf7d8c595', reason: 'FailedCreate', message: 'exceeded quota: compute' },
  ],
  [/^list\.none$/, { things: '0 nodes' }],
  [/^why\.cause\./, WHY],
  [
    /^why\.ecr\./,
    {
      account: '123456789012',
      action: 'ecr:DescribeImages',
      age: '2h',
      digest: 'sha256:4f1c0b7a9d2e',
      name: '1.43',
      near: [{ tag: '1.4.3', age: '2h' }],
      newest: [
        { tag: '1.5', age: '5m' },
        { tag: 'old', age: '' },
      ],
      region: 'ap-northeast-1',
      repository: 'shop/checkout',
      why: 'TimeoutError',
    },
  ],
  [/^why\.use\./, { used: '243 MiB', limit: '256 MiB', percent: 95, pods: 3 }],
  [/^why\.ready$/, { of: 'production/tokyo/shop/deployment/checkout', ready: 1, wanted: 3 }],
  [
    /^why\./,
    { seen: ['events', 'nodes'], unseen: ['claims', 'nodes'], all: false, age: '5m', message: 'no such host' },
  ],
  [/^outbox\.several$/, { numbers: [12, 13] }],
  [/^rbac\.found$/, { clusters: 2 }],
  [/^rbac\.account$/, { has: 2 }],
  [/^rights\.can\./, { who: '@hana', why: 'named in roles' }],
  [/^term\.(why\.refused|ended\.impossible)$|^rights\.can\.notNow$/, { why: ['Changes are frozen.'] }],
  [/^rights\.can\.(ask|second)$/, { who: ['@hana', '@sato'] }],
  [
    /^rights\.(can\.byPermission|whoami\.grant)$/,
    {
      index: 0,
      as: '@hana',
      verbs: ['restart'],
      on: ['staging/*', 'production/shop/*'],
      grant: { index: 0, as: '@hana', verbs: ['restart'], on: ['shop/*'] },
    },
  ],
  [/^rights\.whoami\.role$/, { why: 'a full member' }],
  [/^errors\.no-such-guardrail$/, { rules: ['freeze', 'cool-down'] }],
  [/^guard\.(liftable|lifted|breaking|broken)$/, { rule: 'freeze' }],
  [/^rights\.why$/, { rule: 'full-member', you: true }],
];

/** Those that take no object. */
const BARE: readonly (readonly [RegExp, unknown])[] = [
  [/^job\.stop$/, 'JOB-7'],
  [/^action\.restart\.(title|onDelete)$/, TARGET],
  [/^action\.approvals\.posts$/, ['APR-3 · APR-4']],
  [/^action\.rollback\.stuck$/, ['db-0', 'db-1']],
  [/^action\.(unseen|unread)$/, ['quotas', 'budgets']],
  [/^action\.form\.warnings$/, ['unknown field "x"', 'deprecated']],
  [/^action\.form\.untried$/, 'policy.example.com'],
  [/^action\.form\.until$/, AT],
  [/^incident\.severity$/, 'critical'],
  [/^incident\.whyNotCalled$/, 'deactivated'],
  [/^incident\.duration$/, 3_900_000],
  [/^action\.(form\.loading|continue\.text|approval\.sureText)$/, 'Restart Deployment checkout'],
  [/^action\.post\.keeps$/, 'ImagePullBackOff'],
  [/^action\.outcome\.nothingDone$/, ['The target has changed.']],
  [/^action\.next\.(again|tryAgain|look)$/, 'Preview again'],
  [/^action\.history\.back$|^action\.delete\.more$/, 3],
];

/** Parameters without a sample, by the sentence that asked. */
const missing = new Set<string>();

function* leavesOf(node: unknown, path: string): Generator<readonly [string, unknown]> {
  if (typeof node === 'string' || typeof node === 'function') yield [path, node];
  else for (const [key, value] of Object.entries(node as object)) yield* leavesOf(value, path ? `${path}.${key}` : key);
}

function paramsOf(path: string, samples: Samples): unknown {
  const own = HERE.flatMap(([pattern, here]) => (pattern.test(path) ? [here] : []));
  const values: Samples = Object.assign({}, samples, ...own);
  return new Proxy(values, {
    get(known, key) {
      if (typeof key === 'symbol') return undefined;
      if (key in known) return known[key];
      missing.add(`${path}: ${key}`);
      return [];
    },
  });
}

function said(path: string, leaf: unknown, samples: Samples): string {
  if (typeof leaf === 'string') return leaf;
  const bare = BARE.find(([pattern]) => pattern.test(path));
  const takesNumber = /^\(?n\)?\s*=>/.test(String(leaf)) || path === 'action.seconds';
  const params = bare ? bare[1] : takesNumber ? (samples === MANY ? 3 : 1) : paramsOf(path, samples);
  const words = calling(path, leaf, params);
  if (typeof words === 'string') return words;
  if ('detail' in words && 'remedy' in words) return `${String(words.detail)}; ${String(words.remedy)}`;
  return Array.isArray(words) ? plainText(words as Text) : JSON.stringify(words);
}

function calling(path: string, leaf: unknown, params: unknown): Text | string | object {
  try {
    return (leaf as (params: unknown) => Text | string | object)(params);
  } catch (error) {
    throw new Error(`${path} does not take its samples`, { cause: error });
  }
}

function allOf(language: Language): string {
  const lines = [...leavesOf(sentences(language), '')].flatMap(([path, leaf]) => {
    const both = new Set([said(path, leaf, MANY), said(path, leaf, ONE)]);
    return [...both].map((words) => `${path}: ${words.replaceAll('\n', '\n    ')}`);
  });
  return `${lines.join('\n')}\n`;
}

describe('every sentence', () => {
  it.each(LANGUAGES)('%s', async (language) => {
    const all = allOf(language);
    expect([...missing]).toEqual([]);
    expect(all).not.toMatch(/undefined|\[object|NaN|Invalid Date/);
    await expect(all).toMatchFileSnapshot(`__snapshots__/sentences.${language}.txt`);
  });

  it('is there in both languages', () => {
    const [english, japanese] = LANGUAGES.map((l) => [...leavesOf(sentences(l), '')].map(([path]) => path));
    expect(japanese).toEqual(english);
  });
});
