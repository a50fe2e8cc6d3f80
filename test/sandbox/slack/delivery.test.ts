import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sign } from '../../../sandbox/slack/delivery/post.ts';
import { CHANNELS, type FakeSlack, PEOPLE } from '../../../sandbox/slack/index.ts';
import { startApp, type TestApp } from './app.ts';
import { call, stillSlack } from './help.ts';

let slack: FakeSlack;
let app: TestApp;

beforeEach(async () => {
  slack = await stillSlack();
  app = await startApp();
  slack.deliverTo(app.url);
});

afterEach(async () => {
  await slack.close();
  await app.close();
});

const attempts = (count: number) =>
  slack.until(() => slack.deliveries('event').length === count && slack.deliveries('event'));

describe('what the app gets by HTTP', () => {
  it('is signed', async () => {
    slack.switch({ signWith: 'wall' });
    await slack.as('hana').command('ops', '/ops help');
    const { headers, raw } = app.got[0]!;
    const stamp = Number(headers['x-slack-request-timestamp']);
    expect(headers['x-slack-signature']).toBe(sign(slack.signingSecret, stamp, raw));
    expect(Math.abs(Date.now() / 1000 - stamp)).toBeLessThan(60);
  });

  it('a command: form fields', async () => {
    await slack.as('hana').command('ops', '/ops restart shop/checkout');
    expect(app.got[0]?.headers['content-type']).toContain('urlencoded');
    expect(app.got[0]?.body).toMatchObject({
      command: '/ops',
      text: 'restart shop/checkout',
      user_id: PEOPLE.hana,
      user_name: 'hana',
      team_id: 'T0HIKESHI1',
      team_domain: 'hikeshi',
      channel_id: CHANNELS.ops,
      channel_name: 'ops',
      api_app_id: 'A0HIKESHI1',
      token: expect.any(String),
      is_enterprise_install: 'false',
      trigger_id: expect.any(String),
      response_url: expect.stringContaining(slack.url),
    });
  });

  it('an event: JSON with its envelope', async () => {
    slack.as('hana').say('ops', 'hi @Hikeshi');
    await attempts(1);
    expect(app.got[0]?.body).toMatchObject({
      type: 'event_callback',
      team_id: 'T0HIKESHI1',
      context_team_id: 'T0HIKESHI1',
      api_app_id: 'A0HIKESHI1',
      event_id: expect.stringMatching(/^Ev/),
      event_time: 1_700_000_000,
      event_context: expect.any(String),
      is_ext_shared_channel: true,
      authorizations: [{ user_id: 'U0HIKESHI1', is_bot: true }],
      event: { type: 'app_mention', user: PEOPLE.hana, text: 'hi <@U0HIKESHI1>', channel: CHANNELS.ops },
    });
    expect(app.got[0]?.body['event']).not.toHaveProperty('trigger_id');
  });
});

describe('commands and clicks', () => {
  it('have three seconds, and are never retried', async () => {
    app.answer = () => {
      slack.advance(3000);
      return 'never';
    };
    expect(await slack.as('hana').command('ops', '/ops help')).toEqual({ ok: false, error: 'operation_timeout' });
    slack.advance(600_000);
    expect(app.got).toHaveLength(1);
  });

  it('need a 200, without redirects', async () => {
    app.answer = () => ({ status: 500 });
    expect(await slack.as('hana').command('ops', '/ops help')).toEqual({ ok: false, error: 'dispatch_failed' });
    app.answer = () => ({ status: 302, headers: { location: app.url } });
    expect(await slack.as('hana').command('ops', '/ops help')).toEqual({ ok: false, error: 'dispatch_failed' });
    slack.deliverTo('http://127.0.0.1:1/nobody');
    expect(await slack.as('hana').command('ops', '/ops help')).toEqual({ ok: false, error: 'dispatch_failed' });
    expect(slack.deliveries('command').map((line) => line.outcome)).toEqual([
      'http_error 500',
      'too_many_redirects 302',
      'connection_failed',
    ]);
  });

  it('may be answered by nothing, words or a message', async () => {
    const hana = slack.as('hana');
    expect(await hana.command('ops', '/ops a')).toEqual({ ok: true });
    app.answer = () => ({ body: 'words' });
    expect(await hana.command('ops', '/ops b')).toMatchObject({ ok: true, answer: { ephemeral: true, text: 'words' } });
    app.answer = () => ({ body: { response_type: 'in_channel', text: 'for all' } });
    expect(await hana.command('ops', '/ops c')).toMatchObject({
      ok: true,
      answer: { type: 'message', text: 'for all' },
    });
    expect(slack.channel('ops').messages.map((message) => message.text)).toEqual(['/ops c', 'for all']);
    app.answer = () => ({ body: { response_type: 'in_channel', blocks: [{ type: 'nothing' }] } });
    expect(await hana.command('ops', '/ops d')).toEqual({ ok: false, error: 'invalid_command_response' });
    expect(slack.channel('ops').messages).toHaveLength(2);
  });
});

