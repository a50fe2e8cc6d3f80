import { expect, it } from 'vitest';
import { type ClusterBench, deployed, type WireAnswer } from './cluster.bench.ts';

const JSON_PATCH = 'application/json-patch+json';

/** The API server's own answers, to the letter: what the simulator must not get wrong. */
export function wireContract(reach: () => ClusterBench): void {
  const at = (path: string): string => `/apis/apps/v1/namespaces/${reach().namespace}/${path}`;
  const patch = (path: string, body: unknown, type = JSON_PATCH): Promise<WireAnswer> =>
    reach().wire('PATCH', path, { type, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const failure = (code: number, reason: string, message: string, details?: object): WireAnswer => ({
    code,
    type: 'application/json',
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details && { details }),
      code,
    },
  });
  const refused = failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

  it('wire: what is not there', async () => {
    const bench = reach();
    const details = { name: 'nope', group: 'apps', kind: 'deployments' };
    const missing = failure(404, 'NotFound', 'deployments.apps "nope" not found', details);
    expect(await bench.wire('GET', at('deployments/nope'))).toEqual(missing);
    expect(await patch(at('deployments/nope'), [])).toEqual(missing);
    const unknown = failure(404, 'NotFound', 'the server could not find the requested resource', {});
    expect(await bench.wire('GET', '/apis/apps/v1/nosuch')).toEqual(unknown);
    const plain = { code: 404, type: 'text/plain; charset=utf-8', body: '404 page not found\n' };
    expect(await bench.wire('GET', '/apis/nosuch.example.com/v1/foos')).toEqual(plain);
  });

  it('wire: what is not allowed', async () => {
    const bench = reach();
    const { namespace, visitorName } = bench;
    const words = `User "${visitorName}" cannot`;
    expect(await bench.wire('GET', '/api/v1/pods', { visitor: true })).toEqual(
      failure(
        403,
        'Forbidden',
        `pods is forbidden: ${words} list resource "pods" in API group "" at the cluster scope`,
        { kind: 'pods' },
      ),
    );
    const message = `deployments.apps "x" is forbidden: ${words} patch resource "deployments" in API group "apps" in the namespace "${namespace}"`;
    const answer = await bench.wire('PATCH', at('deployments/x'), { visitor: true, type: JSON_PATCH, body: '[]' });
    expect(answer).toEqual(failure(403, 'Forbidden', message, { name: 'x', group: 'apps', kind: 'deployments' }));
    expect(await bench.wire('PATCH', at('deployments'), { type: JSON_PATCH, body: '[]' })).toEqual(
      failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {}),
    );
  });

  it('wire: JSON patches that do not apply', async () => {
    const bench = reach();
    await bench.deploy({ kind: 'Deployment', name: 'patched' });
    const path = at('deployments/patched');
    const before = await bench.wire('GET', path);
    expect(await patch(path, [{ op: 'test', path: '/metadata/generation', value: 99 }])).toEqual(refused);
    expect(await patch(path, [{ op: 'nope', path: '/metadata/name' }])).toEqual(refused);
    expect(await patch(path, [{ op: 'replace', path: '/nope/nope', value: 1 }])).toEqual(refused);
    expect(await patch(path, [], 'application/json')).toEqual(
      failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}),
    );
    expect(await patch(path, '[')).toMatchObject({
      code: 400,
      body: { reason: 'BadRequest', message: expect.stringContaining('error decoding patch') },
    });
    const cause = {
      reason: 'FieldValueNotSupported',
      message: 'Unsupported value: ["x"]: supported values: "All"',
      field: 'dryRun',
    };
    expect(await patch(`${path}?dryRun=x`, [])).toEqual(
      failure(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: dryRun: ${cause.message}`, {
        group: 'meta.k8s.io',
        kind: 'PatchOptions',
        causes: [cause],
      }),
    );
    const immutable = {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: "x": field is immutable',
      field: 'metadata.uid',
    };
    const uid = await patch(path, [{ op: 'add', path: '/metadata/uid', value: 'x' }]);
    expect(uid).toMatchObject({
      code: 422,
      body: { details: { name: 'patched', group: 'apps', kind: 'Deployment', causes: [immutable, immutable] } },
    });
    expect(spec(await bench.wire('GET', path))).toEqual(spec(before));
  });

  it('wire: generation and resourceVersion', async () => {
    const bench = reach();
    await bench.deploy({ kind: 'Deployment', name: 'counted' });
    const path = at('deployments/counted');
    await bench.until(
      () => bench.cluster.rollout({ kind: 'Deployment', namespace: bench.namespace, name: 'counted' }),
      (r) => r.state === 'done',
    );
    const start = meta(await bench.wire('GET', path));
    const annotate = [{ op: 'add', path: '/spec/template/metadata/annotations', value: { a: '1' } }];
    const dry = meta(await patch(`${path}?dryRun=All`, annotate));
    expect(dry).toMatchObject({ generation: 2, resourceVersion: start.resourceVersion });
    expect(meta(await bench.wire('GET', path))).toEqual(start);
    expect(meta(await patch(path, []))).toEqual(start);
    const labelled = meta(
      await patch(path, [{ op: 'add', path: '/metadata/labels', value: { app: 'counted', x: 'y' } }]),
    );
    expect(labelled.generation).toBe(1);
    expect(labelled.resourceVersion).not.toBe(start.resourceVersion);
    const unwritten = (value: unknown) => [{ op: 'test', path: '/metadata/resourceVersion', value }];
    expect(await patch(path, unwritten(start.resourceVersion))).toEqual(refused);
    expect(meta(await patch(path, unwritten(labelled.resourceVersion)))).toEqual(labelled);
    expect(meta(await patch(path, [{ op: 'add', path: '/metadata/annotations/x', value: 'y' }])).generation).toBe(2);
    const status = await patch(path, [{ op: 'add', path: '/status/replicas', value: 7 }]);
    expect(status).toMatchObject({ code: 200, body: { status: { replicas: 1 } } });
  });

  it('wire: strings of a test operation are compared as Go writes them', async () => {
    const bench = reach();
    await bench.deploy({ kind: 'Deployment', name: 'bytes', command: ['/pause', 'a && b <c>'] });
    const path = at('deployments/bytes');
    const { spec: live } = (await bench.wire('GET', path)).body as { spec: { template: { spec: unknown } } };
    const test = JSON.stringify([{ op: 'test', path: '/spec/template/spec', value: live.template.spec }]);
    const escaped = test.replace(/[&<>]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    expect(await patch(path, test)).toEqual(refused);
    expect(await patch(path, escaped)).toMatchObject({ code: 200 });
  });

  it('wire: a pod is deleted by its uid, and a dry run is one only if the body says so, or there is none', async () => {
    const bench = reach();
    await deployed(bench, { kind: 'Deployment', name: 'to-delete' });
    const query = { namespace: bench.namespace, selector: 'app=to-delete' };
    const { name, uid } = (await bench.cluster.pods(query)).pods[0]!;
    const path = (pod: string): string => `/api/v1/namespaces/${bench.namespace}/pods/${pod}`;
    const remove = (pod: string, body: object, search = ''): Promise<WireAnswer> =>
      bench.wire('DELETE', `${path(pod)}${search}`, { type: 'application/json', body: JSON.stringify(body) });
    expect(await remove('nope', {})).toEqual(
      failure(404, 'NotFound', 'pods "nope" not found', { name: 'nope', kind: 'pods' }),
    );
    const words = `the UID in the precondition (other) does not match the UID in record (${uid})`;
    const message = `Operation cannot be fulfilled on Pod "${name}": ${words}. The object might have been deleted and then recreated`;
    expect(await remove(name, { preconditions: { uid: 'other' } })).toEqual(
      failure(409, 'Conflict', message, { name, kind: 'Pod' }),
    );
    const kept = async (): Promise<boolean> =>
      !JSON.stringify((await bench.wire('GET', path(name))).body).includes('deletionTimestamp');
    expect(await remove(name, { preconditions: { uid }, dryRun: ['All'] })).toMatchObject({ code: 200 });
    expect(await kept()).toBe(true);
    expect(await bench.wire('DELETE', `${path(name)}?dryRun=All`)).toMatchObject({ code: 200 });
    expect(await kept()).toBe(true);
    expect(await remove(name, { preconditions: { uid }, dryRun: ['All'] }, '?dryRun=All')).toMatchObject({ code: 200 });
    expect(await kept()).toBe(true);
    expect(await remove(name, { preconditions: { uid } }, '?dryRun=All')).toMatchObject({ code: 200 });
    expect(await kept()).toBe(false);
  });

  it('wire: lists come in pages, whose items carry no kind', async () => {
    const bench = reach();
    await bench.deploy({ kind: 'StatefulSet', name: 'paged', replicas: 2 });
    const pods = `/api/v1/namespaces/${bench.namespace}/pods`;
    await bench.until(
      () => bench.cluster.pods({ namespace: bench.namespace, selector: 'app=paged' }),
      (l) => l.pods.length === 2,
    );
    const first = list(await bench.wire('GET', `${pods}?labelSelector=app%3Dpaged&limit=1`));
    expect(first).toMatchObject({ kind: 'PodList', apiVersion: 'v1', items: [{ metadata: { name: 'paged-0' } }] });
    expect(first.items[0]).not.toHaveProperty('kind');
    expect(first.metadata).not.toHaveProperty('remainingItemCount');
    const names = ['paged-0'];
    for (let token = first.metadata.continue; token !== undefined; ) {
      const page = list(
        await bench.wire('GET', `${pods}?labelSelector=app%3Dpaged&limit=1&continue=${encodeURIComponent(token)}`),
      );
      names.push(...page.items.map((item) => item.metadata.name));
      token = page.metadata.continue;
    }
    expect(names).toEqual(['paged-0', 'paged-1']);
    expect(list(await bench.wire('GET', `${pods}?limit=1`)).metadata.remainingItemCount).toBeGreaterThan(0);
    expect(await bench.wire('GET', `${pods}?limit=1&continue=xyz`)).toMatchObject({
      code: 400,
      body: { reason: 'BadRequest' },
    });
  });
}

interface Listed {
  kind: string;
  metadata: { continue?: string; remainingItemCount?: number };
  items: { metadata: { name: string } }[];
}

function list(answer: WireAnswer): Listed {
  expect(answer.code).toBe(200);
  return answer.body as Listed;
}

function spec(answer: WireAnswer): unknown {
  return (answer.body as { spec: unknown }).spec;
}

function meta(answer: WireAnswer): { generation: number; resourceVersion: string } {
  expect(answer.code).toBe(200);
  const { generation, resourceVersion } = (answer.body as { metadata: { generation: number; resourceVersion: string } })
    .metadata;
  return { generation, resourceVersion };
}
