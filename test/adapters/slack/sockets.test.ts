import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { trySocketMode } from '../../../src/adapters/slack/index.ts';
import { type Bench, startBench } from './support/bench.ts';

let bench: Bench;
let crowded: (seen: number) => void;

beforeEach(async () => {
  crowded = () => {};
  bench = await startBench({ mode: 'socket', adapter: { onTooManyConnections: (seen) => crowded(seen) } });
});
afterEach(() => bench.close());

const opened = () => bench.slack.calls('apps.connections.open').length;
const live = () => bench.adapter.sockets().live;

test('two sockets, no router', () => {
  expect(bench.adapter.sockets()).toEqual({ live: 2, expected: 2 });
  expect(bench.adapter.router).toBeUndefined();
});

test('notice is given: new sockets are open before Slack closes the old ones, so nothing is missed', async () => {
  bench.slack.sockets.disconnect('warning');
  let commands = 0;
  while (bench.slack.sockets.count < 4) {
    expect(await bench.slack.as('kenji').command('alerts', '/ops pods')).toMatchObject({ ok: true });
    commands += 1;
  }
  expect(bench.requests).toHaveLength(commands);
  bench.slack.advance(10_001);
  await bench.until(() => bench.slack.sockets.count === 2);
  expect(await bench.slack.as('kenji').command('alerts', '/ops pods')).toMatchObject({ ok: true });
});

test.each(['refresh_requested', 'too_many_websockets', 'link_disabled'] as const)(
  'after %s it connects again',
  async (reason) => {
    bench.slack.sockets.disconnect(reason);
    await bench.until(() => opened() >= 4 && bench.slack.sockets.count === 2);
    expect(await bench.slack.as('kenji').command('alerts', '/ops pods')).toMatchObject({ ok: true });
  },
);

test('cut without a word: it connects again', async () => {
  bench.slack.sockets.dropAll();
  await bench.until(() => opened() >= 4 && bench.slack.sockets.count === 2);
});

describe('when connecting fails', () => {
  test.each([
    ['http 500', { kind: 'http500' }],
    ['connection reset', { kind: 'reset' }],
    ['a dead token', { kind: 'error', code: 'invalid_auth' }],
    ['an error that passes', { kind: 'error', code: 'internal_error' }],
    ['rate limits', { kind: 'rate-limited', retryAfter: 1 }],
  ] as const)('%s: reported, tried again, and the process lives', async (_, fault) => {
    bench.slack.addFault({ ...fault, method: 'apps.connections.open', times: 2 });
    bench.slack.sockets.dropAll();
    await bench.until(() => bench.errors.length >= 2);
    expect(bench.errors.every(({ about }) => about === 'connecting to Slack')).toBe(true);
    await bench.until(() => bench.slack.sockets.count === 2);
  });
});

test('Slack away at the start: it starts all the same, and connects when Slack is back', async () => {
  await bench.adapter.stop(1_000);
  const heal = bench.slack.addFault({ kind: 'http503', method: 'apps.connections.open' });
  const other = await startBench({
    mode: 'socket',
    adapter: { apiUrl: bench.slack.apiUrl, appToken: bench.slack.appToken },
  });
  expect(other.adapter.sockets()).toEqual({ live: 0, expected: 2 });
  heal();
  await bench.until(() => bench.slack.sockets.count === 2);
  expect(await bench.slack.as('kenji').command('alerts', '/ops pods')).toMatchObject({ ok: true });
  expect(other.requests).toHaveLength(1);
  await other.close();
});

test('our own old connection beside its successor is not one too many', async () => {
  const seen: number[] = [];
  crowded = (count) => void seen.push(count);
  bench.slack.sockets.disconnect('warning');
  await bench.until(() => bench.slack.sockets.count === 4);
  expect(seen).toEqual([]);
});

test('more connections than ours are told', async () => {
  const told = new Promise<number>((resolve) => {
    crowded = resolve;
  });
  // Whichever connects last sees both: they come back in no order.
  const onTooManyConnections = (seen: number): void => crowded(seen);
  const other = await startBench({
    mode: 'socket',
    adapter: { apiUrl: bench.slack.apiUrl, appToken: bench.slack.appToken, onTooManyConnections },
  });
  bench.slack.sockets.disconnect('refresh_requested');
  expect(await told).toBeGreaterThan(2);
  await other.close();
});

describe('a connection that is only tried', () => {
  const tried = (limit = {}) =>
    trySocketMode(
      { appToken: bench.slack.appToken, apiUrl: bench.slack.apiUrl, log: pino({ level: 'silent' }) },
      limit,
    );

  test('beside the running ones takes no event from them: what it is handed comes again to them', async () => {
    const mention = { user: bench.slack.user('kenji').id, text: 'help', ts: '1.1', channel: 'C1', event_ts: '1.1' };
    const opened = new Promise<void>((resolve) => {
      const quiet = bench.slack.listen(() => {
        if (bench.slack.sockets.count < 3) return;
        quiet();
        // To each of the three in turn, at the moment of its hello.
        for (let i = 0; i < 3; i++) bench.slack.event('app_mention', { ...mention, ts: `1.${i}` });
        resolve();
      });
    });
    await Promise.all([tried(), opened]);
    await bench.until(() => bench.slack.sockets.count === 2 && bench.requests.length === 2);
    bench.slack.advance(4_000);
    await bench.until(() => bench.requests.length === 3);
  });

  test('where ten are open already is refused, and they stay', async () => {
    const more = await Promise.all(
      Array.from({ length: 4 }, () =>
        startBench({ mode: 'socket', adapter: { apiUrl: bench.slack.apiUrl, appToken: bench.slack.appToken } }),
      ),
    );
    expect(bench.slack.sockets.count).toBe(10);
    await expect(tried()).rejects.toMatchObject({ code: 'too_many_websockets' });
    expect(bench.slack.sockets.count).toBe(10);
    await Promise.all(more.map((each) => each.close()));
  });

  test('without a hello ends at its limit', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const api = createServer((_, response) =>
      response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/link/?ticket=1` })),
    ).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/api/`;
    const log = pino({ level: 'silent' });
    await expect(trySocketMode({ appToken: 'xapp-1', apiUrl, log }, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'timeout',
    });
    api.close();
    server.close();
  });
});

test('stopping acknowledges what is under way, then closes', async () => {
  let go: () => void = () => {};
  const free = new Promise<void>((resolve) => {
    go = resolve;
  });
  bench.handle = async () => {
    await free;
    return {};
  };
  const asked = bench.slack.as('kenji').command('alerts', '/ops pods');
  await bench.until(() => bench.requests.length === 1);
  const stopped = bench.adapter.stop(3_000);
  go();
  expect(await asked).toMatchObject({ ok: true });
  await stopped;
  expect(live()).toBe(0);
  await bench.until(() => bench.slack.sockets.count === 0);
});
