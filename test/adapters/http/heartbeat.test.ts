import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { heartbeatTo } from '../../../src/adapters/http/heartbeat.ts';

const SECRET = 's3cret-path';
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function watchdog(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/${SECRET}`;
}

const soon = (ms = 5_000): AbortSignal => AbortSignal.timeout(ms);

test('is one GET of the URL', async () => {
  const seen: string[] = [];
  const url = await watchdog((req, res) => {
    seen.push(`${req.method} ${req.url} ${req.headers['user-agent']}`);
    res.end('ok');
  });
  expect(await heartbeatTo(url)(soon())).toBe('ok');
  expect(seen).toEqual([`GET /${SECRET} hikeshi`]);
});

test.each([404, 500, 503, 301])('an answer of %i is a failure; a redirect is not followed', async (status) => {
  let calls = 0;
  const url = await watchdog((_req, res) => {
    calls += 1;
    res.writeHead(status, { location: '/elsewhere' }).end();
  });
  expect(await heartbeatTo(url)(soon())).toEqual({ failed: `http-${status}` });
  expect(calls).toBe(1);
});

test('a watchdog that hangs, before or in its answer, is left when the time is up', async () => {
  const silent = await watchdog(() => undefined);
  expect(await heartbeatTo(silent)(soon(50))).toEqual({ failed: 'timeout' });
  server?.closeAllConnections();
  server?.close();
  const halting = await watchdog((_req, res) => void res.writeHead(200).write('o'));
  expect(await heartbeatTo(halting)(soon())).toBe('ok');
});

test('what went wrong never shows the URL', async () => {
  const url = await watchdog((req) => void req.socket.destroy());
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port: nobody } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const wrong = [
    url,
    `http://127.0.0.1:${nobody}/${SECRET}`,
    `http://no-such-host.invalid/${SECRET}`,
    `not a url ${SECRET}`,
  ];
  const answers = await Promise.all(wrong.map((one) => heartbeatTo(one)(soon())));
  expect(answers[1]).toEqual({ failed: 'ECONNREFUSED' });
  for (const answer of answers) expect(JSON.stringify(answer)).toMatch(/^\{"failed":"[A-Za-z_0-9]+"\}$/);
  expect(JSON.stringify(answers)).not.toMatch(/s3cret|no-such-host/);
});
