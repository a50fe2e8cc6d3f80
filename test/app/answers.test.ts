import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../sandbox/slack/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type AlertBody, alert, bodyOf, resolved } from './support/alerts.ts';
import { firstPost, thread, untilWhispered, words } from './support/seen.ts';

let app: TestApp;
let post: Message;
let firing: AlertBody;
beforeEach(async () => {
  app = await startTestApp();
  firing = alert({ now: app.now() });
  await app.send(bodyOf([firing]));
  post = await firstPost(app);
  await app.atRest();
});
afterEach(() => app.close());

/** The post and its thread once everything is said. */
async function state(): Promise<string> {
  app.move(16_000);
  await app.atRest();
  return [words(app, post), ...thread(app, post)].join('\n');
}

describe('acknowledging', () => {
  it('is answered privately and shown on the post with who and since when', async () => {
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You have INC-\d+/);
    expect(await state()).toMatch(/<@U0TARO0001> has it, since .*taro acknowledged/s);
    expect(app.slack.user('hana').ephemerals).toEqual([]);
  });

  it('twice, on a screen that has not caught up, changes nothing and says so', async () => {
    const release = await ackedBehind('taro');
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /You already have it\. Nothing changed/);
    release();
    const shown = await state();
    expect(shown.match(/acknowledged/g)).toHaveLength(1);
    expect(shown).toMatch(/<@U0TARO0001> has it/);
  });

  it('by a second person does not take it over, and says who has it', async () => {
    const release = await ackedBehind('taro');
    await app.slack.as('mika').click(post, 'Acknowledge');
    await untilWhispered(app, 'mika', /<@U0TARO0001> already has it, since .* Nothing changed/);
    release();
    const shown = await state();
    expect(shown).toMatch(/<@U0TARO0001> has it/);
    expect(shown).not.toContain('U0MIKA0001');
  });

  it('two people at the same moment: one has it, the other is told who', async () => {
    await Promise.all([
      app.slack.as('taro').click(post, 'Acknowledge'),
      app.slack.as('mika').click(post, 'Acknowledge'),
    ]);
    await app.slack.until(
      () => app.slack.user('taro').ephemerals.length > 0 && app.slack.user('mika').ephemerals.length > 0,
    );
    const shown = await state();
    expect(shown.match(/acknowledged/g)).toHaveLength(1);
    expect(shown.match(/> has it/g)).toHaveLength(1);
  });

  it('from the direct message that called works as from the post, and both show it', async () => {
    const [direct] = app.slack.user('taro').directMessages;
    expect(words(app, direct!)).toMatch(/CheckoutErrors/);
    await app.slack.as('taro').click(direct!, 'Acknowledge');
    expect(await state()).toMatch(/<@U0TARO0001> has it/);
    expect(words(app, app.slack.user('taro').directMessages[0]!)).toMatch(/<@U0TARO0001> has it/);
    await app.send(bodyOf([resolved(firing, app.now())]));
    await app.atRest();
    expect(words(app, app.slack.user('taro').directMessages[0]!)).toMatch(/Resolved at/);
    expect(app.slack.user('taro').directMessages).toHaveLength(1);
  });

  it('after the resolve is answered privately and changes nothing', async () => {
    const update = app.slack.hold({ method: 'chat.update', when: 'before' });
    await app.send(bodyOf([resolved(firing, app.now())]));
    await update.arrived;
    await app.slack.as('taro').click(post, 'Acknowledge');
    await untilWhispered(app, 'taro', /Already resolved at .* because its alerts cleared\. Nothing changed/);
    update.release();
    const shown = await state();
    expect(shown).toMatch(/Resolved at/);
    expect(shown).not.toMatch(/has it|acknowledged/);
  });
});

describe('language', () => {
  it('a person with a Japanese Slack is answered in Japanese; the channel keeps its own', async () => {
    await app.slack.as('kenji').click(post, 'Acknowledge');
    await app.slack.until(() => app.slack.user('kenji').ephemerals.length > 0);
    expect(JSON.stringify(app.slack.user('kenji').ephemerals[0])).toMatch(/[\u3040-\u30ff]/);
    expect(await state()).toMatch(/<@U0KENJI001> has it/);
  });

  it('a Japanese team is told in Japanese', async () => {
    await app.close();
    app = await startTestApp({ config: "slack: {channel: alerts, language: ja, oncall: ['@taro']}" });
    await app.send(bodyOf([alert({ now: app.now() })]));
    const japanese = await firstPost(app);
    expect(japanese.text).toMatch(/[\u3040-\u30ff]/);
    expect(words(app, japanese)).not.toMatch(/Nobody|Next:|Acknowledge/);
  });
});

describe('rights', () => {
  it('a guest, a partner and a bot cannot acknowledge', async () => {
    app.slack.channel('alerts').add('gil');
    app.slack.channel('alerts').add('fran');
    const before = await state();
    await app.slack.as('gil').click(post, 'Acknowledge');
    await untilWhispered(app, 'gil', /Guests of this workspace cannot use Hikeshi/);
    await app.slack.as('fran').click(post, 'Acknowledge');
    await untilWhispered(app, 'fran', /members of its own workspace only/);
    expect(await state()).toBe(before);
  });
});

/** Acknowledged, but Slack has not drawn it yet. */
async function ackedBehind(person: string): Promise<() => void> {
  // The private answer and the post drawn anew, both by response_url; and what the outbox draws.
  const holds = ['response_url', 'response_url', 'chat.update'].map((method) =>
    app.slack.hold({ method, when: 'before' }),
  );
  await app.slack.as(person).click(post, 'Acknowledge');
  await Promise.all(holds.map((hold) => hold.arrived));
  return () => {
    for (const hold of holds) hold.release();
  };
}
