import { randomBytes } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, request } from 'undici';
import { createCluster, type KubernetesCluster } from '../../src/adapters/kubernetes/cluster.ts';
import type { WorkloadKind, WorkloadRef } from '../../src/domain/workload.ts';
import {
  type Beside,
  type ClusterBench,
  GOOD_IMAGE,
  type Wanted,
  type WireAnswer,
} from '../contracts/cluster.bench.ts';
import { putOldWebhook } from './etcd.ts';
import { chooseContext } from './guard.ts';

const POLL_MS = 200;
const MAX_WAIT_MS = 90_000;
const JSON_TYPE = 'application/json';
const RESOURCES: Record<WorkloadKind, string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

interface Api {
  readonly server: string;
  readonly ca: string;
  send(
    method: string,
    path: string,
    options?: { type?: string; body?: string; token?: string; accept?: string },
  ): Promise<WireAnswer>;
  /** @throws for everything but a 2xx */
  readonly write: (method: string, path: string, body?: unknown, type?: string) => Promise<unknown>;
  close(): Promise<void>;
}

export interface RealBench extends ClusterBench {
  readonly kubeconfigPath: string;
  readonly write: Api['write'];
  read<T>(path: string, accept: string): Promise<T>;
  /** A new account in our namespace, which no role is bound to yet. */
  account(name: string): Promise<KubernetesCluster>;
}

/** A namespace of our own on the cluster of `HIKESHI_TEST_KUBECONFIG`, deleted at the end. */
export async function realBench(): Promise<RealBench> {
  const kubeconfigPath = process.env['HIKESHI_TEST_KUBECONFIG'] ?? '';
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  chooseContext(config, process.env['HIKESHI_TEST_CONTEXT']);
  const api = await connect(config);
  const namespace = `hikeshi-test-${randomBytes(4).toString('hex')}`;
  await createNamespace(api, namespace);
  const token = await tokenOf(api, namespace, 'visitor');
  const context = config.getCurrentContext();
  const cluster = createCluster({ name: 'real', kubeconfig: { path: kubeconfigPath, context } });
  const visitor = createCluster({ name: 'real', kubeconfig: { text: kubeconfigFor(api, token) } });
  const stranger = createCluster({ name: 'real', kubeconfig: { text: kubeconfigFor(api, 'nobody') } });
  return {
    cluster,
    visitor,
    stranger,
    namespace,
    kubeconfigPath,
    visitorName: `system:serviceaccount:${namespace}:visitor`,
    ...changes(api, namespace),
    async takeNoDryRun(name) {
      const path = await putOldWebhook({ name, namespace });
      return async () => void (await api.write('DELETE', path));
    },
    until,
    write: api.write,
    account: async (name) => {
      const own = kubeconfigFor(api, await tokenOf(api, namespace, name));
      return createCluster({ name: 'real', kubeconfig: { text: own } });
    },
    read: async <T>(path: string, accept: string) => (await api.send('GET', path, { accept })).body as T,
    wire: (method, path, { visitor: asVisitor, ...rest } = {}) =>
      api.send(method, path, { ...rest, ...(asVisitor && { token }) }),
    async close() {
      await api.write('DELETE', `/api/v1/namespaces/${namespace}`);
      await Promise.all([cluster, visitor, stranger].map((c: KubernetesCluster) => c.close()));
      await api.close();
    },
  };
}

