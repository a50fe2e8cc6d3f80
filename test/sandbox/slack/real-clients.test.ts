import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { LogLevel as SocketLogLevel, SocketModeClient } from '@slack/socket-mode';
import type { ModalView, SectionBlock } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import { CHANNELS, type FakeSlack, PEOPLE, startSlack } from '../../../sandbox/slack/index.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function workspace(...args: Parameters<typeof startSlack>): Promise<FakeSlack> {
  const slack = await startSlack(...args);
  cleanups.push(() => slack.close());
  return slack;
}

function clientOf(slack: FakeSlack): WebClient {
  return new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    logLevel: LogLevel.ERROR,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
}

/** A Bolt app on HTTP at the workspace's request URL. */
async function httpApp(slack: FakeSlack): Promise<App> {
  const receiver = new HTTPReceiver({
    signingSecret: slack.signingSecret,
    endpoints: '/slack/events',
    logLevel: LogLevel.ERROR,
    port: 0,
  });
  const app = new App({
    token: slack.botToken,
    receiver,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  const server = (await app.start(0)) as Server;
  slack.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
  cleanups.push(() => app.stop());
  return app;
}

// As the SDK has them, by its own types.
const section = (text: string): SectionBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });
const modal = (more: Partial<ModalView>): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'Restart' },
  blocks: [section('Really?')],
  ...more,
});

describe('the real WebClient', () => {
  it('posts, answers in the thread, updates, whispers and reads back', async () => {
    const slack = await workspace();
    const client = clientOf(slack);
    const posted = await client.chat.postMessage({
      channel: CHANNELS.alerts,
      text: 'down',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*down*' } }],
    });
    await client.chat.postMessage({ channel: CHANNELS.alerts, text: 'a line', thread_ts: posted.ts! });
    await client.chat.update({ channel: CHANNELS.alerts, ts: posted.ts!, text: 'up' });
    await client.chat.postEphemeral({ channel: CHANNELS.alerts, user: PEOPLE.hana, text: 'psst' });
    expect(slack.channel('alerts').posts()).toMatchObject([
      { ts: posted.ts, text: 'up', user: 'U0HIKESHI1', bot_id: 'B0HIKESHI1', app_id: 'A0HIKESHI1' },
    ]);
    expect(
      slack
        .channel('alerts')
        .thread(posted.ts!)
        .map((reply) => reply.text),
    ).toEqual(['a line']);
    expect(slack.user('hana').ephemerals.map((one) => one.text)).toEqual(['psst']);
    const replies = await client.conversations.replies({ channel: CHANNELS.alerts, ts: posted.ts! });
    expect(replies.messages?.map((message) => message.text)).toEqual(['up', 'a line']);
  });

  it('learns why blocks were refused', async () => {
    const slack = await workspace();
    const refused = clientOf(slack).chat.postMessage({
      channel: CHANNELS.alerts,
      text: 'x',
      blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })),
    });
    await expect(refused).rejects.toMatchObject({
      data: { error: 'invalid_blocks', errors: ['no more than 50 items allowed [json-pointer:/blocks]'] },
    });
  });

  it('sees 429 with whole seconds', async () => {
    const slack = await workspace({ limits: { postBurst: 1 } });
    const client = clientOf(slack);
    await client.chat.postMessage({ channel: CHANNELS.alerts, text: 'one' });
    await expect(client.chat.postMessage({ channel: CHANNELS.alerts, text: 'two' })).rejects.toMatchObject({
      code: 'slack_webapi_rate_limited_error',
      retryAfter: 1,
    });
    expect(slack.calls('chat.postMessage').map((line) => line.status)).toEqual([200, 429]);
  });

  it('uploads a file', async () => {
    const slack = await workspace();
    await clientOf(slack).filesUploadV2({
      channel_id: CHANNELS.ops,
      filename: 'app.log',
      content: 'line\n',
      initial_comment: 'logs',
    });
    const shown = await slack.until(() => slack.channel('ops').posts()[0]);
    expect(shown).toMatchObject({ text: 'logs', files: [{ name: 'app.log', size: 5 }] });
  });
});

