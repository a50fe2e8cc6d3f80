import { request } from 'undici';
import { LOOPBACK } from './guard.ts';

/** Why nothing is written past the API server; `undefined`: `HIKESHI_TEST_ETCD` is the address of its etcd, in plain HTTP on loopback. */
export function whyNotEtcd(env: NodeJS.ProcessEnv): string | undefined {
  const url = env['HIKESHI_TEST_ETCD'];
  if (url === undefined) return 'HIKESHI_TEST_ETCD is not set (the address of the etcd below the cluster)';
  if (!LOOPBACK.test(url)) throw new Error(`HIKESHI_TEST_ETCD: refusing ${url}: not on loopback`);
  return undefined;
}

/** Through etcd's gateway for JSON. @throws for everything but a 200 */
async function put(key: string, value: object): Promise<void> {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const { statusCode, body } = await request(`${process.env['HIKESHI_TEST_ETCD']}/v3/kv/put`, {
    method: 'POST',
    body: JSON.stringify({ key: base64(key), value: base64(JSON.stringify(value)) }),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`etcd did not take ${key}: ${statusCode} ${text}`);
}

export interface OldWebhook {
  /** Also of its configuration. */
  readonly name: string;
  readonly namespace: string;
  /** What answers for it when it is no dry run; absent: nothing does, and that is ignored. */
  readonly client?: { readonly url: string; readonly ca: string };
}

const CONFIGURATIONS = 'validatingwebhookconfigurations';

/**
 * An admission webhook with side effects, which API servers from 1.22 on honour but no longer accept: it lies in the etcd of clusters that
 * were upgraded, and so it is put there.
 * @returns its path, by which the API server knows and deletes it
 */
export async function putOldWebhook({ name, namespace, client }: OldWebhook): Promise<string> {
  const resources = ['deployments', 'statefulsets', 'daemonsets'].flatMap((one) => [one, `${one}/scale`]);
  await put(`/registry/${CONFIGURATIONS}/${name}`, {
    kind: 'ValidatingWebhookConfiguration',
    apiVersion: 'admissionregistration.k8s.io/v1',
    metadata: { name, uid: crypto.randomUUID(), creationTimestamp: '2020-01-01T00:00:00Z', generation: 1 },
    webhooks: [
      {
        name,
        admissionReviewVersions: ['v1'],
        sideEffects: 'Some',
        matchPolicy: 'Equivalent',
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        objectSelector: {},
        timeoutSeconds: 2,
        failurePolicy: client ? 'Fail' : 'Ignore',
        clientConfig: client ? { url: client.url, caBundle: client.ca } : { url: 'https://127.0.0.1:1/' },
        rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['UPDATE'], resources, scope: '*' }],
      },
    ],
  });
  return `/apis/admissionregistration.k8s.io/v1/${CONFIGURATIONS}/${name}`;
}
