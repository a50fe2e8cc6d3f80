import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, type FakeSlack, NotPossible, PEOPLE, visibleText } from '../../../sandbox/slack/index.ts';
import { startApp, type TestApp } from './app.ts';
import { button, call, posted, section, stillSlack } from './help.ts';

let slack: FakeSlack;
let app: TestApp;

beforeEach(async () => {
  slack = await stillSlack({ app: { slashCommands: [{ command: '/ops', should_escape: true }, { command: '/raw' }] } });
  app = await startApp();
  slack.deliverTo(app.url);
});

afterEach(async () => {
  await slack.close();
  await app.close();
});

const sent = () => app.got.at(-1)?.body ?? {};

describe('a command', () => {
  const typed = '@hana and #ops, #oncall at https://example.com/a?b=1&c=2 <3 & more';

  it('is escaped where the app asks for it', async () => {
    await slack.as('kenji').command('ops', `/ops ${typed}`);
    expect(sent()['text']).toBe(
      `<@${PEOPLE.hana}|hana> and <#${CHANNELS.ops}|ops>, <#${CHANNELS.oncall}|> at <https://example.com/a?b=1&amp;c=2> &lt;3 &amp; more`,
    );
    slack.switch({ escapedUser: 'id', escapedPrivateChannel: 'bare', escapeEntities: false });
    await slack.as('kenji').command('ops', '/ops @Hana #oncall a & b');
    expect(sent()['text']).toBe(`<@${PEOPLE.hana}> <#${CHANNELS.oncall}> a & b`);
  });

  it('is raw where it does not', async () => {
    await slack.as('kenji').command('ops', `/raw ${typed}`);
    expect(sent()['text']).toBe(typed);
  });

  it("names private channels in Slack's own way", async () => {
    await slack.as('kenji').command('oncall', '/ops');
    expect(sent()['channel_name']).toBe('privategroup');
    slack.switch({ privateChannelName: 'name' });
    await slack.as('kenji').command('oncall', '/ops');
    expect(sent()['channel_name']).toBe('oncall');
  });

  it('is not there in threads, for partners, by another name, or without the scope', async () => {
    const { ts } = slack.as('hana').say('ops', 'x');
    expect(await slack.as('hana').command('ops', '/ops help', { thread: ts })).toEqual({
      ok: false,
      error: 'not_supported_in_thread',
    });
    expect(await slack.as('fran').command('ops', '/ops help')).toEqual({ ok: false, error: 'command_not_available' });
    expect(await slack.as('hana').command('ops', '/other help')).toEqual({ ok: false, error: 'unknown_command' });
    slack.setScopes(['chat:write']);
    expect(await slack.as('hana').command('ops', '/ops help')).toEqual({ ok: false, error: 'unknown_command' });
    expect(app.got).toHaveLength(0);
  });

  it('cannot be typed where one is not, in the archive, or by somebody gone', async () => {
    await expect(slack.as('hana').command('oncall', '/ops')).rejects.toThrow(NotPossible);
    await expect(slack.as('hana').command('archived-old', '/ops')).rejects.toThrow(/archived/);
    expect(() => slack.as('dai')).toThrow(/deactivated/);
  });
});

