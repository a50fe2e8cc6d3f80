import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { alert, bodyOf, resolved } from './support/alerts.ts';
import { linesSaid, onlyPost, thread, told, words } from './support/seen.ts';

let app: TestApp;
afterEach(() => app.close());

const faulty = () => app.slack.calls('chat.postMessage').filter((call) => call.fault).length;

/** Lets every pause between two attempts pass until everything is said. */
async function back(): Promise<void> {
  // A connection is known as hanging a moment after its call is.
  await setImmediate();
  app.slack.faults.clear();
  for (let i = 0; i < 3; i++) {
    app.move(61_000);
    await app.atRest(15_000);
  }
}

describe('Slack away for a while', () => {
  it.each([
    ['answers 500', { kind: 'http500' }],
    ['answers 503', { kind: 'http503' }],
    ['hangs', { kind: 'hang' }],
    ['resets connections', { kind: 'reset' }],
    ['refuses by rate', { kind: 'rate-limited', retryAfter: 30 }],
    ['answers fatal_error', { kind: 'error', code: 'fatal_error' }],
  ] as const)('%s: the alert is taken, and shown once when it is back', async (_name, fault) => {
    app = await startTestApp();
    app.slack.addFault(fault);
    const arrived = app.slack.until(() => faulty() > 0);
    expect(await app.send(bodyOf([alert({ now: app.now() })]))).toMatchObject({
      status: 200,
      body: { outcome: 'opened' },
    });
    await arrived;
    expect(app.slack.channel('alerts').posts()).toEqual([]);
    await back();
    expect(words(app, onlyPost(app))).toContain('CheckoutErrors');
    expect(told(app)['taro']).toEqual(['alerts', 'dm']);
  });

  it.each(['accept-then-reset', 'accept-then-hang', 'accept-then-error'] as const)(
    'whose answer was lost (%s): the message is looked up, not doubled',
    async (kind) => {
      app = await startTestApp();
      app.slack.addFault({
        kind,
        method: 'chat.postMessage',
        times: 2,
        ...(kind === 'accept-then-error' && { code: 'fatal_error' }),
      });
      const firing = alert({ now: app.now() });
      expect(await app.send(bodyOf([firing]))).toMatchObject({ status: 200 });
      await app.slack.until(() => faulty() === 2);
      await back();
      const post = onlyPost(app);
      expect(app.slack.user('taro').directMessages).toHaveLength(1);
      expect(told(app)['taro']).toEqual(['alerts', 'dm']);
      await app.send(bodyOf([resolved(firing, app.now())]));
      await linesSaid(app);
      expect(words(app, onlyPost(app))).toMatch(/Resolved/);
      expect(thread(app, post).join('\n')).toMatch(/Resolved: all alerts cleared/);
    },
  );

  it('an alert that fired and resolved meanwhile gets one post saying both, and pings nobody', async () => {
    app = await startTestApp();
    app.slack.addFault({ kind: 'http503' });
    const firing = alert({ now: app.now() });
    await app.send(bodyOf([firing]));
    app.move(5 * 60_000);
    await app.send(bodyOf([resolved(firing, app.now())]));
    // An attempt that was worded before the resolve may still be on its way: the second one from here is not.
    const tried = app.slack.calls('chat.postMessage').length;
    for (let more = 1; more <= 2; more++) {
      app.move(60_000);
      await app.slack.until(() => app.slack.calls('chat.postMessage').length >= tried + more, 10_000);
    }
    await back();
    expect(words(app, onlyPost(app))).toMatch(/Resolved at .*It had fired and resolved before this was told/s);
    expect(told(app)).toEqual({});
  });

  it('steps that came due meanwhile are not called in a burst: each keeps its delay after the one before has left', async () => {
    const steps = "page: ['@sre']}, {after: 10m, page: ['@hana']}";
    app = await startTestApp({ config: TEAM.replace("page: ['@sre']}", steps) });
    app.slack.addFault({ kind: 'http503' });
    await app.send(bodyOf([alert({ now: app.now() })]));
    await app.slack.until(() => faulty() > 0);
    for (let i = 0; i < 5; i++) {
      app.move(10 * 60_000);
      await app.atRest();
    }
    await back();
    const post = onlyPost(app);
    expect(told(app)).toEqual({ taro: ['alerts', 'dm'] });
    app.move(10 * 60_000);
    await app.atRest();
    expect(told(app)['kenji']).toEqual(['alerts thread', 'dm']);
    expect(thread(app, post).filter((line) => /needs you/.test(line))).toHaveLength(1);
  });
});

describe('a first post that leaves after the second step came due', () => {
  it('calls whom both steps name, each once', async () => {
    const config = TEAM.replace('severity="critical"', 'severity="high"').replace("page: ['@sre']", "page: ['@hana']");
    app = await startTestApp({ config });
    app.slack.addFault({ kind: 'http503' });
    await app.send(bodyOf([alert({ now: app.now(), labels: { severity: 'high' } })]));
    await app.slack.until(() => faulty() > 0);
    app.move(11 * 60_000);
    await app.atRest();
    await back();
    app.move(11 * 60_000);
    await app.atRest();
    expect(told(app)).toEqual({ taro: ['alerts'], hana: ['alerts thread'] });
  });
});

describe('Slack away at the start', () => {
  async function startWithoutSlack(): Promise<void> {
    app = await startTestApp({ started: false });
    app.slack.addFault({ kind: 'http503' });
    await app.start();
    expect((await app.get('/ready')).status).toBe(200);
    expect(await app.send(bodyOf([alert({ now: app.now() })]))).toMatchObject({ status: 200 });
  }

  /** Pauses between attempts pass; whatever the program waits for in real time has 20 s. */
  async function untilBack(): Promise<void> {
    app.slack.faults.clear();
    for (let i = 0; i < 20 && app.slack.channel('alerts').posts().length === 0; i++) {
      app.move(30_000);
      await app.slack.until(() => app.slack.channel('alerts').posts()[0], 1_000).catch(() => undefined);
    }
    await app.atRest();
  }

  it('the program starts, takes alerts, and when Slack is back shows them and calls whom it did not know before', async () => {
    await startWithoutSlack();
    await untilBack();
    expect(words(app, onlyPost(app))).toContain('CheckoutErrors');
    app.move(10 * 60_000);
    await app.atRest();
    expect(told(app)).toHaveProperty('taro');
    expect(told(app)).toHaveProperty('kenji');
  });
});
