import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, type FakeSlack, PEOPLE, SRE_GROUP_ID } from '../../../sandbox/slack/index.ts';
import { call, section, stillSlack } from './help.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await stillSlack();
});

afterEach(async () => slack.close());

const post = (args: Record<string, unknown>) => call(slack, 'chat.postMessage', { channel: CHANNELS.alerts, ...args });
const toldIn = (name: string): string[] => slack.user(name).notifications.map((one) => one.why);
const everybody = ['hana', 'kenji', 'mika', 'sato', 'taro'];
const told = (): string[] => everybody.filter((name) => toldIn(name).length > 0);
const mrkdwn = (text: string, more = {}) => ({ type: 'section', text: { type: 'mrkdwn', text, ...more } });
const rich = (...elements: unknown[]) => ({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });

describe('who a new message tells', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['one person', { text: `<@${PEOPLE.taro}> please` }, ['taro']],
    ['one person with a label', { text: `<@${PEOPLE.taro}|taro> please` }, ['taro']],
    ['the members of a group', { text: `<!subteam^${SRE_GROUP_ID}>` }, ['kenji', 'mika', 'taro']],
    ['the channel', { text: '<!channel> fire' }, everybody],
    ['nobody by escaped text', { text: '&lt;!channel&gt; fire' }, []],
    ['nobody by plain words in text', { text: '@channel @here fire' }, []],
    ['the channel by plain words with link_names', { text: '@channel fire', link_names: true }, everybody],
    ['the channel by plain words with parse=full', { text: '@channel fire', parse: 'full' }, everybody],
    ['nobody by an address', { text: 'me@here.com', link_names: true }, []],
    ['the channel by plain words in a mrkdwn object', { text: 'x', blocks: [mrkdwn('see @here')] }, everybody],
    ['nobody by plain words in a verbatim one', { text: 'x', blocks: [mrkdwn('see @here', { verbatim: true })] }, []],
    [
      'the channel by an escape in a verbatim one',
      { text: 'x', blocks: [mrkdwn('<!here>', { verbatim: true })] },
      everybody,
    ],
    [
      'nobody in plain_text',
      { text: 'x', blocks: [{ type: 'section', text: { type: 'plain_text', text: '<!channel> @here' } }] },
      [],
    ],
    ['nobody in words of rich text', { text: 'x', blocks: [rich({ type: 'text', text: '<!channel> @here' })] }, []],
    ['whom rich text names', { text: 'x', blocks: [rich({ type: 'user', user_id: PEOPLE.taro })] }, ['taro']],
    ['the channel by rich text', { text: 'x', blocks: [rich({ type: 'broadcast', range: 'channel' })] }, everybody],
    ['the channel by markdown', { markdown_text: 'see @channel' }, everybody],
    ['nobody by text beside blocks', { text: '<!channel>', blocks: [section('x')] }, []],
    [
      'nobody by what a button says',
      {
        text: 'x',
        blocks: [{ ...section('x'), accessory: { type: 'button', text: { type: 'plain_text', text: '<!channel>' } } }],
      },
      [],
    ],
    ['the channel by an escape in code', { text: '```<!channel>```' }, everybody],
    ['nobody by plain words in code', { text: 'x', blocks: [mrkdwn('```@channel```')] }, []],
    ['nobody', { text: 'quiet' }, []],
  ])('%s', async (_what, args, names) => {
    expect(await post(args)).toMatchObject({ ok: true });
    expect(told()).toEqual(names);
  });

  it('tells nobody of a mention of somebody outside, and says nothing', async () => {
    expect(await post({ channel: CHANNELS.oncall, text: `<@${PEOPLE.hana}>` })).toMatchObject({ ok: true });
    expect(told()).toEqual([]);
  });

  it('tells each person once, by the strongest reason', async () => {
    await post({ text: `<@${PEOPLE.taro}> <!subteam^${SRE_GROUP_ID}> <!channel>` });
    expect(toldIn('taro')).toEqual(['mention']);
    expect(toldIn('mika')).toEqual(['group']);
    expect(toldIn('hana')).toEqual(['channel']);
  });

  it('reaches only the active with here', async () => {
    slack.user('hana').change({ presence: 'away' });
    await post({ text: '<!here>' });
    expect(told()).toEqual(everybody.filter((name) => name !== 'hana'));
  });

  it('tells in a direct message', async () => {
    await post({ channel: PEOPLE.taro, text: 'you are on call' });
    expect(toldIn('taro')).toEqual(['dm']);
  });

  it('hears mentions beside blocks, or not in code, where the switches say so', async () => {
    slack.switch({ mentionsBesideBlocks: true, mentionsInCode: false });
    await post({ text: `<@${PEOPLE.taro}>`, blocks: [section('`<!channel>`')] });
    expect(told()).toEqual(['taro']);
  });
});

