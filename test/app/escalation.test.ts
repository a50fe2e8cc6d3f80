import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { alert, bodyOf, resolved } from './support/alerts.ts';
import { buttons, firstPost, onlyPost, thread, told, untilThread, untilWhispered, words } from './support/seen.ts';

const MINUTE = 60_000;

let app: TestApp;
afterEach(() => app.close());

async function fire() {
  const firing = alert({ now: app.now() });
  await app.send(bodyOf([firing]));
  const post = await firstPost(app);
  await app.atRest();
  return { firing, post };
}

async function minutes(count: number): Promise<void> {
  app.move(count * MINUTE);
  await app.atRest();
}

describe('a policy of two steps', () => {
  beforeEach(async () => {
    app = await startTestApp();
  });

  it('calls the first person by the post itself and by a direct message, each once', async () => {
    await fire();
    expect(told(app)).toEqual({ taro: ['alerts', 'dm'] });
    onlyPost(app);
    expect(app.slack.user('taro').directMessages).toHaveLength(1);
  });

  it('calls the group ten minutes later in the thread', async () => {
    const { post } = await fire();
    await minutes(9);
    expect(thread(app, post)).toEqual([]);
    await minutes(1);
    const ping = await untilThread(app, post, /needs you/);
    expect(ping).toMatch(/<!subteam\^S0SRE00001> .*Critical: CheckoutErrors.*INC-\d+.*nobody has it yet\./s);
    expect(told(app)).toMatchObject({
      kenji: ['alerts thread', 'dm'],
      mika: ['alerts thread', 'dm'],
      taro: ['alerts', 'alerts thread', 'dm', 'dm'],
    });
    expect(words(app, onlyPost(app))).toMatch(/that was the last step/);
    await minutes(120);
    expect(thread(app, post).filter((line) => /needs you/.test(line))).toHaveLength(1);
  });

  it('is stopped by an acknowledgement', async () => {
    const { post } = await fire();
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have INC-\d+. Nobody else is called/);
    await minutes(60);
    expect(told(app)).not.toHaveProperty('kenji');
    expect(words(app, post)).toMatch(/<@U0TARO0001> has it, since/);
    expect(thread(app, post).filter((line) => /needs you/.test(line))).toEqual([]);
  });

  it('starts anew when the acknowledgement is given back', async () => {
    const { post } = await fire();
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have/);
    await minutes(30);
    const asked = await app.slack.as('mika').click(post, 'Give it back');
    expect(JSON.stringify(asked.dialog)).toMatch(/Nobody has it then, and calling starts anew/);
    await app.slack.as('mika').click(post, 'Give it back', { confirm: true });
    await untilWhispered(app, 'mika', /open again, and calling starts anew/);
    await app.atRest();
    await untilThread(app, post, /mika gave it back; <@U0TARO0001> had it/);
    await untilThread(app, post, /<@U0TARO0001> .*gave it back\./s);
    await minutes(10);
    await untilThread(app, post, /subteam.*nobody has it yet/s);
  });

  it('is stopped by a resolve', async () => {
    const { firing, post } = await fire();
    const before = told(app);
    await minutes(5);
    await app.send(bodyOf([resolved(firing, app.now())]));
    await minutes(60);
    expect(told(app)).toEqual(before);
    expect(thread(app, post).filter((line) => /needs you/.test(line))).toEqual([]);
  });

  it('calls the next step at once when somebody escalates, and says whom', async () => {
    const { post } = await fire();
    const asked = await app.slack.as('hana').click(post, 'Escalate now');
    expect(JSON.stringify(asked.dialog)).toMatch(/calls @sre now/);
    await app.slack.as('hana').click(post, 'Escalate now', { confirm: true });
    await untilWhispered(app, 'hana', /Calling <!subteam\^S0SRE00001> now \(step 2\)/);
    await untilThread(app, post, /<!subteam\^S0SRE00001> .*hana asks for more people/s);
    await app.atRest();
    expect(told(app)['kenji']).toEqual(['alerts thread', 'dm']);
    await minutes(60);
    expect(told(app)['kenji']).toEqual(['alerts thread', 'dm']);
  });

  it('calls the last step once more when somebody escalates after it', async () => {
    const { post } = await fire();
    await minutes(11);
    expect(told(app)['kenji']).toEqual(['alerts thread', 'dm']);
    const asked = await app.slack.as('hana').click(post, 'Escalate now');
    expect(JSON.stringify(asked.dialog)).toMatch(/Everybody has been called already\. This calls @sre now, once more/);
    await app.slack.as('hana').click(post, 'Escalate now', { confirm: true });
    await untilWhispered(app, 'hana', /Calling <!subteam\^S0SRE00001> now \(step 2\)/);
    await app.atRest();
    expect(told(app)['kenji']).toEqual(['alerts thread', 'alerts thread', 'dm', 'dm']);
    expect(words(app, post)).toMatch(/Called <!subteam\^S0SRE00001> .*that was the last step/);
  });

  it('explains a press on a button that was drawn before it went on by itself', async () => {
    const { post } = await fire();
    const old = structuredClone(post);
    const held = app.slack.hold({ method: 'chat.update', when: 'before' });
    app.move(10 * MINUTE);
    await held.arrived;
    await app.slack.as('hana').click(old, 'Escalate now', { confirm: true });
    await untilWhispered(app, 'hana', /It was escalated at .*, after this button was drawn\. Press again/);
    held.release();
    await app.atRest();
    expect(told(app)['kenji']).toEqual(['alerts thread', 'dm']);
  });

  it('when somebody escalates what is acknowledged, only that step is called and the acknowledgement stays', async () => {
    const { post } = await fire();
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have/);
    await app.atRest();
    await app.slack.as('taro').click(post, 'Escalate now', { confirm: true });
    await untilThread(app, post, /taro asks for more people/);
    await minutes(60);
    expect(words(app, post)).toMatch(/<@U0TARO0001> has it/);
    expect(told(app)['kenji']).toEqual(['alerts thread', 'dm']);
  });
});