describe('a click', () => {
  const options = ['a', 'b'].map((value) => ({ text: { type: 'plain_text', text: value.toUpperCase() }, value }));
  const actions = {
    type: 'actions',
    block_id: 'row',
    elements: [
      button('Ack', { action_id: 'ack', value: 'INC-1' }),
      button('Restart', {
        action_id: 'restart',
        style: 'danger',
        confirm: { title: { type: 'plain_text', text: 'Sure?' }, text: { type: 'plain_text', text: 'It restarts.' } },
      }),
      button('Runbook', { action_id: 'runbook', url: 'https://example.com/runbook' }),
      { type: 'overflow', action_id: 'more', options },
      { type: 'static_select', action_id: 'snooze', options },
      { type: 'users_select', action_id: 'assign' },
    ],
  };

  it('carries the message, the place and the value', async () => {
    const message = await posted(slack, 'alerts', { text: 'down', blocks: [section('down'), actions] });
    expect(await slack.as('taro').click(message, 'Ack')).toEqual({ ok: true });
    expect(sent()).toMatchObject({
      type: 'block_actions',
      user: { id: PEOPLE.taro, username: 'taro', team_id: 'T0HIKESHI1' },
      team: { id: 'T0HIKESHI1' },
      api_app_id: 'A0HIKESHI1',
      container: { type: 'message', message_ts: message.ts, channel_id: CHANNELS.alerts, is_ephemeral: false },
      channel: { id: CHANNELS.alerts },
      message: { ts: message.ts, text: 'down' },
      actions: [{ type: 'button', block_id: 'row', action_id: 'ack', value: 'INC-1', action_ts: expect.any(String) }],
      trigger_id: expect.any(String),
      response_url: expect.any(String),
    });
    expect(slack.deliveries('interaction')).toHaveLength(1);
  });

  it('on an ephemeral carries no message', async () => {
    await call(slack, 'chat.postEphemeral', {
      channel: CHANNELS.alerts,
      user: PEOPLE.hana,
      text: 'x',
      blocks: [actions],
    });
    const [whispered] = slack.user('hana').ephemerals;
    await slack.as('hana').click(whispered!, 'ack');
    expect(sent()).toMatchObject({ container: { is_ephemeral: true }, response_url: expect.any(String) });
    expect(sent()).not.toHaveProperty('message');
    await expect(slack.as('mika').click(whispered!, 'ack')).rejects.toThrow(/does not see/);
  });

  it('waits for the confirm dialog', async () => {
    const message = await posted(slack, 'alerts', { blocks: [actions] });
    const taro = slack.as('taro');
    expect(await taro.click(message, 'Restart')).toMatchObject({ ok: true, dialog: { title: { text: 'Sure?' } } });
    expect(await taro.click(message, 'Restart', { confirm: false })).toEqual({ ok: true });
    expect(app.got).toHaveLength(0);
    expect(await taro.click(message, 'Restart', { confirm: true })).toEqual({ ok: true });
    expect(app.got).toHaveLength(1);
  });

  it('on a link opens it, and is sent all the same', async () => {
    const message = await posted(slack, 'alerts', { blocks: [actions] });
    expect(await slack.as('taro').click(message, 'Runbook')).toEqual({
      ok: true,
      opened: 'https://example.com/runbook',
    });
    expect(sent()).toMatchObject({ actions: [{ action_id: 'runbook' }] });
  });

  it('chooses from menus, by words or value', async () => {
    const message = await posted(slack, 'alerts', { blocks: [actions] });
    const taro = slack.as('taro');
    await taro.click(message, 'B');
    expect(sent()).toMatchObject({ actions: [{ type: 'overflow', selected_option: { value: 'b' } }] });
    await taro.click(message, 'snooze', { choose: 'A' });
    expect(sent()).toMatchObject({
      actions: [{ selected_option: { value: 'a' } }],
      state: { values: { row: { snooze: { selected_option: { value: 'a' } } } } },
    });
    await taro.click(message, 'assign', { choose: PEOPLE.mika });
    expect(sent()).toMatchObject({ actions: [{ type: 'users_select', selected_user: PEOPLE.mika }] });
    await expect(taro.click(message, 'snooze', { choose: 'C' })).rejects.toThrow(/no option "C".*A, B/);
  });

  it('finds only what is there now, for whom it is there', async () => {
    const message = await posted(slack, 'alerts', { blocks: [actions] });
    await expect(slack.as('taro').click(message, 'Scale')).rejects.toThrow(/nothing called "Scale".*ack \/ Ack/);
    await expect(slack.as('gil').click(message, 'Ack')).rejects.toThrow(/gil is not in alerts/);
    await call(slack, 'chat.update', { channel: CHANNELS.alerts, ts: message.ts, text: 'resolved' });
    await expect(slack.as('taro').click(message, 'Ack')).rejects.toThrow(NotPossible);
  });

  it("by a partner carries the partner's team; a late answer is an error", async () => {
    const message = await posted(slack, 'ops', { blocks: [actions] });
    await slack.as('fran').click(message, 'Ack');
    expect(sent()).toMatchObject({ user: { team_id: 'T0PARTNER1' }, team: { id: 'T0HIKESHI1' } });
    app.answer = () => {
      slack.advance(3000);
      return 'never';
    };
    expect(await slack.as('hana').click(message, 'Ack')).toEqual({ ok: false, error: 'operation_timeout' });
  });
});

describe('writing', () => {
  it("becomes what Slack's client makes of it", () => {
    const message = slack.as('hana').say('ops', 'hey @taro @sre @here see #alerts & <this>');
    expect(message.text).toBe(
      `hey <@${PEOPLE.taro}> <!subteam^S0SRE00001> <!here> see <#${CHANNELS.alerts}|alerts> &amp; &lt;this&gt;`,
    );
  });

  it('needs membership, a thread that is there, a tab that takes messages', () => {
    expect(() => slack.as('gil').say('alerts', 'x')).toThrow(/not in alerts/);
    expect(() => slack.as('hana').say('ops', 'x', { thread: '1.1' })).toThrow(NotPossible);
    expect(() => slack.as('mika').edit(slack.as('hana').say('ops', 'x'), 'y')).toThrow(/own messages/);
  });

  it('does not reach an app whose messages tab is read-only', async () => {
    const closed = await stillSlack({ app: { messagesTabReadOnly: true } });
    expect(() => closed.as('hana').dm('help')).toThrow(/takes no messages/);
    await closed.close();
  });
});

describe('visibleText', () => {
  it('reads blocks as a person does', async () => {
    const message = await posted(slack, 'alerts', {
      text: 'fallback',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Down' } },
        section('*shop*'),
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'by ' },
                { type: 'user', user_id: 'U1' },
              ],
            },
          ],
        },
        { type: 'actions', elements: [button('Ack')] },
      ],
    });
    expect(visibleText(message)).toBe('Down\n*shop*\nby <@U1>\nAck');
  });

  it('reads dates in rich text and in mrkdwn alike, and what a client cannot show by its fallback', () => {
    const timestamp = Date.UTC(2026, 10, 21, 3, 12, 9) / 1000;
    const rich = (format: string) => ({
      blocks: [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'since ' },
                { type: 'date', timestamp, format, fallback: 'long ago' },
                { type: 'text', text: ' in ' },
                { type: 'channel', channel_id: 'C1' },
              ],
            },
          ],
        },
      ],
    });
    const read = (format: string) => [
      visibleText(rich(format)),
      visibleText({ text: `since <!date^${timestamp}^${format}|long ago> in <#C1>` }),
    ];
    expect(read('{time}')).toEqual(Array(2).fill('since 03:12 in <#C1>'));
    expect(read('{date_short_pretty} {time_secs}')).toEqual(Array(2).fill('since 21 Nov 2026 03:12:09 in <#C1>'));
    expect(read('{date_num} {date} {date_long}')[0]).toMatch(
      /^since 21\/11\/2026 21 November 2026 Saturday,? 21 November 2026 in <#C1>$/,
    );
    expect(read('{century}')).toEqual(Array(2).fill('since long ago in <#C1>'));
    expect(visibleText({ text: `<!date^${timestamp}^{time}^https://a.example|x>` })).toBe('03:12');
  });
});
