import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, type FakeSlack, PEOPLE } from '../../../sandbox/slack/index.ts';
import { startApp, type TestApp } from './app.ts';
import { button, call, posted, postJson, section, stillSlack } from './help.ts';

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

const blocks = [{ type: 'actions', elements: [button('Ack', { action_id: 'ack' })] }];
const lastUrl = (): string => String(app.got.at(-1)?.body['response_url']);

async function fromCommand(channel = 'ops'): Promise<string> {
  await slack.as('hana').command(channel, '/ops help');
  return lastUrl();
}

/** A click on a message everybody sees. */
async function fromMessage() {
  const message = await posted(slack, 'alerts', { text: 'down', blocks });
  await slack.as('hana').click(message, 'Ack');
  return { message, url: lastUrl() };
}

/** A click on a message only Hana sees. */
async function fromEphemeral() {
  await call(slack, 'chat.postEphemeral', { channel: CHANNELS.alerts, user: PEOPLE.hana, text: 'sure?', blocks });
  await slack.as('hana').click(slack.user('hana').ephemerals.at(-1)!, 'Ack');
  return lastUrl();
}

const say = async (url: string, body: unknown): Promise<string> => {
  const response = await postJson(url, body);
  return `${response.status} ${await response.text()}`;
};

describe('a response_url', () => {
  it('serves five times', async () => {
    const url = await fromCommand();
    for (let use = 1; use <= 5; use += 1) expect(await say(url, { text: `${use}` })).toBe('200 ok');
    expect(await say(url, { text: '6' })).toBe('404 used_url');
    expect(slack.user('hana').ephemerals).toHaveLength(5);
  });

  it('serves half an hour', async () => {
    const url = await fromCommand();
    slack.advance(30 * 60_000);
    expect(await say(url, { text: 'x' })).toBe('200 ok');
    slack.advance(1);
    expect(await say(url, { text: 'x' })).toBe('404 expired_url');
    expect(await say(`${slack.url}/response/commands/T0/made-up`, { text: 'x' })).toBe('404 expired_url');
  });

  it('refuses bad blocks, nothing and what is no JSON, in plain text', async () => {
    const url = await fromCommand();
    expect(await say(url, { blocks: [section('')] })).toBe('400 invalid_blocks');
    expect(await say(url, {})).toBe('400 no_text');
    expect(await say(url, 'words')).toBe('400 invalid_payload');
  });

  it('answers the asker alone unless told otherwise, and gives no ts', async () => {
    const url = await fromCommand();
    await say(url, { text: 'for you' });
    await say(url, { text: 'for all', response_type: 'in_channel' });
    expect(slack.user('hana').ephemerals.map((one) => one.text)).toEqual(['for you']);
    expect(
      slack
        .channel('ops')
        .posts()
        .map((post) => post.text),
    ).toEqual(['for all']);
  });

  it('works where the bot is not, between two people, and past restrictions', async () => {
    slack.addChannel({ id: 'D0TWO00001', name: '', kind: 'im', members: [PEOPLE.hana, PEOPLE.mika] });
    expect(await say(await fromCommand('D0TWO00001'), { text: 'x', response_type: 'in_channel' })).toBe('200 ok');
    expect(app.got.at(-1)?.body).toMatchObject({ channel_name: 'directmessage' });
    expect(await call(slack, 'chat.postMessage', { channel: 'D0TWO00001', text: 'x' })).toMatchObject({
      error: 'channel_not_found',
    });
    slack.channel('ops').restrict('read-only');
    expect(await say(await fromCommand(), { text: 'x', response_type: 'in_channel' })).toBe('200 ok');
  });

  it('from a command replaces and deletes nothing, not even its own answer', async () => {
    const url = await fromCommand();
    await say(url, { text: 'first' });
    await say(url, { text: 'second', replace_original: true });
    await say(url, { delete_original: true });
    expect(slack.user('hana').ephemerals.map((one) => one.text)).toEqual(['first', 'second']);
  });

  it('from a message replaces it, and notifies nobody', async () => {
    const { message, url } = await fromMessage();
    await say(url, { text: 'taken <!channel>', replace_original: true });
    expect(message).toMatchObject({ text: 'taken <!channel>' });
    expect(message.blocks).toBeUndefined();
    expect(slack.channel('alerts').posts()).toHaveLength(1);
    expect(slack.user('mika').notifications).toHaveLength(0);
  });

  it('from a message deletes it, alone or with something new', async () => {
    const { message, url } = await fromMessage();
    await say(url, { delete_original: true, text: 'gone', response_type: 'in_channel' });
    expect(slack.channel('alerts').message(message.ts)).toBeUndefined();
    expect(
      slack
        .channel('alerts')
        .posts()
        .map((post) => post.text),
    ).toEqual(['gone']);
  });

  it('overwrites the source when replace_original is left out of a channel answer; false adds', async () => {
    const { message, url } = await fromMessage();
    await say(url, { text: 'new', response_type: 'in_channel', replace_original: false });
    expect(slack.channel('alerts').posts()).toHaveLength(2);
    await say(url, { text: 'oops', response_type: 'in_channel' });
    expect(message.text).toBe('oops');
  });

  it('answers in the thread', async () => {
    const { message, url } = await fromMessage();
    await say(url, { text: 'line', response_type: 'in_channel', thread_ts: message.ts, replace_original: false });
    expect(
      slack
        .channel('alerts')
        .thread(message.ts)
        .map((reply) => reply.text),
    ).toEqual(['line']);
  });

  it('is the only way to change an ephemeral, which stays one', async () => {
    const url = await fromEphemeral();
    await say(url, { text: 'done', replace_original: true, response_type: 'in_channel' });
    expect(slack.user('hana').ephemerals).toMatchObject([{ text: 'done' }]);
    expect(slack.channel('alerts').posts()).toHaveLength(0);
    await say(url, { delete_original: true });
    expect(slack.user('hana').ephemerals).toHaveLength(0);
  });
});