const BESIDE: Record<Beside | 'persistentvolumeclaims', { readonly group: string; readonly kind: string }> = {
  configmaps: { group: 'api/v1', kind: 'ConfigMap' },
  endpointslices: { group: 'apis/discovery.k8s.io/v1', kind: 'EndpointSlice' },
  events: { group: 'api/v1', kind: 'Event' },
  horizontalpodautoscalers: { group: 'apis/autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  persistentvolumeclaims: { group: 'api/v1', kind: 'PersistentVolumeClaim' },
  networkpolicies: { group: 'apis/networking.k8s.io/v1', kind: 'NetworkPolicy' },
  poddisruptionbudgets: { group: 'apis/policy/v1', kind: 'PodDisruptionBudget' },
  resourcequotas: { group: 'api/v1', kind: 'ResourceQuota' },
  serviceaccounts: { group: 'api/v1', kind: 'ServiceAccount' },
  services: { group: 'api/v1', kind: 'Service' },
};

function changes(
  api: Api,
  namespace: string,
): Pick<ClusterBench, 'deploy' | 'revise' | 'setImage' | 'scale' | 'remove' | 'beside' | 'limit'> {
  const merge = (ref: WorkloadRef, body: unknown): Promise<unknown> =>
    api.write('PATCH', pathOf(ref), body, 'application/strategic-merge-patch+json');
  return {
    deploy: async (wanted) => {
      const path = `/apis/apps/v1/namespaces/${namespace}/${RESOURCES[wanted.kind]}`;
      // What a first try has left is not what the second one means.
      await gone(api, `${path}/${wanted.name}`);
      await api.write('POST', path, manifest(wanted));
    },
    revise: async (ref, { image, env, changeCause }) => {
      const container = {
        name: 'app',
        ...(image !== undefined && { image }),
        ...(env && { env: Object.entries(env).map(([name, value]) => ({ name, value })) }),
      };
      await merge(ref, {
        ...(changeCause !== undefined && { metadata: { annotations: { 'kubernetes.io/change-cause': changeCause } } }),
        spec: { template: { spec: { containers: [container] } } },
      });
    },
    setImage: async (ref, image) => {
      await merge(ref, { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } });
    },
    scale: async (ref, replicas) => {
      await merge(ref, { spec: { replicas } });
    },
    remove: async (ref) => {
      await api.write('DELETE', `${pathOf(ref)}?propagationPolicy=Background`);
    },
    beside: async (resource, name, { metadata, ...content }) => {
      const { group, kind } = BESIDE[resource];
      const apiVersion = group.replace(/^apis?\//, '');
      await api.write('POST', `/${group}/namespaces/${namespace}/${resource}`, {
        apiVersion,
        kind,
        metadata: { name, ...metadata },
        ...content,
      });
    },
    async limit(name, hard) {
      const path = `/api/v1/namespaces/${namespace}/resourcequotas`;
      await api.write('POST', path, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard } });
      // Until its controller has counted, admission lets nothing be made, and says so in other words.
      await until(
        () => api.send('GET', `${path}/${name}`),
        ({ body }) => (body as { status?: { used?: object } }).status?.used !== undefined,
      );
      return async () => void (await api.write('DELETE', `${path}/${name}`));
    },
  };
}

function pathOf(ref: WorkloadRef): string {
  return `/apis/apps/v1/namespaces/${ref.namespace}/${RESOURCES[ref.kind]}/${ref.name}`;
}

async function gone(api: Api, path: string): Promise<void> {
  const isThere = async (): Promise<boolean> => (await api.send('GET', path)).code === 200;
  if (!(await isThere())) return;
  await api.write('DELETE', `${path}?propagationPolicy=Foreground`);
  await until(isThere, (there) => !there);
}

/** Polls: a real cluster has nothing to await, and no clock that a test can move. */
async function until<T>(look: () => Promise<T>, ok: (seen: T) => boolean): Promise<T> {
  for (const start = Date.now(); ; await sleep(POLL_MS)) {
    const seen = await look();
    if (ok(seen)) return seen;
    if (Date.now() - start > MAX_WAIT_MS) throw new Error(`not so after ${MAX_WAIT_MS} ms: ${JSON.stringify(seen)}`);
  }
}

