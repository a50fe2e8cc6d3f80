import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { firstPost, thread } from './support/seen.ts';

/** A restart that outlives the process which began it. */

let app: TestApp;
let post: Message;
beforeEach(async () => {
  app = await startTestApp({ stepMs: 0 });
  app.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 });
  await app.send(bodyOf([alert({ now: app.now() })]));
  post = await firstPost(app);
  await app.atRest();
});
afterEach(() => app.close());

async function restart(): Promise<void> {
  await app.slack.as('mika').click(post, 'Restart checkout');
  await app.slack.until(() => app.slack.as('mika').view()?.['submit'], 15_000);
  await app.slack.as('mika').submit({ reason: 'stuck' });
}

async function replaceProcess(): Promise<void> {
  await app.stop();
  await app.start();
}

/** The action's own message in the incident's thread. */
const shown = () => thread(app, post).find((line) => /JOB-1/.test(line)) ?? '';

async function untilShown(pattern: RegExp): Promise<void> {
  await app.slack.until(() => pattern.test(shown()), 20_000);
}

/** Pods come and go as long as the job watches them. */
async function untilHealthy(): Promise<void> {
  app.cluster.world.tick(60);
  await untilShown(/Healthy.*all 2 pods are new and ready/s);
}

/** The cluster's own count: each restart leaves another template behind. */
const templates = () => app.cluster.world.store.list('replicasets').length;

const marks = () => app.cluster.world.store.list('deployments')[0]!.spec.template.metadata?.annotations ?? {};

/** Trial runs are answered; the connection breaks once the change is there. */
function loseTheAnswer(): void {
  const lost = { get: () => ('hikeshi/run' in marks() ? 1 : 0), set: () => undefined };
  Object.defineProperty(app.cluster.world.faults, 'lostAnswers', lost);
}

async function stages(): Promise<string[]> {
  const { rows } = await sql<{ stage: string }>`select stage from audit where verb = 'restart' order by id`.execute(
    app.app().database.db,
  );
  return rows.map((row) => row.stage);
}

async function expectOnce(): Promise<void> {
  app.cluster.world.tick();
  expect(templates()).toBe(2);
  expect((await stages()).filter((stage) => stage === 'executing')).toHaveLength(1);
  // Its message, and once more for who asked when it took long or went wrong.
  const lines = thread(app, post).filter((line) => /JOB-1/.test(line));
  const told = lines.filter((line) => line.startsWith('<@U0MIKA0001>'));
  expect(told.length).toBeLessThanOrEqual(1);
  expect(lines).toHaveLength(1 + told.length);
  expect(app.slack.channel('alerts').posts()).toHaveLength(1);
}

describe('a restart whose process is replaced', () => {
  it('while it is watched is watched on by the next one, which says how it ended', async () => {
    await restart();
    await untilShown(/watching since/);
    await replaceProcess();
    expect(shown()).toMatch(/watching since/);
    await untilHealthy();
    await app.atRest();
    await expectOnce();
  });

  it('while nobody knows whether it happened is looked up, not done again', async () => {
    loseTheAnswer();
    await restart();
    await untilShown(/Looking whether it happened; it is not done twice/);
    expect(marks()).toHaveProperty('hikeshi/run');
    const before = marks();
    await replaceProcess();
    app.move(6_000);
    await untilShown(/watching since/);
    expect(marks()).toEqual(before);
    await untilHealthy();
    await app.atRest();
    await expectOnce();
  });

  it('before it could be done is done by the next one, once', async () => {
    await app.slack.as('mika').click(post, 'Restart checkout');
    await app.slack.until(() => app.slack.as('mika').view()?.['submit'], 15_000);
    app.cluster.world.away('503');
    await app.slack.as('mika').submit({ reason: 'stuck' });
    await untilShown(/has not answered since .* nothing has been changed/s);
    await replaceProcess();
    expect(marks()).toEqual({});
    app.cluster.world.away(false);
    app.move(6_000);
    await untilShown(/watching since/);
    await untilHealthy();
    await app.atRest();
    await expectOnce();
  });

  it('after it was cancelled ends as cancelled', async () => {
    await restart();
    await untilShown(/watching since/);
    const message = app.slack
      .channel('alerts')
      .thread(post.ts)
      .find((m) => /JOB-1/.test(visibleText(m)))!;
    await app.slack.as('mika').click(message, 'Stop watching');
    await replaceProcess();
    await untilShown(/@mika ended the watching\. The change stays/);
    await app.atRest();
    await expectOnce();
  });

  it('twice in a row still ends', async () => {
    await restart();
    await untilShown(/watching since/);
    await replaceProcess();
    await replaceProcess();
    await untilHealthy();
    await app.atRest();
    await expectOnce();
  });
});
