import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeAlertmanager, startAlertmanager } from '../../sandbox/alertmanager/api.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { type AlertBody, alert, bodyOf, resolved } from './support/alerts.ts';
import { onlyPost, told, words } from './support/seen.ts';

/** A firing copy with the startsAt of an alert that has resolved: old, or a Prometheus that was cut off? Alertmanager knows. */

let app: TestApp;
let pair: readonly FakeAlertmanager[];
let firing: AlertBody;

beforeEach(async () => {
  pair = [await startAlertmanager(), await startAlertmanager()];
});
afterEach(async () => {
  await app.close();
  await Promise.all(pair.map((one) => one.close()));
});

async function begin(members: readonly FakeAlertmanager[]): Promise<void> {
  const api = members.map((one) => `'${one.url}'`).join(', ');
  app = await startTestApp({
    config: `${TEAM}sources: {main: {token: ALERTMANAGER_WEBHOOK_TOKEN, api: [${api}]}}\n`,
  });
  firing = alert({ now: app.now() });
  await app.send(bodyOf([firing]));
  await app.atRest();
  app.move(2 * 60_000);
  await app.send(bodyOf([resolved(firing, app.now())]));
  await app.atRest();
  expect(post()).toMatch(/Resolved at/);
}

const post = () => words(app, app.slack.channel('alerts').posts()[0]!);

async function doubt(): Promise<void> {
  const sent = await app.send(bodyOf([firing]));
  expect(sent).toMatchObject({ status: 200, body: { outcome: 'in-doubt' } });
  await app.atRest();
}

async function pass(ms: number): Promise<void> {
  app.move(ms);
  await app.atRest();
}

describe('a firing copy of what has resolved', () => {
  it('that is active in Alertmanager reopens at once and calls', async () => {
    await begin([pair[0]!]);
    pair[0]!.says = [firing.fingerprint];
    await doubt();
    expect(post()).toMatch(/Nobody has it yet/);
    expect(told(app)['taro']).toContain('alerts thread');
    expect(pair[0]!.asked).toBe(1);
  });

  it('that Alertmanager does not have is ignored, and calls nobody', async () => {
    await begin([pair[0]!]);
    const before = told(app);
    pair[0]!.says = ['0000000000000001'];
    await doubt();
    expect(pair[0]!.asked).toBe(1);
    await pass(5 * 60_000);
    expect(words(app, onlyPost(app))).toMatch(/Resolved at/);
    expect(told(app)).toEqual(before);
    expect(pair[0]!.asked).toBe(1);
  });

  it('with Alertmanager away is asked again after 5, 15 and 60 s; without an answer it fires', async () => {
    await begin([pair[0]!]);
    pair[0]!.says = 'away';
    await doubt();
    const asked = [pair[0]!.asked];
    for (const ms of [5_100, 10_000, 35_000]) {
      await pass(ms);
      asked.push(pair[0]!.asked);
      expect(post()).toMatch(/Resolved at/);
    }
    expect(asked).toEqual([1, 2, 3, 3]);
    await pass(20_000);
    expect(pair[0]!.asked).toBe(4);
    expect(post()).toMatch(/Nobody has it yet/);
  });

  it('with Alertmanager back in time is settled by its word', async () => {
    await begin([pair[0]!]);
    pair[0]!.says = 'away';
    await doubt();
    await pass(5_100);
    pair[0]!.says = [];
    await pass(10_000);
    expect(pair[0]!.asked).toBe(3);
    await pass(5 * 60_000);
    expect(words(app, onlyPost(app))).toMatch(/Resolved at/);
  });

  it('repeated while it is in doubt is not asked about more often', async () => {
    await begin([pair[0]!]);
    pair[0]!.says = 'away';
    await doubt();
    await doubt();
    await doubt();
    expect(pair[0]!.asked).toBe(1);
  });
});

describe('of a pair', () => {
  it('one that has it is enough', async () => {
    await begin(pair);
    pair[1]!.says = [firing.fingerprint];
    await doubt();
    expect(post()).toMatch(/Nobody has it yet/);
  });

  it('one that is away leaves the doubt open, whatever the other has not', async () => {
    await begin(pair);
    pair[1]!.says = 'away';
    await doubt();
    expect(post()).toMatch(/Resolved at/);
    pair[1]!.says = [];
    await pass(5_100);
    expect(pair.map((one) => one.asked)).toEqual([2, 2]);
    await pass(5 * 60_000);
    expect(words(app, onlyPost(app))).toMatch(/Resolved at/);
  });
});
