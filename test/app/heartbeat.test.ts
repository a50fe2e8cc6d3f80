import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';

let app: TestApp | undefined;
let watchdog: Server | undefined;
afterEach(async () => {
  await app?.close();
  watchdog?.closeAllConnections();
  watchdog?.close();
});

it('beats outwards while the program works, says when it does not get through, and stops with the config', async () => {
  const calls: string[] = [];
  let status = 200;
  watchdog = createServer((req, res) => {
    calls.push(`${req.method} ${req.url}`);
    res.writeHead(status).end();
  });
  await new Promise<void>((resolve) => watchdog!.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(watchdog.address() as AddressInfo).port}/ping/s3cret`;
  const config = `${TEAM}heartbeat: {url: WATCHDOG_URL, every: 10s}\n`;
  app = await startTestApp({ config, env: { WATCHDOG_URL: url } });
  await expect.poll(() => calls, { timeout: 10_000 }).toEqual(['GET /ping/s3cret']);
  const degraded = async () => (await app!.get('/ready')).body['degraded'];
  expect(await degraded()).not.toHaveProperty('heartbeat');

  status = 500;
  app.move(10_000);
  await expect.poll(degraded, { timeout: 15_000 }).toMatchObject({ heartbeat: 'not taken: http-500' });
  const text = await (await fetch(`http://127.0.0.1:${app.app().port}/metrics`)).text();
  expect(text).toMatch(/^hikeshi_heartbeat_sent_total 1$/m);
  expect(text).toMatch(/^hikeshi_heartbeat_failed_total\{code="http-500"\} 1$/m);
  expect(text).not.toContain('s3cret');

  await app.writeConfig(TEAM);
  app.app().live.reload();
  await expect.poll(degraded, { timeout: 15_000 }).not.toHaveProperty('heartbeat');
});
