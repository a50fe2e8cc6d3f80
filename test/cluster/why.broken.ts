import { app, type Broken, IMAGE, probe, unhealthy } from './why.case.ts';
import { CONTAINERS } from './why.containers.ts';
import { ended, runs, type Said, waits } from './why.kubelet.ts';

const port = { name: 'http', containerPort: 8080 };
const service = (name: string, selector: string, targetPort: string | number) =>
  [
    'api/v1/services',
    { metadata: { name }, spec: { selector: { app: selector }, ports: [{ port: 80, targetPort }] } },
  ] as const;
const policy = (name: string, spec: object) =>
  [
    'apis/networking.k8s.io/v1/networkpolicies',
    { metadata: { name }, spec: { podSelector: { matchLabels: { app: name } }, ...spec } },
  ] as const;
const quota = (hard: object) => ['api/v1/resourcequotas', { metadata: { name: 'few' }, spec: { hard } }] as const;
const healthy: Said = { phase: 'Running', containers: [runs({ ready: true })] };
const affinity = (kind: 'podAffinity' | 'podAntiAffinity', name: string) => ({
  affinity: {
    [kind]: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: name } } },
      ],
    },
  },
});
const refused = (words: string): Said => ({ containers: [waits('CreateContainerConfigError', words)] });

const PENDING: readonly Broken[] = [
  {
    name: 'cpu',
    words: 'real',
    container: { resources: { requests: { cpu: '5k' } } },
    expected: [{ id: 'unschedulable' }],
  },
  { name: 'selector', words: 'real', pod: { nodeSelector: { disk: 'ssd' } }, expected: [{ id: 'unschedulable' }] },
  {
    name: 'taint',
    words: 'real',
    pod: { nodeSelector: { 'hikeshi.test/no-kubelet': 'true' } },
    expected: [{ id: 'unschedulable' }],
  },
  { name: 'affinity', words: 'real', pod: affinity('podAffinity', 'nobody'), expected: [{ id: 'unschedulable' }] },
  {
    name: 'spread',
    words: 'real',
    pod: {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'no-such-label',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'spread' } },
        },
      ],
    },
    expected: [{ id: 'unschedulable' }],
  },
  {
    name: 'noclaim',
    words: 'real',
    pod: { volumes: [claimed('absent')] },
    expected: [{ id: 'claim-missing', claim: 'absent' }],
  },
  {
    name: 'unbound',
    words: 'real',
    pod: { volumes: [claimed('unbound')] },
    beside: [
      [
        'api/v1/persistentvolumeclaims',
        {
          metadata: { name: 'unbound' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'no-such',
            resources: { requests: { storage: '1Gi' } },
          },
        },
      ],
    ],
    expected: [{ id: 'claim-unbound', claim: 'unbound', storageClass: 'no-such' }],
  },
  {
    name: 'gated',
    words: 'real',
    pod: { schedulingGates: [{ name: 'example.com/gate' }] },
    expected: [{ id: 'scheduling-gated' }],
  },
  {
    name: 'silent',
    words: 'real',
    pod: { schedulerName: 'nobody' },
    laterS: 120,
    expected: [{ id: 'scheduler-silent', scheduler: 'nobody' }],
  },
];

function claimed(claimName: string): object {
  return { name: 'data', persistentVolumeClaim: { claimName } };
}

const MAKING: readonly Broken[] = [
  {
    name: 'quota',
    words: 'real',
    apart: {},
    spec: { replicas: 3 },
    beside: [quota({ pods: '1' })],
    kubelet: healthy,
    expected: [{ id: 'quota-exceeded', quota: 'few' }],
  },
  {
    name: 'unspecified',
    words: 'real',
    apart: {},
    beside: [quota({ 'requests.cpu': '1' })],
    expected: [{ id: 'quota-unspecified', fields: 'requests.cpu' }],
  },
  {
    name: 'security',
    words: 'real',
    apart: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    expected: [{ id: 'pod-security', level: 'restricted' }],
  },
  {
    name: 'account',
    words: 'real',
    pod: { serviceAccountName: 'ghost' },
    expected: [{ id: 'service-account', name: 'ghost' }],
  },
  {
    name: 'accountset',
    words: 'real',
    kind: 'StatefulSet',
    pod: { serviceAccountName: 'ghost' },
    expected: [{ id: 'service-account', name: 'ghost' }],
  },
  {
    name: 'range',
    words: 'real',
    apart: {},
    container: { resources: { limits: { memory: '2Gi' }, requests: { memory: '2Gi' } } },
    beside: [
      [
        'api/v1/limitranges',
        { metadata: { name: 'small' }, spec: { limits: [{ type: 'Container', max: { memory: '1Gi' } }] } },
      ],
    ],
    expected: [{ id: 'limit-range' }],
  },
];