describe('what somebody did', () => {
  it('is not news to them: their own acknowledgement does not call them', async () => {
    app = await startTestApp();
    const { post } = await fire();
    const before = told(app);
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have/);
    await minutes(1);
    expect(await untilThread(app, post, /acknowledged/)).toMatch(/^taro acknowledged/);
    expect(told(app)).toEqual(before);
  });
});

describe('a policy with gaps', () => {
  it('falls through an unknown person at once, aloud', async () => {
    app = await startTestApp({ config: TEAM.replace("page: ['@taro']}", "page: ['@nobody-here']}") });
    const { post } = await fire();
    expect(words(app, post)).toMatch(/Could not call @nobody-here: is not in this Slack workspace/);
    expect(told(app)['kenji']).toEqual(['alerts', 'dm']);
  });

  it('a deactivated person and a bot are not called, aloud', async () => {
    app = await startTestApp({ config: TEAM.replace("page: ['@taro']}", "page: ['@dai', '@deploybot', '@mika']}") });
    const { post } = await fire();
    expect(words(app, post)).toMatch(/Could not call @dai: is deactivated in Slack/);
    expect(words(app, post)).toMatch(/Could not call @deploybot: is a bot/);
    expect(told(app)).toEqual({ mika: ['alerts', 'dm'] });
  });

  it('that reaches nobody at all says so aloud, and calls slack.oncall instead', async () => {
    const nobody = TEAM.replace("page: ['@taro']}", "page: ['@one']}").replace("page: ['@sre']", "page: ['@two']");
    app = await startTestApp({ config: nobody });
    await fire();
    // Both go into this channel, and nothing says which is first.
    const post = app.slack
      .channel('alerts')
      .posts()
      .find((m) => m.text.startsWith('Critical:'))!;
    expect(words(app, post)).toMatch(/Could not call @one/);
    expect(words(app, post)).toMatch(/Could not call @two/);
    expect(words(app, post)).toMatch(/reached nobody/);
    expect(told(app)).toHaveProperty('taro');
  });

  it('somebody who is not in the channel is called by a direct message', async () => {
    app = await startTestApp({
      config: TEAM.replace('policy: urgent', 'policy: urgent, channel: oncall').replace(
        "page: ['@taro']}",
        "page: ['@hana']}",
      ),
    });
    await app.send(bodyOf([alert({ now: app.now() })]));
    await app.atRest();
    expect(told(app)).toEqual({ hana: ['dm'] });
  });
});

describe('a group in a channel that not all of its members are in', () => {
  it('reaches the others by a direct message', async () => {
    const members = ['U0KENJI001', 'U0HIKESHI1'];
    app = await startTestApp({
      config: TEAM.replace('slack: {channel: alerts', 'slack: {channel: payments').replace(
        "page: ['@taro']}",
        "page: ['@sre']}",
      ),
      slack: { channels: [{ id: 'C0PAYMENT1', name: 'payments', members }] },
    });
    await app.send(bodyOf([alert({ now: app.now() })]));
    await app.atRest();
    expect(told(app)).toMatchObject({ kenji: ['dm', 'payments'], mika: ['dm'], taro: ['dm'] });
  });
});

describe('without a policy', () => {
  it('a critical incident mentions the on-call contact', async () => {
    app = await startTestApp({ config: "slack: {channel: alerts, oncall: ['@sre']}" });
    const { post } = await fire();
    expect(words(app, post)).toMatch(/Called <!subteam\^S0SRE00001> at/);
    expect(told(app)).toEqual({ kenji: ['alerts', 'dm'], mika: ['alerts', 'dm'], taro: ['alerts', 'dm'] });
  });

  it('nor an on-call contact, a critical incident says aloud that nobody is paged', async () => {
    app = await startTestApp({ config: 'slack: {channel: alerts}' });
    const { post } = await fire();
    expect(words(app, post)).toMatch(/Nobody is paged.*neither a policy nor .*slack\.oncall/s);
    expect(told(app)).toEqual({});
    expect(buttons(app, post)).toEqual(['Acknowledge', 'Resolve']);
    await app.slack.as('hana').click(post, 'Acknowledge');
    await untilWhispered(app, 'hana', /You have INC-\d+\.$/);
  });

  it('that config has no more, a press on a button from before says so, and the button goes', async () => {
    app = await startTestApp({ config: "slack: {channel: alerts, oncall: ['@sre']}" });
    await app.send(bodyOf([alert({ now: app.now(), labels: { severity: 'warning' } })]));
    const post = await firstPost(app);
    await app.atRest();
    await app.writeConfig('slack: {channel: alerts}');
    expect(app.app().live.reload()).toBe('reloaded');
    await app.slack.as('hana').click(post, 'Escalate now', { confirm: true });
    await untilWhispered(app, 'hana', /no escalation policy, so there is nobody to call/);
    await app.slack.until(() => !buttons(app, post).includes('Escalate now'));
  });
});
