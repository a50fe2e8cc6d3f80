import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kubeconfigFor } from '../../../sandbox/cluster/index.ts';
import { type ClusterSettings, createCluster } from '../../../src/adapters/kubernetes/cluster.ts';
import { createRest } from '../../../src/adapters/kubernetes/rest.ts';

const SECRET = 'secret-token-0123456789';

/** A server that answers as told, and counts connections and requests. */
interface Stub {
  url: string;
  sockets: number;
  requests: IncomingMessage[];
  handle: (request: IncomingMessage, response: ServerResponse, index: number) => void;
}

let server: Server;
let stub: Stub;
let folder: string;
const opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikeshi-'));
  stub = { url: '', sockets: 0, requests: [], handle: (_, response) => version(response) };
  server = createServer((request, response) => stub.handle(request, response, stub.requests.push(request)));
  server.on('connection', () => {
    stub.sockets += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((c) => c.close()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function version(response: ServerResponse): void {
  response.setHeader('content-type', 'application/json').end('{"gitVersion":"v1.2.3"}');
}

function answer(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function open(settings: Partial<ClusterSettings>): ReturnType<typeof createCluster> {
  const cluster = createCluster({ name: 'main', kubeconfig: { text: kubeconfigFor(stub.url, SECRET) }, ...settings });
  opened.push(cluster);
  return cluster;
}

/** A kubeconfig whose user is `user`, in YAML flow style. */
function withUser(user: string): { text: string } {
  return { text: kubeconfigFor(stub.url, SECRET).replace(/user: \{ token: .*\}/, `user: ${user}`) };
}

function problem(settings: Partial<ClusterSettings>): Promise<string> {
  return open(settings)
    .version()
    .then(
      () => 'none',
      (error: unknown) => {
        expect(inspect(error, { depth: 10 })).not.toContain(SECRET);
        expect(error).toMatchObject({ name: 'ClusterError', kind: 'misconfigured' });
        return error instanceof Error ? error.message : '';
      },
    );
}

describe('connections', () => {
  it('are kept and shared', async () => {
    const cluster = open({});
    for (let i = 0; i < 30; i++) await cluster.version();
    expect(stub.sockets).toBeLessThanOrEqual(2);
    expect(stub.requests[29]?.headers).toMatchObject({ authorization: `Bearer ${SECRET}`, 'user-agent': 'hikeshi' });
    await Promise.all(Array.from({ length: 60 }, () => cluster.version()));
    expect(stub.sockets).toBeLessThanOrEqual(16);
  });

  it('that the server had closed are not noticed by a read', async () => {
    const cluster = open({});
    await cluster.version();
    stub.handle = (request, response, index) => (index === 2 ? request.socket.destroy() : version(response));
    expect(await cluster.version()).toBe('v1.2.3');
    expect(stub.requests).toHaveLength(3);
  });

  it('that break under a change are reported: it is not made again', async () => {
    const live = { metadata: { uid: 'u', generation: 1 }, spec: { template: { metadata: { labels: {} } } } };
    stub.handle = (request, response) =>
      request.method === 'PATCH' ? request.socket.destroy() : answer(response, 200, live);
    const cluster = open({});
    const ref = { kind: 'Deployment', namespace: 'n', name: 'd' } as const;
    const plan = await cluster.workload(ref);
    const change = {
      expect: plan ?? expect.unreachable(),
      mark: { run: 'r', by: 'b', reason: 'w', at: new Date() },
      dryRun: false,
    };
    await expect(cluster.restart(ref, change)).rejects.toMatchObject({ kind: 'away' });
    expect(stub.requests.filter((r) => r.method === 'PATCH')).toHaveLength(1);
  });
});

describe('a delete', () => {
  it('that is a dry run is one also when a proxy takes its body away', async () => {
    const limits = { requestMs: 5_000, operationMs: 5_000, pageSize: 500, maxResponseBytes: 10_000 };
    const rest = createRest({ text: kubeconfigFor(stub.url, SECRET) }, [], limits);
    opened.push(rest);
    await rest.remove('/api/v1/namespaces/n/pods/p', { uid: 'u', dryRun: true }, new AbortController().signal);
    await rest.remove('/api/v1/namespaces/n/pods/p', { uid: 'u', dryRun: false }, new AbortController().signal);
    expect(stub.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'DELETE /api/v1/namespaces/n/pods/p?dryRun=All',
      'DELETE /api/v1/namespaces/n/pods/p',
    ]);
  });
});

describe('a restart', () => {
  it('that finds the spec moved each time gives up', async () => {
    let generation = 1;
    const refused = { kind: 'Status', reason: 'Invalid', details: {}, code: 422 };
    stub.handle = (request, response) => {
      const live = { metadata: { uid: 'u', generation: generation++ }, spec: { template: {} } };
      if (request.method === 'PATCH') answer(response, 422, refused);
      else answer(response, 200, live);
    };
    const cluster = open({});
    const ref = { kind: 'Deployment', namespace: 'n', name: 'd' } as const;
    const plan = await cluster.workload(ref);
    const change = {
      expect: plan ?? expect.unreachable(),
      mark: { run: 'r', by: 'b', reason: 'w', at: new Date() },
      dryRun: false,
    };
    await expect(cluster.restart(ref, change)).rejects.toMatchObject({
      kind: 'changed',
      message: expect.stringContaining('keeps being changed'),
    });
    expect(stub.requests.filter((r) => r.method === 'PATCH')).toHaveLength(4);
  });
});

describe('answers', () => {
  const ref = { kind: 'Deployment', namespace: 'n', name: 'd' } as const;

  it('bring their warnings along', async () => {
    const live = { metadata: { uid: 'u', generation: 1 }, spec: { template: {} } };
    stub.handle = (request, response) => {
      if (request.method === 'PATCH') response.setHeader('warning', ['299 - "a \\"b\\", c"', '299 - "d"']);
      answer(response, 200, live);
    };
    const cluster = open({});
    const plan = await cluster.workload(ref);
    const change = {
      expect: plan ?? expect.unreachable(),
      mark: { run: 'r', by: 'b', reason: 'w', at: new Date() },
      dryRun: true,
    };
    expect((await cluster.restart(ref, change)).warnings).toEqual(['a "b", c', 'd']);
    expect(stub.requests.at(-1)?.url).toBe('/apis/apps/v1/namespaces/n/deployments/d?fieldManager=hikeshi&dryRun=All');
  });

  it('that are no answer of an API server are not taken for a missing object', async () => {
    stub.handle = (_, response) =>
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>nothing here</h1>');
    const message = 'the API server answered 404 without saying why';
    await expect(open({}).workload(ref)).rejects.toMatchObject({ kind: 'not-found', message });
    stub.handle = (_, response) => response.end('<h1>Welcome</h1>');
    await expect(open({}).workload(ref)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('are cut to a line', async () => {
    stub.handle = (_, response) =>
      answer(response, 400, { kind: 'Status', message: `webhook says:\n${'long '.repeat(500)}` });
    const error = await open({})
      .version()
      .catch((e: Error) => e.message);
    expect(error).toMatch(/^webhook says: long /);
    expect(error).toHaveLength(400);
  });

  it.each([
    [400, 'invalid'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'invalid'],
    [410, 'away'],
    [429, 'away'],
    [500, 'away'],
    [504, 'away'],
  ])('%i is %s', async (code, kind) => {
    stub.handle = (_, response) => answer(response, code, { kind: 'Status', message: 'm', reason: 'r', code });
    await expect(open({}).version()).rejects.toMatchObject({ kind });
  });

  it.each([
    [403, 'admission webhook "no.example" denied the request: not on a Sunday'],
    [422, 'admission webhook "no.example" denied the request without explanation'],
    [500, 'Internal error occurred: failed calling webhook "no.example": failed to call webhook: connection refused'],
  ])('%i by a webhook is its own no, in its own words', async (code, message) => {
    stub.handle = (_, response) => answer(response, code, { kind: 'Status', message, reason: 'r', code });
    await expect(open({}).version()).rejects.toMatchObject({ kind: 'invalid', message });
  });

  it.each([
    [true, 400, 'admission webhook "no.example" denied the request: admission webhook "x" does not support dry run'],
    [true, 400, 'admission webhook "no.example" does not support dry run: ask somebody else'],
    [true, 403, 'admission webhook "no.example" does not support dry run'],
    [false, 400, 'admission webhook "no.example" does not support dry run'],
  ])('only a dry run that could not be made is computed (%s, %i, %s)', async (dryRun, code, message) => {
    stub.handle = (_, response) => answer(response, code, { kind: 'Status', message, reason: 'r', code });
    const ref = { kind: 'Deployment', namespace: 'shop', name: 'checkout' } as const;
    const change = { expect: { uid: 'u', replicas: 1 }, replicas: 2, dryRun };
    await expect(open({}).scale(ref, change)).rejects.toMatchObject({ name: 'ClusterError', message });
  });

  it('are asked for by escaped names', async () => {
    await open({}).workload({ kind: 'Deployment', namespace: '../x', name: 'a/b?c' });
    expect(stub.requests[0]?.url).toBe('/apis/apps/v1/namespaces/..%2Fx/deployments/a%2Fb%3Fc');
  });
});

describe('credentials', () => {
  it('are read again after a 401, within the call', async () => {
    const path = join(folder, 'config');
    await writeFile(path, kubeconfigFor(stub.url, 'old'));
    stub.handle = (request, response) => {
      if (request.headers.authorization === `Bearer ${SECRET}`) version(response);
      else void writeFile(path, kubeconfigFor(stub.url, SECRET)).then(() => answer(response, 401, { kind: 'Status' }));
    };
    const cluster = open({ kubeconfig: { path } });
    expect(await cluster.version()).toBe('v1.2.3');
    expect(await cluster.version()).toBe('v1.2.3');
    expect(stub.requests).toHaveLength(3);
  });

  it('may come late: a file that was missing is read by the next call', async () => {
    const path = join(folder, 'config');
    const cluster = open({ kubeconfig: { path } });
    const message = `kubeconfig ${path} cannot be read: ENOENT`;
    await expect(cluster.version()).rejects.toMatchObject({ kind: 'misconfigured', message });
    await writeFile(path, kubeconfigFor(stub.url, SECRET));
    expect(await cluster.version()).toBe('v1.2.3');
  });

  it('come from an exec plugin only if it is on the list', async () => {
    const credential = { status: { token: SECRET } };
    const program = `console.log(JSON.stringify(${JSON.stringify(credential)}))`;
    const user = JSON.stringify({ exec: { command: process.execPath, args: ['-e', program] } });
    const kubeconfig = withUser(user);
    expect(await problem({ kubeconfig })).toBe(
      `exec plugin ${process.execPath} of user sandbox is not in the cluster's list of allowed plugins`,
    );
    expect(stub.requests).toHaveLength(0);
    await open({ kubeconfig, execPlugins: [process.execPath] }).version();
    expect(stub.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
  });

  it('of a plugin that fails or hangs cost no more than the limit', async () => {
    const user = (program: string): string =>
      JSON.stringify({ exec: { command: process.execPath, args: ['-e', program] } });
    const failing = withUser(user(`console.error('${SECRET}'); process.exit(1)`));
    const execPlugins = [process.execPath];
    expect(await problem({ kubeconfig: failing, execPlugins })).toBe(
      `exec plugin ${process.execPath} failed: run it by hand to see why`,
    );
    const hanging = open({
      kubeconfig: withUser(user('setTimeout(() => {}, 2000)')),
      execPlugins,
      limits: { requestMs: 100 },
    });
    await expect(hanging.version()).rejects.toMatchObject({
      kind: 'away',
      message: expect.stringContaining('TIMEOUT'),
    });
  });

  it('and the library that reads them take their time to load, which is not the request’s', async () => {
    const text = kubeconfigFor(stub.url, SECRET);
    let loads = 0;
    const kubeconfig = {
      get text() {
        // As a busy machine does that loads a large module.
        if (loads === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
        loads += 1;
        return text;
      },
    };
    expect(await open({ kubeconfig, limits: { requestMs: 500 } }).version()).toBe('v1.2.3');
    expect(loads).toBeGreaterThan(0);
  });

  it('that are not there at all, or not where KUBECONFIG says, are asked for', async () => {
    const home = await mkdtemp(join(tmpdir(), 'hikeshi-home-'));
    vi.stubEnv('HOME', home);
    vi.stubEnv('KUBECONFIG', undefined);
    try {
      expect(await problem({ kubeconfig: { context: 'main' } })).toBe(
        'there is no kubeconfig: ~/.kube/config does not exist; set KUBECONFIG to its path, or kubeconfig of the cluster in the config',
      );
      const absent = join(home, 'absent');
      vi.stubEnv('KUBECONFIG', absent);
      expect(await problem({ kubeconfig: { context: 'main' } })).toBe(
        `kubeconfig ${absent} (of KUBECONFIG) cannot be read: ENOENT`,
      );
      await writeFile(absent, kubeconfigFor(stub.url, SECRET));
      expect(await problem({ kubeconfig: { context: 'main' } })).toBe(
        `kubeconfig ${absent} (of KUBECONFIG) has no context main; it has: sandbox`,
      );
    } finally {
      vi.unstubAllEnvs();
      await rm(home, { recursive: true, force: true });
    }
  });

  it('that cannot be used are named, and never quoted', async () => {
    const text = kubeconfigFor(stub.url, SECRET);
    expect(await problem({ kubeconfig: { text: `${text}\n  - [` } })).toBe(
      'kubeconfig cannot be read: not a valid kubeconfig',
    );
    expect(await problem({ kubeconfig: { text: 'nonsense' } })).toBe(
      'kubeconfig names no cluster: set kubeconfig and context',
    );
    expect(await problem({ kubeconfig: { text, context: 'prod' } })).toBe(
      'kubeconfig has no context prod; it has: sandbox',
    );
    expect(
      await problem({ kubeconfig: withUser('{ auth-provider: { name: gcp, config: { access-token: x } } }') }),
    ).toBe('auth-provider gcp of user sandbox is not supported: use a token or an exec plugin');
    expect(await problem({ kubeconfig: 'in-cluster' })).toContain('not running in a pod');
    const plain = text.replaceAll('insecure-skip-tls-verify: true', 'insecure-skip-tls-verify: false');
    expect(plain).not.toBe(text);
    expect(await problem({ kubeconfig: { text: plain } })).toContain('its address is http: use https');
    const proxied = text.replace('{ server', "{ proxy-url: 'socks5://127.0.0.1:1', server");
    expect(await problem({ kubeconfig: { text: proxied } })).toContain('only http and https proxies');
  });
});
