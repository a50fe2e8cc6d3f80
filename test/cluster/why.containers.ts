import { app, type Broken, IMAGE, probe, unhealthy } from './why.case.ts';
import { type EventSaid, ended, runs, type Said, waits } from './why.kubelet.ts';

/** Containers that cannot be had, started or kept: the kubelet's words, all of them simulated. */

const pulls = (words: string, ...events: readonly EventSaid[]): Said => ({
  containers: [waits('ImagePullBackOff', `Back-off pulling image "${IMAGE}": ErrImagePull: ${words}`)],
  events,
});

const IMAGES: readonly Broken[] = [
  {
    name: 'tag',
    words: 'simulated',
    kubelet: pulls('failed to resolve reference: not found'),
    expected: [{ id: 'image-not-found' }],
  },
  {
    name: 'auth',
    words: 'simulated',
    kubelet: pulls('failed to authorize: 401 Unauthorized'),
    expected: [{ id: 'image-denied' }],
  },
  {
    name: 'repository',
    words: 'simulated',
    kubelet: pulls("name unknown: The repository with name 'x' does not exist in the registry with id '1'"),
    expected: [{ id: 'image-no-repository' }],
  },
  {
    name: 'registry',
    words: 'simulated',
    kubelet: pulls('dial tcp: lookup registry.k8s.io: no such host'),
    expected: [{ id: 'image-registry-away' }],
  },
  {
    name: 'rate',
    words: 'simulated',
    kubelet: pulls('toomanyrequests: You have reached your pull rate limit'),
    expected: [{ id: 'image-rate-limit' }],
  },
  {
    name: 'imagename',
    words: 'simulated',
    kubelet: { containers: [waits('InvalidImageName', "couldn't parse image name")] },
    expected: [{ id: 'image-name' }],
  },
  {
    name: 'pullsecret',
    words: 'simulated',
    kubelet: pulls('403 Forbidden', {
      reason: 'FailedToRetrieveImagePullSecret',
      message: 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
      container: null,
    }),
    expected: [{ id: 'image-pull-secret', secret: 'regcred' }],
  },
];

const refused = (words: string): Said => ({ containers: [waits('CreateContainerConfigError', words)] });
const mount = (message: string, reason = 'FailedMount'): Said => ({
  containers: [waits('ContainerCreating')],
  events: [{ reason, message, container: null }],
});
const STARTS: readonly Broken[] = [
  {
    name: 'configmap',
    words: 'simulated',
    kubelet: refused('configmap "settings" not found'),
    expected: [{ id: 'config-missing', what: 'ConfigMap', name: 'settings' }],
  },
  {
    name: 'secretkey',
    words: 'simulated',
    kubelet: refused("couldn't find key password in Secret shop/db"),
    expected: [{ id: 'config-key-missing', what: 'Secret', name: 'db', key: 'password' }],
  },
  {
    name: 'root',
    words: 'simulated',
    kubelet: refused('container has runAsNonRoot and image will run as root'),
    expected: [{ id: 'runs-as-root', ...app }],
  },
  {
    name: 'command',
    words: 'simulated',
    kubelet: {
      phase: 'Running',
      containers: [ended(128, 'StartError', 'exec: "serve": executable file not found in $PATH')],
    },
    expected: [{ id: 'no-such-command', command: 'serve' }],
  },
  {
    name: 'volumesecret',
    words: 'simulated',
    kubelet: mount('MountVolume.SetUp failed for volume "tls" : secret "tls" not found'),
    expected: [{ id: 'config-missing', what: 'Secret', name: 'tls' }],
  },
  {
    name: 'multiattach',
    words: 'simulated',
    kubelet: mount('Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-0', 'FailedAttachVolume'),
    expected: [{ id: 'volume-in-use' }],
  },
  {
    name: 'sandbox',
    words: 'simulated',
    kubelet: mount('plugin type="aws-cni" failed (add): failed to assign an IP address', 'FailedCreatePodSandBox'),
    expected: [{ id: 'pod-network' }],
  },
];

const ENDS: readonly Broken[] = [
  {
    name: 'exits',
    words: 'simulated',
    kubelet: { phase: 'Running', containers: [ended(1, 'Error')] },
    expected: [{ id: 'crashes', ...app, exitCode: 1 }],
  },
  {
    name: 'completes',
    words: 'simulated',
    kubelet: { phase: 'Running', containers: [ended(0, 'Completed')] },
    expected: [{ id: 'ends-at-once', ...app }],
  },
  {
    name: 'oom',
    words: 'simulated',
    container: { resources: { limits: { memory: '64Mi' } } },
    kubelet: { phase: 'Running', containers: [ended(137, 'OOMKilled')] },
    expected: [{ id: 'oom-killed', limit: '64Mi' }],
  },
  {
    name: 'init',
    words: 'simulated',
    pod: { initContainers: [{ name: 'migrate', image: IMAGE }] },
    kubelet: { init: [{ ...ended(2, 'Error'), name: 'migrate' }], containers: [waits('PodInitializing')] },
    expected: [{ id: 'init-fails', container: 'migrate', exitCode: 2 }],
  },
  {
    name: 'liveness',
    words: 'simulated',
    container: { livenessProbe: probe },
    kubelet: {
      phase: 'Running',
      containers: [ended(137, 'Error')],
      events: unhealthy('Liveness probe failed: connection refused'),
    },
    expected: [{ id: 'liveness', ...app }],
  },
  {
    name: 'readiness',
    words: 'simulated',
    container: { readinessProbe: probe },
    kubelet: {
      phase: 'Running',
      containers: [runs()],
      events: unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503'),
    },
    expected: [{ id: 'readiness', words: 'HTTP probe failed with statuscode: 503' }],
  },
  {
    name: 'startup',
    words: 'simulated',
    container: { startupProbe: probe },
    kubelet: {
      phase: 'Running',
      containers: [runs({ started: false })],
      events: unhealthy('Startup probe failed: timed out'),
    },
    expected: [{ id: 'startup', ...app }],
  },
  {
    name: 'evicted',
    words: 'simulated',
    kubelet: {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory. Threshold quantity: 100Mi',
    },
    expected: [{ id: 'evicted', resource: 'memory' }],
  },
];

export const CONTAINERS: readonly Broken[] = [...IMAGES, ...STARTS, ...ENDS];