const WORKLOADS: readonly Broken[] = [
  { name: 'paused', words: 'real', spec: { paused: true }, expected: [{ id: 'paused' }] },
  { name: 'zero', words: 'real', spec: { replicas: 0 }, expected: [{ id: 'scaled-to-zero' }] },
  {
    name: 'nowhere',
    words: 'real',
    kind: 'DaemonSet',
    pod: { nodeSelector: { disk: 'ssd' } },
    expected: [{ id: 'suits-no-node' }],
  },
  {
    name: 'deadline',
    words: 'real',
    spec: { progressDeadlineSeconds: 1 },
    kubelet: { containers: [waits('ContainerCreating')] },
    expected: [{ id: 'deadline-passed', seconds: 1 }],
  },
  {
    name: 'held',
    words: 'real',
    kubelet: healthy,
    deleted: true,
    laterS: 3_600,
    expected: [{ id: 'stuck-terminating', finalizers: ['hikeshi.test/keep'] }],
  },
];

const REACHED: readonly Broken[] = [
  {
    name: 'points',
    words: 'real',
    kubelet: healthy,
    beside: [service('points', 'pointz', 8080)],
    expected: [{ id: 'service-selector', selector: 'app=pointz' }],
  },
  {
    name: 'port',
    words: 'real',
    container: { ports: [port] },
    kubelet: healthy,
    beside: [service('port', 'port', 'web')],
    expected: [{ id: 'service-port', target: 'web' }],
  },
  {
    name: 'shut',
    words: 'real',
    container: { ports: [port] },
    kubelet: healthy,
    beside: [
      service('shut', 'shut', 'http'),
      policy('shut', { policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 9090 }] }] }),
    ],
    expected: [{ id: 'policy-port', port: 'http' }],
  },
  {
    name: 'dns',
    words: 'real',
    kubelet: healthy,
    beside: [policy('dns', { policyTypes: ['Egress'], egress: [{ ports: [{ port: 443 }] }] })],
    expected: [{ id: 'policy-dns', policies: ['dns'] }],
  },
];

const MIXED: readonly Broken[] = [
  {
    name: 'twocontainers',
    words: 'simulated',
    pod: {
      containers: [
        { name: 'app', image: IMAGE },
        { name: 'proxy', image: IMAGE },
      ],
    },
    kubelet: {
      containers: [ended(1, 'Error'), waits('ErrImagePull', 'not found', { name: 'proxy' })],
      phase: 'Running',
    },
    expected: [
      { id: 'image-not-found', container: 'proxy' },
      { id: 'crashes', ...app },
    ],
  },
  {
    name: 'twopods',
    words: 'simulated',
    spec: { replicas: 2 },
    kubelet: refused('secret "db" not found'),
    second: { phase: 'Running', containers: [ended(137, 'OOMKilled')] },
    expected: [{ id: 'config-missing', name: 'db' }, { id: 'oom-killed' }],
  },
  {
    name: 'crashandservice',
    words: 'simulated',
    kubelet: { phase: 'Running', containers: [ended(3, 'Error')] },
    beside: [service('crashandservice', 'other', 80)],
    expected: [{ id: 'crashes', exitCode: 3 }, { id: 'service-selector' }],
  },
  {
    name: 'quotaandprobe',
    words: 'simulated',
    apart: {},
    spec: { replicas: 2 },
    container: { readinessProbe: probe },
    beside: [quota({ pods: '1' })],
    kubelet: { phase: 'Running', containers: [runs()], events: unhealthy('Readiness probe failed: timeout') },
    expected: [{ id: 'quota-exceeded' }, { id: 'readiness' }],
  },
  {
    name: 'well',
    words: 'real',
    container: { ports: [port] },
    kubelet: healthy,
    beside: [service('well', 'well', 'http')],
    expected: [],
  },
];

export const BROKEN: readonly Broken[] = [...CONTAINERS, ...PENDING, ...MAKING, ...WORKLOADS, ...REACHED, ...MIXED];
