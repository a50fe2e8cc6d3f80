import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { firstPost, words } from './support/seen.ts';

const HOUR = 3_600_000;

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({
    config: `
slack: {channel: alerts, fallback: ops}
maxBody: 64KiB
sources:
  main: {token: ALERTMANAGER_WEBHOOK_TOKEN}
  other: {token: OTHER_TOKEN, previousToken: OLD_TOKEN}
`,
    env: { OTHER_TOKEN: 'other-token-0123456789', OLD_TOKEN: 'old-token-0123456789' },
  });
  // The hour begins now: what is told once an hour is told once in this test.
  app.move(HOUR - (app.now().getTime() % HOUR));
});
afterEach(() => app.close());

async function stored(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select (select count(*) from notifications)::int + (select count(*) from incidents)::int
      + (select count(*) from quarantine)::int + (select count(*) from outbox)::int as n`.execute(
    app.app().database.db,
  );
  return rows[0]!.n;
}

const good = () => bodyOf([alert({ now: app.now() })]);
const ops = () => app.slack.channel('ops').posts();

describe('credentials', () => {
  it.each([
    ['none', null],
    ['a wrong token', 'webhook-token-0123456788'],
    ["another source's token", 'other-token-0123456789'],
  ])('with %s it is 401 and nothing is stored', async (_name, token) => {
    expect(await app.send(good(), { source: 'main', token })).toMatchObject({ status: 401 });
    expect(await stored()).toBe(0);
    expect(app.slack.channel('alerts').posts()).toEqual([]);
  });

  it('while they are rotated the old token is good too', async () => {
    expect((await app.send(good(), { source: 'other', token: 'old-token-0123456789' })).status).toBe(200);
    expect((await app.send(good(), { source: 'other', token: 'other-token-0123456789' })).status).toBe(200);
  });

  it('a source that nobody named is 404, and so is a path without a name when there are several', async () => {
    expect(await app.send(good(), { source: 'nobody' })).toMatchObject({ status: 404 });
    expect(await app.send(good())).toMatchObject({ status: 404, body: { error: 'no such source' } });
    expect(await stored()).toBe(0);
  });
});

describe('bodies that cannot be taken', () => {
  it.each([
    ['not JSON', '{"alerts": [', 'not-json', /it is not JSON.*Remedy: .*webhook_configs.*It begins:/s],
    ['without alerts', '{"hello": "world <!channel>"}', 'no-alerts', /it has no alerts array/],
    ['not an object', '[1, 2]', 'not-an-object', /it is not a JSON object/],
  ])('%s: 400, and told once an hour', async (_name, body, error, shown) => {
    for (let i = 0; i < 3; i++)
      expect(await app.send(body, { source: 'main' })).toMatchObject({ status: 400, body: { error } });
    const post = await firstPost(app, 'ops');
    await app.atRest();
    expect(ops()).toHaveLength(1);
    expect(words(app, post)).toMatch(shown);
    expect(words(app, post)).toContain('main');
    expect(words(app, post)).toContain(body.slice(0, 20));
    app.move(HOUR);
    await app.send(body, { source: 'main' });
    await app.atRest();
    expect(ops()).toHaveLength(2);
    expect(app.slack.channel('alerts').posts()).toEqual([]);
  });

  it('too large: 413, told with the remedy', async () => {
    const big = { ...good(), padding: 'x'.repeat(70_000) };
    expect(await app.send(big, { source: 'main' })).toMatchObject({ status: 413 });
    await app.atRest();
    expect(words(app, ops()[0]!)).toMatch(/larger than maxBody allows.*Remedy: raise maxBody/s);
    expect(app.slack.channel('alerts').posts()).toEqual([]);
  });

  it('one that is understood in part is 200, shown, and kept byte for byte', async () => {
    const text = JSON.stringify({ ...good(), alerts: [1, alert({ now: app.now() })] });
    expect(await app.send(text, { source: 'main' })).toMatchObject({ status: 200 });
    await app.atRest();
    expect(words(app, await firstPost(app))).toContain('CheckoutErrors');
    expect(words(app, ops()[0]!)).toMatch(
      /could not be understood in full.*for 30 days as quarantine 1.*nothing of it is lost/s,
    );
    const { rows } = await sql<{ body: Buffer }>`select body from quarantine`.execute(app.app().database.db);
    expect(rows[0]!.body.toString()).toBe(text);
  });

  it.each([
    ['nothing but an alerts array', { alerts: [{ labels: { alertname: 'Bare' } }] }, 'alerts', 'Bare'],
    ['alerts of numbers only', { alerts: [1, 2] }, 'ops', 'quarantine'],
    ['NUL and lone surrogates', { alerts: [{ labels: { alertname: 'Odd\u0000\ud800' } }] }, 'alerts', 'Odd'],
  ])('%s: 200 and shown', async (_name, body, channel, shown) => {
    expect(await app.send(body, { source: 'main' })).toMatchObject({ status: 200 });
    expect(words(app, await firstPost(app, channel))).toContain(shown);
  });

  it('no alerts in the array is 200 and shows nothing', async () => {
    expect(await app.send({ alerts: [] }, { source: 'main' })).toMatchObject({ status: 200 });
    await app.atRest();
    expect(app.slack.channel('alerts').posts()).toEqual([]);
  });
});