describe('events', () => {
  const mention = () => slack.as('hana').say('ops', '@hikeshi');

  it('are retried three times: at once, after a minute, after five; with the same id', async () => {
    app.answer = () => ({ status: 503 });
    mention();
    await attempts(2);
    slack.advance(59_999);
    expect(slack.deliveries('event')).toHaveLength(2);
    slack.advance(1);
    await attempts(3);
    slack.advance(300_000);
    await attempts(4);
    slack.advance(3_600_000);
    expect(app.got.map((one) => [one.headers['x-slack-retry-num'], one.headers['x-slack-retry-reason']])).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
    expect(new Set(app.got.map((one) => one.body['event_id'])).size).toBe(1);
  });

  it('give the reason: time limit, no connection', async () => {
    app.answer = () => {
      slack.advance(3000);
      app.answer = () => ({});
      return 'never';
    };
    mention();
    await attempts(2);
    expect(app.got[1]?.headers['x-slack-retry-reason']).toBe('http_timeout');
    slack.deliverTo('http://127.0.0.1:1/nobody');
    mention();
    await attempts(4);
    slack.deliverTo(app.url);
    slack.advance(60_000);
    await attempts(5);
    expect(app.got.at(-1)?.headers['x-slack-retry-reason']).toBe('connection_failed');
  });

  it('stop at x-slack-no-retry, and at any 2xx', async () => {
    app.answer = () => ({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    mention();
    await attempts(1);
    app.answer = () => ({ status: 204 });
    mention();
    await attempts(2);
    slack.advance(3_600_000);
    expect(app.got).toHaveLength(2);
  });

  it('follow two redirects, no third', async () => {
    let left = 2;
    app.answer = () => (left-- > 0 ? { status: 307, headers: { location: app.url } } : {});
    mention();
    expect(await attempts(1)).toMatchObject([{ outcome: 'acked' }]);
    left = 3;
    mention();
    const outcomes = (await attempts(3)).map((line) => line.outcome);
    expect(outcomes).toEqual(['acked', 'too_many_redirects 307', 'acked']);
    expect(app.got.at(-1)?.headers['x-slack-retry-reason']).toBe('too_many_redirects');
  });

  it('come only where subscribed, with the scope, and where the bot is', async () => {
    slack.setScopes(['chat:write']);
    mention();
    slack.setScopes(['app_mentions:read', 'chat:write']);
    slack.as('hana').say('general', '@hikeshi');
    slack.as('hana').say('ops', 'nobody asked');
    mention();
    await attempts(1);
    expect(slack.deliveries('event')).toHaveLength(1);
  });
});

describe('the events of a workspace', () => {
  const last = async (count: number) =>
    (await attempts(count)).map((line) => line.payload['event'] as Record<string, unknown>).at(-1);

  it('direct messages, edits, broadcasts', async () => {
    const hana = slack.as('hana');
    const message = hana.dm('help');
    expect(await last(1)).toMatchObject({
      type: 'message',
      channel_type: 'im',
      text: 'help',
      client_msg_id: expect.any(String),
    });
    hana.edit(message, 'help me');
    expect(await last(2)).toMatchObject({
      subtype: 'message_changed',
      message: { text: 'help me', edited: {} },
      previous_message: { text: 'help' },
    });
    hana.say('dm', 'all', { thread: message.ts, broadcast: true });
    const [third, fourth] = (await attempts(4))
      .slice(2)
      .map((line) => line.payload['event'] as Record<string, unknown>);
    expect([third?.['subtype'], fourth?.['subtype']]).toEqual(['thread_broadcast', 'message_changed']);
  });

  it('own posts come back with bot_id and app_id', async () => {
    await call(slack, 'chat.postMessage', { channel: PEOPLE.hana, text: 'hello' });
    expect(await last(1)).toMatchObject({
      type: 'message',
      bot_id: 'B0HIKESHI1',
      app_id: 'A0HIKESHI1',
      user: 'U0HIKESHI1',
    });
  });

  it('an edited mention fires again, marked', async () => {
    const hana = slack.as('hana');
    const message = hana.say('ops', '@hikeshi logs');
    await attempts(1);
    hana.edit(message, '@hikeshi log');
    expect(await last(2)).toMatchObject({ type: 'app_mention', edited: { user: PEOPLE.hana }, ts: message.ts });
  });

  it('a mention in a thread carries it, one by a partner the other team', async () => {
    const { ts } = slack.as('hana').say('ops', 'x');
    slack.as('fran').say('ops', '@hikeshi hm', { thread: ts });
    expect(await last(1)).toMatchObject({ type: 'app_mention', thread_ts: ts, user_team: 'T0PARTNER1' });
  });

  it('no mention event in direct messages', async () => {
    slack.as('hana').dm('@hikeshi help');
    expect(await attempts(1)).toMatchObject([{ payload: { event: { type: 'message' } } }]);
  });

  it('a reaction that is taken back', async () => {
    const message = slack.as('hana').say('ops', 'x');
    for (const who of ['mika', 'hana']) slack.as(who).react(message, 'eyes');
    slack.as('mika').unreact(message, 'eyes');
    expect(await last(3)).toMatchObject({
      type: 'reaction_removed',
      user: PEOPLE.mika,
      reaction: 'eyes',
      item: { type: 'message', channel: CHANNELS.ops, ts: message.ts },
      item_user: PEOPLE.hana,
    });
    expect(message.reactions).toEqual([{ name: 'eyes', users: [PEOPLE.hana], count: 1 }]);
    expect(() => slack.as('mika').unreact(message, 'eyes')).toThrow('has not reacted with eyes');
    slack.as('hana').unreact(message, 'eyes');
    expect(message).not.toHaveProperty('reactions');
  });

  it('reactions, joining, leaving, people, groups, channels', async () => {
    const message = slack.as('hana').say('ops', 'x');
    slack.as('mika').react(message, 'eyes');
    expect(await last(1)).toMatchObject({
      type: 'reaction_added',
      user: PEOPLE.mika,
      reaction: 'eyes',
      item: { type: 'message', channel: CHANNELS.ops, ts: message.ts },
      item_user: PEOPLE.hana,
    });
    await call(slack, 'conversations.join', { channel: CHANNELS.general });
    expect(await last(2)).toMatchObject({
      type: 'member_joined_channel',
      user: 'U0HIKESHI1',
      channel: CHANNELS.general,
    });
    slack.channel('general').remove('hikeshi');
    const left = (await attempts(4)).slice(2).map((line) => line.payload['event'] as Record<string, unknown>);
    expect(left).toMatchObject([
      { type: 'member_left_channel', user: 'U0HIKESHI1' },
      { type: 'channel_left', channel: CHANNELS.general },
    ]);
    slack.user('taro').deactivate();
    expect(await last(5)).toMatchObject({ type: 'user_change', user: { id: PEOPLE.taro, deleted: true } });
    slack.addPerson({ id: 'U0NEW00001', name: 'new' });
    expect(await last(6)).toMatchObject({ type: 'team_join', user: { id: 'U0NEW00001' } });
    slack.setGroup('sre', ['hana']);
    expect(await last(8)).toMatchObject({ type: 'subteam_members_changed', added_users: [PEOPLE.hana] });
    slack.channel('ops').rename('operations');
    expect(await last(9)).toMatchObject({ type: 'channel_rename', channel: { id: CHANNELS.ops, name: 'operations' } });
    slack.channel('operations').archive();
    expect(await last(10)).toMatchObject({ type: 'channel_archive', channel: CHANNELS.ops });
    slack.channel('oncall').changeId('C0ONCALL02');
    expect(await last(11)).toMatchObject({
      type: 'channel_id_changed',
      old_channel_id: CHANNELS.oncall,
      new_channel_id: 'C0ONCALL02',
    });
    slack.addChannel({ id: 'C0NEW00001', name: 'new', members: [] }).delete();
    expect((await attempts(13)).slice(11).map((line) => line.payload['event'])).toMatchObject([
      { type: 'channel_created', channel: { id: 'C0NEW00001' } },
      { type: 'channel_deleted', channel: 'C0NEW00001' },
    ]);
  });
});

describe('the challenge', () => {
  it.each([
    ['text', (challenge: string) => ({ body: challenge })],
    ['a form', (challenge: string) => ({ body: `challenge=${challenge}` })],
    ['JSON', (challenge: string) => ({ body: { challenge } })],
  ])('may be answered as %s', async (_what, answer) => {
    app.answer = (received) => answer(String(received.body['challenge']));
    expect(await slack.verifyUrl(app.url)).toBe(true);
    app.answer = () => ({ body: 'other' });
    expect(await slack.verifyUrl(app.url)).toBe(false);
  });
});
