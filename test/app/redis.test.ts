import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../sandbox/slack/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { type AlertBody, alert, bodyOf, resolved } from './support/alerts.ts';
import { firstPost, linesSaid, onlyPost, thread, told, untilThread, untilWhispered, words } from './support/seen.ts';

describe.skipIf(!hasRedis())('with Redis for queue and signals', () => {
  let redis: TestRedis;
  let app: TestApp;
  let post: Message;
  let firing: AlertBody;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    await redis.restart();
    app = await startTestApp({ redis: redis.url });
    app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
    firing = alert({ now: app.now() });
    await app.send(bodyOf([firing]));
    post = await firstPost(app);
    await app.atRest();
  });
  afterEach(() => app.close());

  async function restartCheckout(): Promise<void> {
    await app.slack.as('mika').click(post, 'Restart checkout');
    await app.slack.until(() => app.slack.as('mika').view()?.['submit'], 15_000);
    await app.slack.as('mika').submit({ reason: 'runbook' });
    await app.slack.until(() => thread(app, post).some((line) => /Healthy/.test(line)), 25_000);
  }

  async function theRestOfTheNight(): Promise<void> {
    app.move(10 * 60_000);
    await untilThread(app, post, /<!subteam\^S0SRE00001>/);
    await app.slack.as('mika').click(post, 'Acknowledge');
    await untilWhispered(app, 'mika', /You have INC-1/);
    await restartCheckout();
    await app.send(bodyOf([resolved(firing, app.now())]));
    await linesSaid(app);
    expect(words(app, onlyPost(app))).toMatch(/Resolved at/);
    expect(thread(app, post).filter((line) => /JOB-1/.test(line))).toHaveLength(1);
    expect(told(app)['kenji']).toEqual(['alerts thread', 'dm']);
    expect(app.cluster.world.store.list('replicasets')).toHaveLength(2);
  }

  it('an alert is posted, called for, acknowledged, acted upon and resolved', async () => {
    expect(told(app)).toEqual({ taro: ['alerts', 'dm'] });
    await theRestOfTheNight();
  });

  it('nothing of that needs Redis to be there: what is lost with it is found in time', async () => {
    await redis.kill();
    await theRestOfTheNight();
  });

  it('a Redis that comes back empty changes nothing', async () => {
    await redis.restart();
    await theRestOfTheNight();
  });
});
