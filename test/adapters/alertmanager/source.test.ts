import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type FakeAlertmanager, startAlertmanager } from '../../../sandbox/alertmanager/api.ts';
import { createAlertSource } from '../../../src/adapters/alertmanager/source.ts';
import { alert } from '../../app/support/alerts.ts';

/** Over real HTTP. What a real Alertmanager answers is in test/e2e. */

let pair: readonly [FakeAlertmanager, FakeAlertmanager];
beforeEach(async () => {
  pair = [await startAlertmanager(), await startAlertmanager()];
});
afterEach(() => Promise.all(pair.map((one) => one.close())));

const open = new AbortController().signal;
const now = new Date();
const checkout = alert({ now });
const payments = alert({ now, labels: { alertname: 'PaymentsSlow', deployment: 'payments' } });

const one = (options: { readonly authorization?: string; readonly maxBytes?: number } = {}) =>
  createAlertSource({ name: 'main', api: [pair[0].url], ...options });
const both = () => createAlertSource({ name: 'main', api: pair.map((member) => member.url) });
const host = (member: FakeAlertmanager): string => new URL(member.url).host;

describe('a look', () => {
  it('tells alerts, groups and age', async () => {
    const startedAt = new Date(now.getTime() - 3_600_000);
    Object.assign(pair[0], {
      startedAt,
      now: () => now,
      says: [{ alert: checkout }, { alert: payments, state: 'suppressed' }],
    });
    const look = await one().look({ groups: true }, open);
    expect(look).toMatchObject({ complete: true, run: startedAt.toISOString(), failures: [] });
    expect(look.upForMs).toBeCloseTo(3_600_000, -4);
    expect([...look.fingerprints]).toEqual([checkout.fingerprint, payments.fingerprint]);
    expect(look.groups).toEqual([
      {
        receiver: 'chatops',
        labels: { alertname: 'CheckoutErrors' },
        alerts: [
          {
            fingerprint: checkout.fingerprint,
            status: 'firing',
            labels: checkout.labels,
            annotations: checkout.annotations,
            startsAt: new Date(checkout.startsAt),
            generatorUrl: checkout.generatorURL,
            active: true,
          },
        ],
      },
      expect.objectContaining({ alerts: [expect.objectContaining({ active: false })] }),
    ]);
  });

  it('asks for groups only when they are wanted', async () => {
    pair[0].says = [{ alert: checkout }];
    pair[0].answers.set('/alerts/groups', { status: 500, body: 'that would be dear' });
    expect(await one().look({ groups: false }, open)).toMatchObject({ complete: true, groups: [] });
    expect(await one().look({ groups: true }, open)).toMatchObject({ complete: false });
  });

  it('names receivers as webhooks do, quoted, and knows what is muted', async () => {
    pair[0].says = [{ alert: checkout, receiver: 'critical.oncall (EU)', mutedBy: ['weekends'] }];
    const { groups } = await one().look({ groups: true }, open);
    expect(groups).toMatchObject([{ receiver: String.raw`critical\.oncall \(EU\)`, alerts: [{ active: false }] }]);
  });

  it('takes nothing that PostgreSQL would refuse', async () => {
    pair[0].says = [{ alert: { ...checkout, annotations: { summary: 'a\0b' } } }];
    const { groups } = await one().look({ groups: true }, open);
    expect(groups[0]?.alerts[0]?.annotations).toEqual({ summary: 'a\uFFFDb' });
  });

  it('puts a pair together: there on one is there, active only where no other says otherwise', async () => {
    pair[0].says = [{ alert: checkout }];
    pair[1].says = [{ alert: checkout, state: 'suppressed' }, { alert: payments }];
    const look = await both().look({ groups: true }, open);
    expect(look).toMatchObject({ complete: true });
    expect(look.groups).toMatchObject([
      { labels: { alertname: 'CheckoutErrors' }, alerts: [{ active: false }] },
      { labels: { alertname: 'PaymentsSlow' }, alerts: [{ active: true }] },
    ]);
    expect(look.fingerprints.size).toBe(2);
  });

  it('of a pair is as old as the younger, and another run when one is started anew', async () => {
    const before = await both().look({ groups: false }, open);
    pair[1].startedAt = new Date(Date.now() - 20_000);
    const after = await both().look({ groups: false }, open);
    expect(after.upForMs).toBeLessThan(30_000);
    expect(after.run).not.toBe(before.run);
  });

  it('reckons an age by the clock of the one that tells it', async () => {
    const elsewhere = Date.parse('2031-01-01T00:00:00Z');
    Object.assign(pair[0], { now: () => new Date(elsewhere), startedAt: new Date(elsewhere - 60_000) });
    expect((await one().look({ groups: false }, open)).upForMs).toBe(60_000);
  });

  it('of a pair with one away is incomplete, and has no age', async () => {
    pair[0].says = [{ alert: checkout }];
    pair[1].says = 'away';
    const look = await both().look({ groups: true }, open);
    expect(look).toMatchObject({ complete: false, failures: [`${host(pair[1])}: HTTP 503`] });
    expect(look.upForMs).toBeUndefined();
    expect([...look.fingerprints]).toEqual([checkout.fingerprint]);
  });
});

