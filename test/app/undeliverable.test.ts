import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../../sandbox/slack/index.ts';
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
