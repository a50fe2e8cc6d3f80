import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { type Message, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { type AlertBody, alert, bodyOf, resolved } from './support/alerts.ts';
import { firstPost, linesSaid, onlyPost, thread, told, untilWhispered, words } from './support/seen.ts';

const FALLBACK = TEAM.replace('slack: {channel: alerts', 'slack: {channel: alerts, fallback: ops');

let app: TestApp;
let firing: AlertBody;
afterEach(() => app.close());

async function fire(): Promise<void> {
  firing = alert({ now: app.now() });
  await app.send(bodyOf([firing]));
  await app.atRest();
}

async function tenMinutes(): Promise<void> {
  app.move(10 * 60_000);
  await app.atRest();
}

describe('a channel that is archived before the alert', () => {
  async function begin(): Promise<Message> {
    app = await startTestApp({ config: FALLBACK });
    app.slack.channel('alerts').archive();
    await fire();
    return firstPost(app, 'ops');
  }

  it('the post goes to the fallback channel, says so, and calls there', async () => {
    const post = await begin();
    expect(words(app, post)).toMatch(/Meant for .*alerts.*, which did not take it: it is archived/s);
    expect(words(app, post)).toContain('CheckoutErrors');
    expect(told(app)['taro']).toEqual(['dm', 'ops']);
  });

  it('its thread follows: later calls, lines and the resolve are there, and nothing is said twice', async () => {
    const post = await begin();
    await tenMinutes();
    expect(thread(app, post).filter((line) => /<!subteam\^S0SRE00001> .*needs you/.test(line))).toHaveLength(1);
    expect(told(app)['kenji']).toEqual(['dm', 'ops thread']);
    await app.send(bodyOf([resolved(firing, app.now())]));
    await linesSaid(app);
    expect(words(app, onlyPost(app, 'ops'))).toMatch(/Resolved at/);
    expect(thread(app, post).join('\n')).toMatch(/Resolved: all alerts cleared/);
    expect(app.slack.channel('alerts').messages).toEqual([]);
  });

  it('its buttons work there', async () => {
    const post = await begin();
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have INC-1/);
    await linesSaid(app);
    expect(words(app, post)).toMatch(/<@U0TARO0001> has it/);
    expect(words(app, post)).toMatch(/Meant for .*alerts/);
    expect(thread(app, post).join('\n')).toMatch(/taro acknowledged/);
    await tenMinutes();
    expect(told(app)).toEqual({ taro: ['dm', 'ops'] });
  });

  it('without a fallback channel of its own still calls by direct message', async () => {
    app = await startTestApp();
    app.slack.channel('alerts').archive();
    await fire();
    expect(told(app)['taro']).toEqual(['dm']);
    await tenMinutes();
    expect(told(app)['kenji']).toEqual(['dm']);
  });
});

describe('a channel that is archived while the incident is open', () => {
  it('calls, lines and the resolve go to the fallback channel', async () => {
    app = await startTestApp({ config: FALLBACK });
    await fire();
    const before = onlyPost(app);
    app.slack.channel('alerts').archive();
    await tenMinutes();
    expect(told(app)['kenji']).toContain('dm');
    const moved = await firstPost(app, 'ops');
    const said = () =>
      app.slack
        .channel('ops')
        .messages.map((m) => words(app, m))
        .join('\n');
    expect(words(app, moved)).toMatch(/Meant for .*alerts.*it is archived/s);
    expect(said()).toMatch(/<!subteam\^S0SRE00001> .*needs you/);
    await app.send(bodyOf([resolved(firing, app.now())]));
    await linesSaid(app);
    expect(said()).toMatch(/Resolved at/);
    expect(words(app, before)).not.toMatch(/Resolved at/);
  });
});

describe('a channel that the bot is not in', () => {
  it('the fallback channel is told, with the remedy', async () => {
    app = await startTestApp({
      config: TEAM.replace('slack: {channel: alerts', 'slack: {channel: general, fallback: ops'),
    });
    await fire();
    expect(words(app, await firstPost(app, 'ops'))).toMatch(
      /Meant for .*general.*I am not in it \(\/invite me there\)/s,
    );
  });
});

describe('what has reached nobody', () => {
  async function begin(): Promise<void> {
    app = await startTestApp();
    app.slack.channel('alerts').archive();
    await fire();
    app.slack.channel('alerts').unarchive();
  }

  /** The list as that person sees it, with its buttons. */
  async function list(person: string) {
    app.slack.as(person).reload();
    await app.slack.as(person).command('ops', '/ops outbox');
    return app.slack.until(() => app.slack.user(person).ephemerals.at(-1));
  }

  it('is sent again by a button, once however often it is pressed, and the list is drawn anew', async () => {
    await begin();
    const seen = await list('mika');
    expect(visibleText(seen)).toMatch(/1 message has reached nobody.*MSG-\d+.* of INC-1.*it is archived/s);
    await Promise.all([1, 2, 3].map(() => app.slack.as('mika').click(seen, 'Send again')));
    await app.atRest();
    expect(words(app, onlyPost(app))).toContain('CheckoutErrors');
    await app.slack.until(() =>
      app.slack.user('mika').ephemerals.some((one) => /Every message has reached somebody/.test(visibleText(one))),
    );
    expect(await audited()).toEqual(['executed outbox retry']);
    expect((await app.get('/ready')).body['degraded']).not.toHaveProperty('outbox');
  });

  it('is not touched by somebody who may not, and dropped by an admin who confirms', async () => {
    await begin();
    const seen = await list('hana');
    await app.slack.as('hana').click(seen, 'Send again');
    await untilWhispered(app, 'hana', /needs the role operator/);
    const mine = await list('sato');
    expect(await app.slack.as('sato').click(mine, 'Drop')).toHaveProperty('dialog');
    await app.slack.as('sato').click(mine, 'Drop', { confirm: true });
    await untilWhispered(app, 'sato', /is dropped\. What changes later is shown again/);
    app.move(10 * 60_000);
    await app.atRest();
    expect(await audited()).toEqual(['refused outbox retry', 'executed outbox drop']);
    await app.send(bodyOf([resolved(firing, app.now())]));
    await linesSaid(app);
    expect(
      app.slack
        .channel('alerts')
        .posts()
        .map((one) => words(app, one))
        .join('\n'),
    ).toMatch(/Resolved at/);
  });

  async function audited(): Promise<readonly string[]> {
    const { rows } = await sql<{ what: string }>`select stage || ' ' || verb as what from audit
      where verb like 'outbox %' order by id`.execute(app.app().database.db);
    return rows.map((row) => row.what);
  }
});