async function connect(config: KubeConfig): Promise<Api> {
  const entry = config.getCurrentCluster();
  if (!entry) throw new Error('the kubeconfig names no cluster');
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  const tls = { ca, servername, rejectUnauthorized };
  const operator = new Agent({ connect: { ...tls, cert, key } });
  const tokenOnly = new Agent({ connect: tls });
  const send: Api['send'] = async (method, path, { type, body, token, accept = JSON_TYPE } = {}) => {
    const own =
      token === undefined ? (options.headers as Record<string, string>) : { authorization: `Bearer ${token}` };
    const answer = await request(`${entry.server}${path}`, {
      dispatcher: token === undefined ? operator : tokenOnly,
      method,
      headers: { ...own, accept, ...(type && { 'content-type': type }) },
      body,
      headersTimeout: 20_000,
    });
    const contentType = String(answer.headers['content-type']);
    return {
      code: answer.statusCode,
      type: contentType,
      body: contentType === JSON_TYPE ? await answer.body.json() : await answer.body.text(),
    };
  };
  return {
    server: entry.server,
    ca: ca === undefined ? '' : Buffer.from(String(ca)).toString('base64'),
    send,
    async write(method, path, body, type = JSON_TYPE) {
      const answer = await send(method, path, body === undefined ? {} : { type, body: JSON.stringify(body) });
      if (answer.code >= 300) throw new Error(`${method} ${path}: ${answer.code} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async close() {
      await Promise.all([operator.close(), tokenOnly.close()]);
    },
  };
}

async function createNamespace(api: Api, name: string): Promise<void> {
  await api.write('POST', '/api/v1/namespaces', {
    metadata: { name, labels: { 'app.kubernetes.io/created-by': 'hikeshi-tests' } },
  });
  await until(
    () => api.send('GET', `/api/v1/namespaces/${name}/serviceaccounts/default`),
    (answer) => answer.code === 200,
  );
}

/** A real account that no role was ever bound to. */
async function tokenOf(api: Api, namespace: string, name: string): Promise<string> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await api.write('POST', accounts, { metadata: { name } });
  const answer = await api.write('POST', `${accounts}/${name}/token`, { spec: { expirationSeconds: 3600 } });
  return (answer as { status: { token: string } }).status.token;
}

function kubeconfigFor({ server, ca }: Api, token: string): string {
  const trust = ca === '' ? 'insecure-skip-tls-verify: true' : `certificate-authority-data: ${ca}`;
  return `current-context: it
clusters: [{name: it, cluster: {server: '${server}', ${trust}}}]
contexts: [{name: it, context: {cluster: it, user: it}}]
users: [{name: it, user: {token: '${token}'}}]
`;
}

/** Has a shell, which what prints lines needs. */
const SHELL_IMAGE = 'busybox:1.37';

/**
 * A crash loop on any node: the image's program prints its version and ends. What prints does it with a shell. Annotations say the
 * same to a fake node.
 */
function manifest(wanted: Wanted): object {
  const { kind, name, replicas = 1, prints, paused, progressDeadlineSeconds } = wanted;
  const image = wanted.image ?? (prints ? SHELL_IMAGE : GOOD_IMAGE);
  const labels = { app: name };
  const printing = prints && ['sh', '-c', 'printf "%s\\n" "$@"; exec sleep 3600', 'sh', ...prints];
  const command = wanted.crash ? ['/pause', '-v'] : (printing ?? wanted.command);
  const podAnnotations = {
    ...(wanted.crash && { 'fake.kubelet/behavior': 'crashloop' }),
    ...(prints && { 'fake.kubelet/logs': prints.join('\n') }),
  };
  const template = {
    metadata: { labels, annotations: podAnnotations },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'app', image, command, resources: wanted.resources }],
    },
  };
  const common = { selector: { matchLabels: labels }, template };
  const updateStrategy = wanted.onDelete ? { type: 'OnDelete' } : undefined;
  const specs: Record<WorkloadKind, object> = {
    Deployment: { ...common, replicas, paused, progressDeadlineSeconds },
    StatefulSet: { ...common, replicas, serviceName: name, updateStrategy },
    DaemonSet: { ...common, updateStrategy },
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, labels, annotations: wanted.annotations },
    spec: specs[kind],
  };
}
