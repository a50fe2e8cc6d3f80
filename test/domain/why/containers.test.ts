import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../src/domain/why/diagnose.ts';
import type { Facts, PodFacts } from '../../../src/domain/why/facts.ts';
import {
  ago,
  causesOf,
  condition,
  container,
  eventOf,
  factsOf,
  failing,
  idsOf,
  NOW,
  podOf,
  waiting,
  waitingPod,
  workloadOf,
} from '../../support/facts.ts';

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

  it('of pods whose events were not read it is what it is of one like them', () => {
    const pods = ['a', 'b', 'c', 'd'].map((name) => failing({ probes: ['readiness'] }, { name }));
    const events = [eventOf('Unhealthy', 'Readiness probe failed: 503', { container: 'app', name: 'b' })];
    const alike = new Map(['c', 'd'].map((name) => [name, ['a', 'b']] as const));
    const { findings } = findingsOf(factsOf({ pods, events, alike }), NOW);
    expect(findings.map(({ cause: { id }, pods: which }) => [id, which])).toEqual([
      ['readiness', ['b', 'c', 'd']],
      ['not-ready', ['a']],
    ]);
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
    const unnamed = [eventOf('Unhealthy', 'Readiness probe failed: x')];
    expect(causesOf(factsOf({ pods, events: unnamed }))).toEqual([{ id: 'not-ready', container: 'proxy' }]);
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