const [checkoutJson] = [JSON.stringify([{ fingerprint: checkout.fingerprint }])];
test.each([
  ['a server error', { status: 500, body: '[]' }, 'HTTP 500'],
  ['a login page', { status: 302, body: '' }, 'HTTP 302'],
  ['no rights', { status: 401, body: '[]' }, 'HTTP 401'],
  ['HTML with 200', { body: '<html>sign in</html>' }, 'an answer that is not JSON'],
  ['an answer that was cut off', { body: checkoutJson!.slice(0, -4) }, 'an answer that is not JSON'],
  ['another API', { body: '{"status":"success","data":[]}' }, 'an answer that is not Alertmanager’s'],
  ['null', { body: 'null' }, 'an answer that is not Alertmanager’s'],
  ['one alert of many that is not one', { body: '[{"fingerprint":"a"},{}]' }, 'an answer that is not Alertmanager’s'],
])('%s is no answer: nothing has ended because of it', async (_, answer, why) => {
  pair[0].answers.set('/alerts', answer);
  expect(await one().look({ groups: false }, open)).toMatchObject({
    complete: false,
    failures: [`${host(pair[0])}: ${why}`],
  });
  expect(await one().active(open)).toEqual({ fingerprints: new Set(), complete: false });
});

test('an answer is unpacked, and not over its limit', async () => {
  const body = JSON.stringify(Array.from({ length: 5_000 }, (_, i) => ({ fingerprint: `f${i}` })));
  pair[0].answers.set('/alerts', { body, gzip: true });
  expect((await one().look({ groups: false }, open)).fingerprints.size).toBe(5_000);
  expect(await one({ maxBytes: 10_000 }).look({ groups: false }, open)).toMatchObject({
    complete: false,
    failures: [`${host(pair[0])}: an answer over 10000 bytes`],
  });
});

test('a hanging one ends with the signal, a closed one at once; neither rejects', async () => {
  pair[0].answers.set('/alerts', undefined);
  const stopping = new AbortController();
  const look = one().look({ groups: true }, stopping.signal);
  stopping.abort();
  expect(await look).toMatchObject({ complete: false });
  await pair[0].close();
  expect(await one().look({ groups: true }, open)).toMatchObject({
    complete: false,
    failures: [`${host(pair[0])}: ECONNREFUSED`],
  });
});

test('credentials are sent, and told to nobody', async () => {
  const authorization = 'Bearer very-secret-token';
  pair[0].says = 'away';
  const look = await one({ authorization }).look({ groups: true }, open);
  expect(pair[0].lastHeaders.authorization).toBe(authorization);
  expect(JSON.stringify(look)).not.toContain('secret');
});