describe('a real Bolt app by HTTP', () => {
  it('takes a command, opens a modal, refuses and takes its submission', async () => {
    const slack = await workspace();
    const app = await httpApp(slack);
    app.command('/ops', async ({ ack, body, client }) => {
      await ack('working on it');
      const view = modal({
        callback_id: 'restart',
        submit: { type: 'plain_text', text: 'Go' },
        blocks: [
          {
            type: 'input',
            block_id: 'why',
            label: { type: 'plain_text', text: 'Why' },
            element: { type: 'plain_text_input', action_id: 'text' },
          },
        ],
      });
      await client.views.open({ trigger_id: body.trigger_id, view });
    });
    app.view('restart', async ({ ack, view }) => {
      if (view.state.values['why']?.['text']?.value === 'no')
        await ack({ response_action: 'errors', errors: { why: 'say more' } });
      else await ack();
    });
    const hana = slack.as('hana');
    const seen = await hana.command('ops', '/ops restart shop/checkout');
    expect(seen).toMatchObject({ ok: true, answer: { text: 'working on it' } });
    await slack.until(() => hana.view());
    expect(await hana.submit()).toEqual({ ok: false, errors: { why: 'Please complete this required field.' } });
    expect(await hana.submit({ Why: 'no' })).toEqual({ ok: false, errors: { why: 'say more' } });
    expect(await hana.submit({ Why: 'it leaks' })).toEqual({ ok: true });
    expect(hana.view()).toBeUndefined();
  });

  it('takes a click and replaces the message by its response_url', async () => {
    const slack = await workspace();
    const app = await httpApp(slack);
    app.action('ack', async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: 'taken' });
    });
    await clientOf(slack).chat.postMessage({
      channel: CHANNELS.alerts,
      text: 'down',
      blocks: [
        section('down'),
        {
          type: 'actions',
          elements: [{ type: 'button', text: { type: 'plain_text', text: 'Ack' }, action_id: 'ack' }],
        },
      ],
    });
    const [post] = slack.channel('alerts').posts();
    expect(await slack.as('taro').click(post!, 'Ack')).toEqual({ ok: true });
    await slack.until(() => slack.channel('alerts').posts()[0]?.text === 'taken');
    expect(slack.channel('alerts').posts()[0]?.blocks).toBeUndefined();
  });

  it('hears a mention, and its own posts come back marked', async () => {
    const slack = await workspace();
    const app = await httpApp(slack);
    const heard: string[] = [];
    app.event('app_mention', async ({ event, client }) => {
      heard.push(event.text);
      await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: 'here' });
    });
    const said = slack.as('hana').say('ops', '@hikeshi logs');
    await slack.until(() => slack.channel('ops').thread(said.ts)[0]);
    expect(heard).toEqual(['<@U0HIKESHI1> logs']);
    expect(slack.user('hana').notifications).toMatchObject([{ why: 'thread', device: true }]);
  });

  it('is asked for the challenge before its URL is saved', async () => {
    const slack = await workspace();
    await httpApp(slack);
    const server = createServer((_request, response) => response.end('nonsense'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    cleanups.push(
      () =>
        new Promise((resolve) => {
          server.close(resolve);
        }),
    );
    expect(await slack.verifyUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).toBe(false);
  });
});

describe('real Socket Mode clients', () => {
  it('acknowledges envelopes, each on any one connection', async () => {
    const slack = await workspace({ delivery: { kind: 'socket' } });
    const taken: string[] = [];
    for (const name of ['one', 'two']) {
      const client = new SocketModeClient({
        appToken: slack.appToken,
        logLevel: SocketLogLevel.ERROR,
        clientOptions: { slackApiUrl: slack.apiUrl },
      });
      client.on('slash_commands', async ({ ack }: { ack: (body?: unknown) => Promise<void> }) => {
        taken.push(name);
        await ack({ text: `from ${name}` });
      });
      await client.start();
      cleanups.push(() => client.disconnect());
    }
    expect(slack.sockets.count).toBe(2);
    const hana = slack.as('hana');
    await hana.command('ops', '/ops help');
    await hana.command('ops', '/ops help');
    expect(taken.toSorted()).toEqual(['one', 'two']);
    expect(
      slack
        .user('hana')
        .ephemerals.map((one) => one.text)
        .toSorted(),
    ).toEqual(['from one', 'from two']);
  });

  it('serves a Bolt app: a command, a modal, its submission', async () => {
    const slack = await workspace({ delivery: { kind: 'socket' } });
    const receiver = new SocketModeReceiver({
      appToken: slack.appToken,
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
    });
    const app = new App({
      token: slack.botToken,
      receiver,
      clientOptions: { slackApiUrl: slack.apiUrl },
      logLevel: LogLevel.ERROR,
    });
    app.command('/ops', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({
        trigger_id: body.trigger_id,
        view: modal({ callback_id: 'sure', submit: { type: 'plain_text', text: 'Go' } }),
      });
    });
    app.view('sure', async ({ ack }) =>
      ack({ response_action: 'update', view: modal({ title: { type: 'plain_text', text: 'Done' } }) }),
    );
    await app.start();
    cleanups.push(async () => {
      await app.stop();
      await slack.until(() => slack.sockets.count === 0);
    });
    const hana = slack.as('hana');
    expect(await hana.command('ops', '/ops restart')).toEqual({ ok: true });
    await slack.until(() => hana.view());
    expect(await hana.submit()).toMatchObject({ ok: true, view: { title: { text: 'Done' } } });
  });
});
