import { afterEach, describe, expect, test } from 'vitest';
import { createHttpApp, type HttpParts } from '../../../src/adapters/http/app.ts';
import type { SourceCredentials } from '../../../src/adapters/http/authorize.ts';
import { type HttpServer, listen } from '../../../src/adapters/http/server.ts';

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close(500);
  server = undefined;
});

const source = (name: string, more: Partial<SourceCredentials> = {}): SourceCredentials => ({
  name,
  auth: 'required',
  tokens: ['token-one', 'token-two'],
  ...more,
});

interface Seen {
  readonly received: { source: string; body: string }[];
  readonly refused: { source: string; reason: string; bytes: number; excerpt: string }[];
}

async function start(
  sources: readonly SourceCredentials[],
  changes: Partial<HttpParts> = {},
): Promise<{ url: string; seen: Seen }> {
  const seen: Seen = { received: [], refused: [] };
  const app = createHttpApp({
    sources: () => new Map(sources.map((s) => [s.name, s])),
    maxBody: () => 1000,
    receive: async (name, bytes) => {
      seen.received.push({ source: name, body: Buffer.from(bytes).toString() });
      return { status: 200, body: { outcome: 'opened' } };
    },
    refused: async (name, reason, bytes, excerpt) => void seen.refused.push({ source: name, reason, bytes, excerpt }),
    ready: async () => ({ ready: true, failing: [], degraded: {} }),
    metrics: async () => ({ type: 'text/plain', text: 'hikeshi_up 1\n' }),
    onError: () => undefined,
    ...changes,
  });
  server = await listen(app, 0, '127.0.0.1');
  return { url: `http://127.0.0.1:${server.port}`, seen };
}

const post = (url: string, body: string, authorization?: string): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body,
    headers: { ...(authorization ? { authorization } : {}), 'content-type': 'application/json' },
  });

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('credentials of a source', () => {
  test('either of two bearer tokens is taken, whatever the case of the scheme', async () => {
    const { url } = await start([source('default')]);
    for (const header of ['Bearer token-one', 'bearer token-two', 'BEARER   token-one']) {
      expect((await post(`${url}/webhooks/alertmanager`, '{}', header)).status).toBe(200);
    }
  });

  test('everything else is 401 and nothing is received', async () => {
    const { url, seen } = await start([source('default', { basic: { username: 'am', passwords: ['p:w'] } })]);
    for (const header of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Bearer token-on',
      'Bearer token-one-',
      'token-one',
      basic('am', 'p'),
      basic('', ''),
      basic('am', 'token-one'),
      'Basic !!!',
    ]) {
      const answer = await post(`${url}/webhooks/alertmanager`, '{}', header);
      expect([header, answer.status]).toEqual([header, 401]);
    }
    expect((await post(`${url}/webhooks/alertmanager`, '{}', basic('am', 'p:w'))).status).toBe(200);
    expect(seen.received).toHaveLength(1);
  });

  test('a source with `auth: none` asks for nothing', async () => {
    const { url } = await start([source('default', { auth: 'none', tokens: [] })]);
    expect((await post(`${url}/webhooks/alertmanager`, '{}')).status).toBe(200);
  });

  test('an empty token never opens a door', async () => {
    const { url } = await start([source('default', { tokens: [''] })]);
    expect((await post(`${url}/webhooks/alertmanager`, '{}', 'Bearer ')).status).toBe(401);
  });
});

describe('paths', () => {
  test('without a name it is the only source, or the one called default', async () => {
    const only = await start([source('main')]);
    expect((await post(`${only.url}/webhooks/alertmanager`, '{}', 'Bearer token-one')).status).toBe(200);
    expect(only.seen.received[0]!.source).toBe('main');
    await server!.close(500);
    const two = await start([source('a'), source('b')]);
    expect((await post(`${two.url}/webhooks/alertmanager`, '{}', 'Bearer token-one')).status).toBe(404);
    expect((await post(`${two.url}/webhooks/alertmanager/b?x=1`, '{}', 'Bearer token-one')).status).toBe(200);
    expect((await post(`${two.url}/webhooks/alertmanager/constructor`, '{}', 'Bearer token-one')).status).toBe(404);
  });

  test.each(['GET', 'PUT'])('%s finds the path and hears that it wants POST', async (method) => {
    const { url } = await start([source('default')]);
    for (const path of ['/webhooks/alertmanager', '/webhooks/alertmanager/default']) {
      const answer = await fetch(`${url}${path}`, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  test('an unknown path is 404 without a word of how it is built', async () => {
    const { url } = await start([source('default')]);
    const answer = await fetch(`${url}/nope`);
    expect([answer.status, answer.headers.get('x-powered-by')]).toEqual([404, null]);
  });
});

describe('bodies', () => {
  test('a body over the limit is 413 and told with its beginning', async () => {
    const { url, seen } = await start([source('default')]);
    const answer = await post(`${url}/webhooks/alertmanager`, `{"a":"${'x'.repeat(5000)}"}`, 'Bearer token-one');
    expect([answer.status, await answer.json()]).toEqual([413, { error: 'body too large', maxBody: 1000 }]);
    expect(seen.refused).toMatchObject([{ source: 'default', reason: 'too-large' }]);
    expect(seen.refused[0]!.excerpt.startsWith('{"a":"xxx')).toBe(true);
    expect(seen.received).toHaveLength(0);
  });

  test('bytes are passed on as they came', async () => {
    const { url, seen } = await start([source('default')]);
    await post(`${url}/webhooks/alertmanager`, '{"日本":"\u0000"}', 'Bearer token-one');
    expect(seen.received[0]!.body).toBe('{"日本":"\u0000"}');
  });

  test('a defect is 500 without its words', async () => {
    const { url } = await start([source('default')], { receive: () => Promise.reject(new Error('secret detail')) });
    const answer = await post(`${url}/webhooks/alertmanager`, '{}', 'Bearer token-one');
    expect([answer.status, await answer.text()]).toEqual([500, '{"error":"internal error"}']);
  });
});

describe('readiness', () => {
  test('other systems only count when asked for', async () => {
    const { url } = await start([source('default')], {
      ready: async () => ({ ready: true, failing: [], degraded: { slack: 'away' } }),
    });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    expect((await fetch(`${url}/ready?require=kubernetes`)).status).toBe(200);
    const strict = await fetch(`${url}/ready?require=slack,kubernetes`);
    expect([strict.status, await strict.json()]).toMatchObject([
      503,
      { status: 'not ready', failing: ['slack'], degraded: { slack: 'away' } },
    ]);
  });

  test('health and metrics answer', async () => {
    const { url } = await start([source('default')]);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'healthy' });
    expect(await (await fetch(`${url}/metrics`)).text()).toBe('hikeshi_up 1\n');
  });
});
