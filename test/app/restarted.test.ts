import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeSlack, startSlack } from '../../sandbox/slack/index.ts';
import { openPeople } from '../../src/app/people.ts';
import { type App, startApp } from '../../src/app/start.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createTrouble } from '../../src/core/trouble.ts';
import { FakeDirectory } from '../fakes/directory.ts';
import { startTestApp, type TestApp, TOKEN } from '../support/app.ts';
import { freshDatabase, openTestDatabase } from '../support/postgres.ts';
import { alert, bodyOf } from './support/alerts.ts';
import { firstPost, untilShows, untilWhispered, whispers } from './support/seen.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function begin(): Promise<TestApp> {
  const app = await startTestApp();
  closing.push(() => app.close());
  return app;
}

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(look, { timeout: 10_000, interval: 15 }).toBe(true);
}

describe('restarted while Slack does not say who we are', () => {
  test('a known member acknowledges', async () => {
    const app = await begin();
    await app.send(bodyOf([alert({ now: app.now() })]));
    const post = await firstPost(app);
    await app.atRest();
    await app.stop();
    app.slack.addFault({ kind: 'http503', method: 'auth.test' });
    await app.start();
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have INC-\d+/);
    await untilShows(app, post, /@taro has it, since|<@U0TARO0001> has it, since/);
  });

  test('before it ever told: Slack is away, nobody is called foreign', async () => {
    const app = await begin();
    await app.send(bodyOf([alert({ now: app.now() })]));
    const post = await firstPost(app);
    await app.atRest();
    await app.app().database.db.deleteFrom('workspace').execute();
    await app.stop();
    app.slack.addFault({ kind: 'http503', method: 'auth.test' });
    await app.start();
    await app.slack.as('taro').click(post, 'Acknowledge');
    const words = await app.slack.until(() => whispers(app, 'taro')[0]);
    expect(words).toMatch(/Slack/);
    expect(words).not.toMatch(/workspace/);
    app.slack.faults.clear();
    const { db } = app.app().database;
    await until(async () => (await db.selectFrom('workspace').selectAll().execute()).length === 1);
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have INC-\d+/);
  });
});

test('a web-only process takes what events of the workspace tell', async () => {
  const database = await openTestDatabase();
  closing.push(() => database.close());
  const directory = new FakeDirectory().person('UHANA', 'hana');
  const clock = { now: () => new Date() };
  const log = pino({ level: 'silent' });
  const trouble = createTrouble({ log, system: 'Slack' });
  const people = openPeople({ db: database.db, clock, log, trouble, channels: () => [] });
  people.connect(directory);
  await people.start({ keep: false });
  closing.push(() => people.stop(2_000));
  await people.changed({ kind: 'changed', id: 'E1', what: 'person', subject: 'UHANA' });
  await until(async () => (await database.db.selectFrom('people').selectAll().execute()).length === 1);
  expect(directory.calls).not.toContain('people');
  await until(async () => (await database.db.selectFrom('workspace').selectAll().execute()).length === 1);
  expect(people.team()).toBe('T1');
});

describe('connections with one app token', () => {
  const warnings: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
  const others = (): number => warnings.filter((line) => line.includes('another installation')).length;

  async function startWeb(slack: FakeSlack, databaseUrl: string): Promise<App> {
    const env = {
      HIKESHI_CONFIG: 'hikeshi.yaml',
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: databaseUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      ALERTMANAGER_WEBHOOK_TOKEN: TOKEN,
    };
    const readFile = () => 'slack: {channel: alerts}';
    const load = () => loadConfig({ path: env.HIKESHI_CONFIG, env, readFile, needs: ['database', 'slack', 'sources'] });
    const app = await startApp({ config: load().config!, load, log, roles: ['web'], env });
    closing.push(() => app.stop());
    return app;
  }

  async function database(): Promise<string> {
    const fresh = await freshDatabase();
    closing.push(() => fresh.drop());
    return fresh.appUrl;
  }

  test('replicas are no strangers to each other; another installation is', async () => {
    const slack = await startSlack({ limits: 'off' });
    slack.deliverBySocket();
    closing.push(() => slack.close());
    const ours = await database();
    await startWeb(slack, ours);
    await until(() => slack.sockets.count === 2);
    await startWeb(slack, ours);
    await until(() => slack.sockets.count === 4);
    // The first one counted before the second came.
    slack.sockets.dropAll();
    await until(() => slack.sockets.count === 4);
    // What a warning would have waited for.
    await pause(100);
    expect(others()).toBe(0);
    await startWeb(slack, await database());
    await until(() => others() > 0);
  });
});
