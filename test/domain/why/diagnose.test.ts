import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../src/domain/why/diagnose.ts';
import type { ConditionFacts, Facts, PodFacts, ServiceFacts } from '../../../src/domain/why/facts.ts';
import {
  ago,
  container,
  eventOf,
  factsOf,
  failing,
  NOW,
  podOf,
  waiting,
  waitingPod,
  workloadOf,
} from '../../support/facts.ts';

const causesOf = (facts: Facts): readonly object[] => findingsOf(facts, NOW).findings.map(({ cause }) => cause);
const idsOf = (facts: Facts): readonly string[] => findingsOf(facts, NOW).findings.map(({ cause }) => cause.id);
const condition = (type: string, reason: string, message: string, status = 'False'): ConditionFacts => ({
  type,
  status,
  reason,
  message,
});

const unplaced = (message: string, more: Partial<PodFacts> = {}): PodFacts => {
  const { node: _, ...pod } = podOf({
    phase: 'Pending',
    ready: false,
    conditions: [condition('PodScheduled', 'Unschedulable', message)],
    containers: [container({ ready: false, started: false, state: { is: 'unknown' }, requests: { cpu: '500m' } })],
    ...more,
  });
  return pod;
};

describe('images', () => {
  const pulled = { container: 'app', image: 'shop/checkout:1.4' };
  it.each([
    ['image-not-found', 'failed to resolve reference "shop/checkout:1.4": shop/checkout:1.4: not found'],
    ['image-not-found', 'reading manifest 1.4 in docker.io/shop/checkout: manifest unknown'],
    ['image-denied', 'failed to authorize: failed to fetch anonymous token: 401 Unauthorized'],
    [
      'image-denied',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    ['image-denied', 'Head "https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/x": no basic auth credentials'],
    ['image-no-repository', "name unknown: The repository with name 'shop/chekout' does not exist in the registry"],
    ['image-registry-away', 'dial tcp: lookup registry.example on 10.0.0.10:53: no such host'],
    ['image-registry-away', 'net/http: TLS handshake timeout'],
    ['image-rate-limit', 'toomanyrequests: You have reached your pull rate limit'],
    ['image-platform', 'no match for platform in manifest: not found'],
    ['image-pull', 'something that nobody has seen before'],
  ])('%s: %s', (id, words) => {
    const message = `Back-off pulling image "shop/checkout:1.4": ErrImagePull: ${words}`;
    expect(causesOf(factsOf({ pods: [waitingPod('ImagePullBackOff', message)] }))).toEqual([{ id, ...pulled }]);
  });

  it('takes the words from the event where the back-off has none, and never from the name', () => {
    const image = 'registry.example/unauthorized/forbidden:404';
    const pods = [waitingPod('ImagePullBackOff', `Back-off pulling image "${image}"`, { image })];
    expect(idsOf(factsOf({ pods }))).toEqual(['image-pull']);
    const events = [eventOf('Failed', `Failed to pull image "${image}": ${image}: not found`)];
    expect(idsOf(factsOf({ pods, events }))).toEqual(['image-not-found']);
  });

  it('names a pull secret that is not there only where the registry refuses', () => {
    const event = eventOf('FailedToRetrieveImagePullSecret', 'Unable to retrieve some image pull secrets (regcred); x');
    const refused = [waitingPod('ErrImagePull', '401 Unauthorized')];
    expect(causesOf(factsOf({ pods: refused, events: [event] }))).toEqual([
      { id: 'image-pull-secret', ...pulled, secret: 'regcred' },
    ]);
    const missing = [waitingPod('ErrImagePull', 'x: not found')];
    expect(idsOf(factsOf({ pods: missing, events: [event] }))).toEqual(['image-not-found']);
  });

  it.each([
    ['InvalidImageName', 'image-name'],
    ['ErrImageNeverPull', 'image-not-on-node'],
  ])('%s', (reason, id) => {
    expect(idsOf(factsOf({ pods: [waitingPod(reason, 'whatever')] }))).toEqual([id]);
  });
});

describe('containers that cannot start', () => {
  it.each([
    ['configmap "settings" not found', { id: 'config-missing', what: 'ConfigMap', name: 'settings' }],
    ['secret "tls" not found', { id: 'config-missing', what: 'Secret', name: 'tls' }],
    [
      "couldn't find key LEVEL in ConfigMap shop/settings",
      { id: 'config-key-missing', what: 'ConfigMap', name: 'settings', key: 'LEVEL' },
    ],
    [
      "couldn't find key password in Secret shop/db",
      { id: 'config-key-missing', what: 'Secret', name: 'db', key: 'password' },
    ],
    ['container has runAsNonRoot and image will run as root (pod: "x")', { id: 'runs-as-root', container: 'app' }],
    ['nobody knows', { id: 'container-refused', container: 'app', reason: 'CreateContainerConfigError' }],
  ])('CreateContainerConfigError: %s', (words, cause) => {
    expect(causesOf(factsOf({ pods: [waitingPod('CreateContainerConfigError', words)] }))).toEqual([cause]);
  });

  it('a command that is not in the image is no crash', () => {
    const message = 'OCI runtime create failed: exec: "serve": executable file not found in $PATH: unknown';
    const last = { exitCode: 128, reason: 'StartError', message };
    const pods = [waitingPod('CrashLoopBackOff', 'back-off', { restarts: 4, last })];
    expect(causesOf(factsOf({ pods }))).toEqual([{ id: 'no-such-command', container: 'app', command: 'serve' }]);
    const wrong = [waitingPod('RunContainerError', 'exec /app: exec format error')];
    expect(idsOf(factsOf({ pods: wrong }))).toEqual(['wrong-architecture']);
  });

  it('volumes and network that are not set up', () => {
    const pods = [waitingPod('ContainerCreating', '')].map((pod) => ({ ...pod, phase: 'Pending' }));
    const said = (reason: string, message: string): readonly object[] =>
      causesOf(factsOf({ pods, events: [eventOf(reason, message)] }));
    expect(said('FailedMount', 'MountVolume.SetUp failed for volume "conf" : configmap "settings" not found')).toEqual([
      { id: 'config-missing', what: 'ConfigMap', name: 'settings' },
    ]);
    expect(
      said('FailedMount', 'MountVolume.SetUp failed for volume "c" : references non-existent secret key: a'),
    ).toEqual([{ id: 'config-key-missing', what: 'Secret', name: 'c', key: 'a' }]);
    expect(said('FailedAttachVolume', 'Multi-Attach error for volume "pvc-1" Volume is already used')).toEqual([
      { id: 'volume-in-use', volume: 'pvc-1' },
    ]);
    expect(said('FailedMount', 'MountVolume.MountDevice failed for volume "pvc-1" : rpc error')).toEqual([
      { id: 'volume-not-mounted', volume: 'pvc-1' },
    ]);
    expect(said('FailedCreatePodSandBox', 'plugin type="aws-cni" failed: no IP addresses')).toEqual([
      { id: 'pod-network' },
    ]);
    expect(said('FailedMount', 'Unable to attach or mount volumes: unmounted volumes=[c]')).toEqual([]);
  });
});

describe('containers that end', () => {
  const last = { exitCode: 1, reason: 'Error', message: '', at: ago(60) };
  const looping = (end: object, more: object = {}): PodFacts =>
    waitingPod('CrashLoopBackOff', 'back-off 40s', { restarts: 5, last: { ...last, ...end }, ...more });

  it.each([
    [{}, { id: 'crashes', container: 'app', exitCode: 1, restarts: 5 }],
    [
      { exitCode: 0, reason: 'Completed' },
      { id: 'ends-at-once', container: 'app', restarts: 5 },
    ],
    [
      { exitCode: 137, reason: 'OOMKilled' },
      { id: 'oom-killed', container: 'app', limit: '256Mi', restarts: 5 },
    ],
  ])('%o', (end, cause) => {
    expect(causesOf(factsOf({ pods: [looping(end, { limits: { memory: '256Mi' } })] }))).toEqual([cause]);
  });

  it('an init container, for which the others wait', () => {
    const pods = [
      podOf({
        ready: false,
        phase: 'Pending',
        containers: [
          container({
            name: 'migrate',
            init: true,
            ready: false,
            restarts: 2,
            state: waiting('CrashLoopBackOff'),
            last,
          }),
          container({ ready: false, started: false, state: waiting('PodInitializing') }),
        ],
      }),
    ];
    expect(causesOf(factsOf({ pods }))).toEqual([{ id: 'init-fails', container: 'migrate', exitCode: 1, restarts: 2 }]);
  });

  it('one that was killed within the hour is named though it runs again; one of yesterday is not', () => {
    const again = (at: Date): Facts => {
      const end = { exitCode: 137, reason: 'OOMKilled', message: '', at };
      return factsOf({
        workload: workloadOf({ ready: 1, rollout: 'done' }),
        pods: [podOf({ containers: [container({ restarts: 1, last: end })] })],
      });
    };
    expect(idsOf(again(ago(600)))).toEqual(['oom-killed']);
    expect(findingsOf(again(ago(90_000)), NOW).state).toBe('healthy');
  });

  it('going back helps only when the newest template fails, and there was one before', () => {
    const steps = (facts: Facts): readonly string[] => findingsOf(facts, NOW).findings[0]!.next.map((s) => s.do);
    expect(steps(factsOf({ pods: [looping({})] }))).toEqual(['logs', 'rollback']);
    expect(steps(factsOf({ pods: [{ ...looping({}), template: 'old' }] }))).toEqual(['logs']);
    expect(steps(factsOf({ pods: [looping({})], workload: workloadOf({ hasPrevious: false }) }))).toEqual(['logs']);
  });
});

describe('probes', () => {
  const event = (words: string): ReturnType<typeof eventOf> => eventOf('Unhealthy', words, { container: 'app' });
  const last = { exitCode: 137, reason: 'Error', message: '', at: ago(60) };

  it('readiness, with what it said', () => {
    const pods = [failing({ probes: ['readiness'] })];
    const events = [event('Readiness probe failed: HTTP probe failed with statuscode: 503')];
    const cause = { id: 'readiness', container: 'app', words: 'HTTP probe failed with statuscode: 503' };
    expect(causesOf(factsOf({ pods, events }))).toEqual([cause]);
    expect(causesOf(factsOf({ pods }))).toEqual([{ id: 'not-ready', container: 'app' }]);
  });

  it('liveness is the cause, and the end that it brings is no crash', () => {
    const events = [event('Liveness probe failed: dial tcp 10.0.0.1:80: connect: connection refused')];
    const pods = [waitingPod('CrashLoopBackOff', '', { restarts: 3, last })];
    expect(idsOf(factsOf({ pods, events }))).toEqual(['liveness']);
    const itself = [waitingPod('CrashLoopBackOff', '', { restarts: 3, last: { ...last, exitCode: 1 } })];
    expect(idsOf(factsOf({ pods: itself, events }))).toEqual(['crashes']);
  });

  it('startup', () => {
    const events = [event('Startup probe failed: command "check" timed out')];
    const pods = [failing({ started: false, probes: ['startup', 'readiness'] })];
    expect(causesOf(factsOf({ pods, events }))).toEqual([
      { id: 'startup', container: 'app', words: 'command "check" timed out' },
    ]);
  });

  it('of another container says nothing of this one', () => {
    const other = container({ name: 'proxy', ready: false, probes: ['readiness'] });
    const pods = [podOf({ ready: false, containers: [container(), other] })];
    const events = [event('Readiness probe failed: x')];
    expect(causesOf(factsOf({ pods, events }))).toEqual([{ id: 'not-ready', container: 'proxy' }]);
  });

  it('readiness gates', () => {
    const ready = condition(
      'Ready',
      'ReadinessGatesNotReady',
      'the status of pod readiness gate "lb/one" is not "True"',
    );
    expect(causesOf(factsOf({ pods: [podOf({ ready: false, conditions: [ready] })] }))).toEqual([
      { id: 'readiness-gate', gates: ['lb/one'] },
    ]);
  });
});

describe('pods that no node takes', () => {
  const node = { name: 'node-1', ready: true, pressures: [], taints: ['dedicated=db:NoSchedule'] };
  const rest =
    ' no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

  it('each obstacle with its nodes, the most first', () => {
    const words = `0/6 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector, 3 Insufficient cpu.${rest}`;
    const pods = [unplaced(words, { nodeSelector: { disk: 'ssd' } })];
    const reasons = [
      { nodes: 3, why: 'resource', resource: 'cpu', asks: '500m' },
      { nodes: 2, why: 'selector', selector: 'disk=ssd' },
      { nodes: 1, why: 'taint', taints: ['dedicated=db:NoSchedule'] },
    ];
    expect(causesOf(factsOf({ pods, nodes: [node] }))).toEqual([{ id: 'unschedulable', reasons }]);
  });

  it.each([
    ['1 node(s) had untolerated taint {dedicated: db}', { why: 'taint', taints: ['dedicated=db'] }],
    ['1 node(s) were unschedulable', { why: 'cordoned' }],
    ["1 node(s) didn't match pod affinity rules", { why: 'affinity' }],
    ["1 node(s) didn't match pod anti-affinity rules", { why: 'anti-affinity' }],
    ["1 node(s) didn't match pod topology spread constraints", { why: 'spread' }],
    ["1 node(s) didn't have free ports for the requested pod ports", { why: 'ports' }],
    ['1 node(s) had volume node affinity conflict', { why: 'volume-place' }],
    ['1 Too many pods', { why: 'full' }],
    ['1 node(s) that nobody understands', { why: 'other', words: 'node(s) that nobody understands' }],
  ])('%s', (words, reason) => {
    const pods = [unplaced(`0/1 nodes are available: ${words}.${rest}`)];
    expect(causesOf(factsOf({ pods }))).toEqual([{ id: 'unschedulable', reasons: [{ nodes: 1, ...reason }] }]);
  });

  it('volume claims: not there, and not bound, with what their own events say', () => {
    const missing = unplaced('0/1 nodes are available: persistentvolumeclaim "data" not found. not found', {
      claims: ['data'],
    });
    expect(causesOf(factsOf({ pods: [missing] }))).toEqual([{ id: 'claim-missing', claim: 'data' }]);
    const words = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found';
    const claims = [{ name: 'data', phase: 'Pending', storageClass: 'gp9' }];
    const why = eventOf('ProvisioningFailed', 'storageclass "gp9" not found', {
      kind: 'PersistentVolumeClaim',
      name: 'data',
    });
    const { findings } = findingsOf(
      factsOf({ pods: [unplaced(words, { claims: ['data'] })], claims, events: [why] }),
      NOW,
    );
    expect(findings.map(({ cause }) => cause)).toEqual([{ id: 'claim-unbound', claim: 'data', storageClass: 'gp9' }]);
    expect(findings[0]!.evidence).toContain(why);
  });

  it('Fargate and autoscalers', () => {
    const taint = '0/2 nodes are available: 2 node(s) had untolerated taint {eks.amazonaws.com/compute-type: fargate}.';
    expect(causesOf(factsOf({ pods: [unplaced(taint)] }))).toEqual([{ id: 'fargate', why: 'profile' }]);
    const waits = [unplaced('Pod provisioning timed out (will retry)', { scheduler: 'fargate-scheduler' })];
    expect(causesOf(factsOf({ pods: waits }))).toEqual([{ id: 'fargate', why: 'capacity' }]);
    const events = [eventOf('NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached")];
    expect(
      causesOf(factsOf({ pods: [unplaced('0/1 nodes are available: 1 Insufficient cpu.')], events })),
    ).toMatchObject([{ id: 'unschedulable', autoscaler: 'refused' }]);
  });

  it('gates, schedulers that are silent, no nodes at all', () => {
    const gated = unplaced('', { conditions: [condition('PodScheduled', 'SchedulingGated', 'Scheduling is blocked')] });
    expect(idsOf(factsOf({ pods: [gated] }))).toEqual(['scheduling-gated']);
    const silent = unplaced('', { conditions: [], scheduler: 'own' });
    expect(causesOf(factsOf({ pods: [silent] }))).toEqual([{ id: 'scheduler-silent', scheduler: 'own' }]);
    expect(idsOf(factsOf({ pods: [{ ...silent, createdAt: ago(5) }] }))).toEqual([]);
    expect(idsOf(factsOf({ pods: [unplaced('no nodes available to schedule pods')] }))).toEqual(['no-nodes']);
  });
});

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

describe('a verdict', () => {
  it('healthy, starting, unknown: never a cause that nothing says', () => {
    const stateOf = (facts: Facts): string => findingsOf(facts, NOW).state;
    expect(stateOf(factsOf({ pods: [podOf()], workload: workloadOf({ ready: 1, rollout: 'done' }) }))).toBe('healthy');
    const creating = waitingPod('ContainerCreating', '');
    expect(stateOf(factsOf({ pods: [{ ...creating, createdAt: ago(10) }] }))).toBe('starting');
    expect(stateOf(factsOf({ pods: [creating] }))).toBe('unknown');
    expect(stateOf(factsOf())).toBe('unknown');
    const seen = findingsOf(factsOf({ unseen: ['nodes'] }), NOW);
    expect(seen.seen).toEqual(['events', 'claims', 'services', 'policies']);
  });

  it('of one pod alone is about that pod: what holds of its workload is not named, what has passed is', () => {
    const failure = condition('ReplicaFailure', 'FailedCreate', 'exceeded quota: few', 'True');
    const workload = workloadOf({ desired: 3, ready: 3, rollout: 'failed', paused: true, conditions: [failure] });
    const alone = factsOf({ alone: true, workload, pods: [podOf()] });
    expect(findingsOf(alone, NOW)).toMatchObject({ state: 'healthy', ready: 1, of: 1 });
    const evicted = podOf({ phase: 'Failed', ready: false, reason: 'Evicted', containers: [] });
    expect(idsOf({ ...alone, pods: [evicted] })).toEqual(['evicted']);
  });

  it('mixed: each cause once with its pods, what hits most first', () => {
    const crash = { exitCode: 1, reason: 'Error', message: '', at: ago(60) };
    const pods = [
      { ...waitingPod('CrashLoopBackOff', '', { restarts: 2, last: crash }), name: 'a' },
      { ...waitingPod('CrashLoopBackOff', '', { restarts: 9, last: crash }), name: 'b' },
      { ...waitingPod('ErrImagePull', 'not found'), name: 'c' },
    ];
    const { findings } = findingsOf(factsOf({ pods }), NOW);
    expect(findings.map(({ cause, pods: names }) => [cause.id, names])).toEqual([
      ['crashes', ['a', 'b']],
      ['image-not-found', ['c']],
    ]);
  });

  it('is given of any words, and of a healthy workload never a cause', () => {
    const REASONS = [
      'ImagePullBackOff',
      'CrashLoopBackOff',
      'CreateContainerConfigError',
      'StartError',
      'ContainerCreating',
    ];
    const words = fc.string({ maxLength: 300, unit: 'binary' });
    fc.assert(
      fc.property(fc.constantFrom(...REASONS), words, words, (reason, message, event) => {
        const end = { exitCode: 1, reason, message, at: ago(10) };
        const pods = [waitingPod(reason, message, { restarts: 1, last: end }), unplaced(message)];
        const failure = condition('ReplicaFailure', 'FailedCreate', event, 'True');
        const events = ['Failed', 'Unhealthy', 'FailedMount', 'FailedScheduling'].map((r) => eventOf(r, event));
        const workload = workloadOf({ desired: 5, conditions: [failure] });
        const verdict = findingsOf(factsOf({ pods, events, workload }), NOW);
        expect(verdict.state).toBe('found');
        const well = factsOf({ pods: [podOf()], events, workload: workloadOf({ ready: 1, rollout: 'done' }) });
        expect(findingsOf(well, NOW).state).toBe('healthy');
      }),
    );
  });
});