describe('limits of @channel', () => {
  it('leave it plain, or refuse it', async () => {
    slack.switch({ broadcastLimit: 'plain' });
    expect(await post({ text: '<!channel>' })).toMatchObject({ ok: true });
    slack.switch({ broadcastLimit: 'refused' });
    expect(await post({ text: '<!channel>' })).toMatchObject({ error: 'restricted_action' });
    expect(told()).toEqual([]);
  });
});

describe('quiet', () => {
  it("do-not-disturb keeps the device silent, by own hours or the workspace's", async () => {
    slack.user('taro').change({ quiet: { from: '22:00', to: '08:00' } });
    await post({ text: `<@${PEOPLE.taro}> <@${PEOPLE.mika}>` });
    expect(slack.user('taro').notifications).toMatchObject([{ why: 'mention', device: false }]);
    expect(slack.user('mika').notifications).toMatchObject([{ device: true }]);
    const quiet = await stillSlack({ team: { quiet: { from: '22:00', to: '08:00' } } });
    await call(quiet, 'chat.postMessage', { channel: CHANNELS.alerts, text: '<!channel>' });
    expect(quiet.user('hana').notifications).toMatchObject([{ device: false }]);
    quiet.advance(10 * 3_600_000);
    await call(quiet, 'chat.postMessage', { channel: CHANNELS.alerts, text: '<!channel>' });
    expect(quiet.user('hana').notifications[1]).toMatchObject({ device: true });
    await quiet.close();
  });

  it('a snooze and a muted channel do, too', async () => {
    slack.user('taro').change({ snoozedUntil: 1_700_000_001 });
    slack.user('mika').change({ muted: [CHANNELS.alerts] });
    await post({ text: `<@${PEOPLE.taro}> <@${PEOPLE.mika}>` });
    expect([...slack.user('taro').notifications, ...slack.user('mika').notifications].map((one) => one.device)).toEqual(
      [false, false],
    );
  });
});

describe('threads', () => {
  it('tell their followers: author, repliers, mentioned; not the channel', async () => {
    const { ts } = slack.as('hana').say('alerts', 'what is this @taro');
    slack.as('mika').say('alerts', 'looking', { thread: ts });
    await post({ text: '<!channel> found', thread_ts: ts });
    expect(toldIn('hana')).toEqual(['thread', 'thread']);
    expect(toldIn('taro')).toEqual(['mention', 'thread', 'thread']);
    expect(toldIn('mika')).toEqual(['thread']);
    expect(toldIn('sato')).toEqual([]);
  });

  it('reach the channel when broadcast, or where the switch says so', async () => {
    const { ts } = await post({ text: 'parent' });
    await post({ text: '<!channel>', thread_ts: ts, reply_broadcast: true });
    expect(toldIn('sato')).toEqual(['channel']);
    slack.switch({ threadBroadcast: true });
    await post({ text: '<!channel>', thread_ts: ts });
    expect(toldIn('sato')).toEqual(['channel', 'channel']);
  });
});

describe('what tells nobody', () => {
  it('an edit, even one that adds a mention, unless the switch says so', async () => {
    const { ts } = await post({ text: 'x' });
    const update = (text: string) => call(slack, 'chat.update', { channel: CHANNELS.alerts, ts, text });
    await update(`<@${PEOPLE.taro}> <!channel>`);
    expect(told()).toEqual([]);
    slack.switch({ editsNotify: 'new-mentions' });
    await update('x');
    await update(`<@${PEOPLE.taro}>`);
    expect(told()).toEqual(['taro']);
  });

  it('an ephemeral', async () => {
    await call(slack, 'chat.postEphemeral', { channel: CHANNELS.alerts, user: PEOPLE.hana, text: `<@${PEOPLE.hana}>` });
    expect(told()).toEqual([]);
  });

  it('bots, guests gone, and the author', async () => {
    slack.channel('alerts').add('deploybot');
    slack.as('hana').say('alerts', '@channel @hana @deploybot');
    expect(toldIn('hana')).toEqual([]);
    expect(toldIn('deploybot')).toEqual([]);
  });
});
