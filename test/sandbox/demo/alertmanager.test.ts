import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AlertBody, type FakeAlertmanager, startAlertmanager } from '../../../sandbox/alertmanager/api.ts';
import { Alertmanager } from '../../../sandbox/demo/alertmanager.ts';
import { storm } from '../../../sandbox/demo/scenario.ts';
import { createSilencer } from '../../../src/adapters/alertmanager/silencer.ts';
import { parseNotification } from '../../../src/alerts/parse.ts';

const LABELS = { alertname: 'PodCrashLooping', namespace: 'shop', deployment: 'checkout', severity: 'critical' };
const HOUR_MS = 3_600_000;

interface Body {
  readonly status: string;
  readonly groupKey: string;
  readonly alerts: readonly AlertBody[];
}

let server: Server;
let alertmanager: Alertmanager;
let api: FakeAlertmanager;
let got: { body: string; authorization: string | undefined }[] = [];
let statuses: number[] = [];
let now = Date.UTC(2026, 0, 2, 3);
let arrived: () => void = () => undefined;

beforeEach(async () => {
  got = [];
  statuses = [];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      got.push({ body, authorization: request.headers.authorization });
      response.writeHead(statuses.shift() ?? 200).end();
      arrived();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  api = await startAlertmanager();
  api.now = () => new Date(now);
  alertmanager = new Alertmanager({ url, token: 't0ken', now: () => now, api });
});

afterEach(async () => {
  alertmanager.stop();
  await api.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function until(count: number): Promise<Body[]> {
  while (got.length < count) await new Promise<void>((resolve) => (arrived = resolve));
  return got.map((one) => JSON.parse(one.body) as Body);
}

/** Sends it again as soon as the first answer has been read. */
async function duplicated(): Promise<number> {
  for (;;) {
    try {
      return await alertmanager.duplicate(LABELS);
    } catch {
      await new Promise(setImmediate);
    }
  }
}

describe('the demo’s Alertmanager', () => {
  it('sends a body that Hikeshi reads without a complaint, with the token', async () => {
    alertmanager.fire(LABELS, { summary: 'checkout crash-loops' });
    const [body] = await until(1);
    expect(got[0]?.authorization).toBe('Bearer t0ken');
    expect(body).toMatchObject({ status: 'firing', groupKey: '{}:{alertname="PodCrashLooping", namespace="shop"}' });
    expect(parseNotification(Buffer.from(got[0]!.body), 'default', new Date(now))).toMatchObject({
      kind: 'ok',
      notification: { repairs: [] },
    });
  });

  it('says once that it is over, and starts anew when it fires again', async () => {
    alertmanager.fire(LABELS);
    await until(1);
    now += 60_000;
    alertmanager.resolve(LABELS);
    const [, resolved] = await until(2);
    expect(resolved).toMatchObject({
      status: 'resolved',
      alerts: [{ status: 'resolved', endsAt: new Date(now).toISOString() }],
    });
    expect(alertmanager.firing).toBe(0);
    now += 60_000;
    alertmanager.fire(LABELS);
    const again = (await until(3))[2]!;
    expect(again.alerts).toMatchObject([{ status: 'firing', startsAt: new Date(now).toISOString() }]);
  });

  it('tries again after a 503, with the same alert', async () => {
    statuses = [503, 500];
    alertmanager.fire(LABELS);
    const bodies = await until(3);
    expect(new Set(bodies.map((body) => JSON.stringify(body.alerts))).size).toBe(1);
  });

  it('repeats what fires after four hours, and a duplicate is the same byte for byte', async () => {
    alertmanager.fire(LABELS);
    await until(1);
    expect(await duplicated()).toBe(200);
    expect(got[1]?.body).toBe(got[0]?.body);
    now += 5 * HOUR_MS;
    alertmanager.look();
    const bodies = await until(3);
    expect(bodies[2]).toEqual(bodies[0]);
  });

  it('sends a storm of forty in forty groups, and two alerts of one group together', async () => {
    for (const { labels, annotations } of storm()) alertmanager.fire(labels, annotations);
    const [first] = storm();
    expect(alertmanager.fires(first!.labels)).toBe(true);
    const beside = { ...first!.labels, instance: 'another:9090' };
    expect(alertmanager.fires(beside)).toBe(false);
    alertmanager.fire(beside);
    expect(alertmanager.firing).toBe(41);
    const bodies = await until(40);
    expect(new Set(bodies.map((body) => body.groupKey)).size).toBe(40);
    expect(bodies.flatMap((body) => body.alerts)).toHaveLength(41);
  });

  it('leaves out what is silenced, by a silence made over its API, and tells it when that has ended', async () => {
    const other = { ...LABELS, deployment: 'cart' };
    const silencer = createSilencer({ name: 'main', api: [api.url] });
    const matchers = [{ name: 'deployment', value: 'checkout', isRegex: false, isEqual: true }];
    const [startsAt, endsAt] = [new Date(now), new Date(now + HOUR_MS)];
    const silence = { matchers, startsAt, endsAt, createdBy: 'mika', comment: '', mark: 'INC-1' };
    await silencer.create(silence, AbortSignal.timeout(5_000));
    alertmanager.fire(LABELS);
    alertmanager.fire(other);
    expect((await until(1))[0]?.alerts).toMatchObject([{ labels: other }]);
    const matching = await silencer.matching(matchers, AbortSignal.timeout(5_000));
    expect(matching).toMatchObject([{ labels: LABELS, silenced: true }]);
    now += 2 * HOUR_MS;
    alertmanager.look();
    expect((await until(2))[1]?.alerts).toMatchObject([{ labels: LABELS }, { labels: other }]);
  });

  it('never tells of the end of what was silenced then', async () => {
    const other = { ...LABELS, deployment: 'cart' };
    alertmanager.fire(LABELS);
    alertmanager.fire(other);
    await until(1);
    const matchers = [{ name: 'deployment', value: 'checkout', isRegex: false, isEqual: true }];
    const [startsAt, endsAt] = [now, now + HOUR_MS].map((ms) => new Date(ms).toISOString()) as [string, string];
    api.silences.push({ id: 'one', matchers, startsAt, endsAt, createdBy: '', comment: '' });
    alertmanager.resolve(LABELS);
    alertmanager.resolve(other);
    expect((await until(2))[1]?.alerts).toMatchObject([{ status: 'resolved', labels: other }]);
    now += 2 * HOUR_MS;
    alertmanager.fire(other);
    expect((await until(3))[2]?.alerts).toMatchObject([{ status: 'firing', labels: other }]);
  });
});
