import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../sandbox/slack/index.ts';
import { lastingPort } from '../support/ports.ts';
import { hasRedis } from '../support/redis.ts';
import { type Installation, install, WEBHOOK_TOKEN } from './app.ts';
import { findProgram, type Running, start, untilAnswers } from './programs.ts';
import { findAlertmanager, type RealAlertmanager, startAlertmanager } from './real-alertmanager.ts';

/** From a metric to Slack and back: a rule of a real Prometheus, through a real Alertmanager. */

const programs = {
  prometheus: findProgram(['prometheus'], 'prometheus'),
  alertmanager: hasRedis() ? findAlertmanager() : undefined,
};
const WITHIN_MS = 30_000;
const MINUTE = 60_000;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe.skipIf(!programs.prometheus || !programs.alertmanager)('a real Prometheus', { timeout: 120_000 }, () => {
  it('a rule fires, somebody has it, it is silenced, it resolves: one post tells it all', async () => {
    const shop = await startShop();
    const { place, alertmanager } = await setUp(shop);
    const { slack } = place;
    const shown = (): string => visibleText(slack.channel('alerts').posts()[0]!);

    shop.errors = 0.12;
    const post = await slack.until(() => slack.channel('alerts').posts()[0], WITHIN_MS);
    expect(shown()).toContain('12% of the checkouts fail');
    expect(shown()).toContain('Critical');
    expect(await slack.as('kenji').click(post, 'Acknowledge')).toMatchObject({ ok: true });
    await slack.until(() => /has it/.test(shown()), WITHIN_MS);

    await alertmanager.silence({ alertname: 'CheckoutErrors' });
    shop.errors = 0;
    // Alertmanager tells nobody that it is over; it only has it no more.
    await expect.poll(() => alertsOf(alertmanager), { timeout: WITHIN_MS }).toEqual([]);
    expect(shown()).toMatch(/has it/);
    for (let minute = 0; minute < 17; minute++) await pass(place);
    await expect.poll(shown, { timeout: WITHIN_MS }).toMatch(/Resolved at .* all its alerts cleared/);
    expect(slack.channel('alerts').posts()).toHaveLength(1);
  });
});

async function pass(place: Installation): Promise<void> {
  const looks = () => place.metric('hikeshi_reconcile_looks_total');
  const before = await looks();
  place.move(MINUTE);
  await expect.poll(looks, { timeout: WITHIN_MS }).toBeGreaterThan(before);
}

async function alertsOf({ url }: RealAlertmanager): Promise<unknown> {
  return (await fetch(`${url}/api/v2/alerts`)).json();
}

interface Shop {
  readonly address: string;
  /** The part of checkouts that fail. */
  errors: number;
}

/** Something that Prometheus scrapes. */
async function startShop(): Promise<Shop> {
  const state = { errors: 0 };
  const server: Server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/plain' })
      .end(`checkout_errors{namespace="shop"} ${state.errors}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return Object.defineProperty(state as typeof state & { readonly address: string }, 'address', {
    value: `127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
}

async function setUp(shop: Shop): Promise<{ readonly place: Installation; readonly alertmanager: RealAlertmanager }> {
  const port = await lastingPort();
  const webhook = { url: `http://127.0.0.1:${port}/webhooks/alertmanager`, token: WEBHOOK_TOKEN };
  const alertmanager = await startAlertmanager(programs.alertmanager!, webhook);
  stops.push(() => alertmanager.stop());
  const source = `sources: { main: { token: ALERTMANAGER_WEBHOOK_TOKEN, api: ['${alertmanager.url}'] } }`;
  const place = await install(`slack: { channel: alerts }\n${source}\n`, port);
  stops.push(() => place.close());
  await place.open();
  const prometheus = await startPrometheus(shop.address, alertmanager.url);
  stops.push(() => prometheus.stop());
  return { place, alertmanager };
}

async function startPrometheus(target: string, alertmanager: string): Promise<Running> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-e2e-prometheus-'));
  stops.push(() => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, 'rules.yml'), RULES);
  await writeFile(
    join(dir, 'prometheus.yml'),
    `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs: [{ job_name: shop, static_configs: [{ targets: ['${target}'] }] }]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['${new URL(alertmanager).host}'] }] }] }
`,
  );
  const address = `127.0.0.1:${await lastingPort()}`;
  const running = start(
    programs.prometheus!,
    [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    process.env,
  );
  await untilAnswers(`http://${address}/-/ready`, running);
  return running;
}

const RULES = `
groups:
  - name: shop
    rules:
      - alert: CheckoutErrors
        expr: checkout_errors > 0.05
        labels: { severity: critical }
        annotations: { summary: '{{ $value | humanizePercentage }} of the checkouts fail' }
`;
