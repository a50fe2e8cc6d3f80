import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CHANNELS, PEOPLE } from '../../../sandbox/slack/index.ts';
import { REQUIRED_SCOPES, slackManifest } from '../../../src/adapters/slack/index.ts';
import { mark, say, startBench } from './support/bench.ts';

const url = z.url({ protocol: /^https?$/ }).max(3_000);
/** Slack's manifest schema 2 as far as we use it; strict, because Slack refuses unknown keys. */
const Manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(2) }),
  display_information: z.strictObject({ name: z.string().min(1).max(35), description: z.string().max(140) }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    bot_user: z.strictObject({ display_name: z.string().min(1).max(80), always_online: z.boolean() }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\//).min(2).max(32),
          description: z.string().min(1).max(2_000),
          usage_hint: z.string().min(1).max(1_000),
          should_escape: z.literal(true),
          url: url.optional(),
        }),
      )
      .max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()).min(1).max(255) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: url.optional(),
      bot_events: z.array(z.string()).min(1).max(100),
    }),
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: url.optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.literal(false),
  }),
});

describe('the manifest', () => {
  test('for Socket Mode names no address', () => {
    const manifest = Manifest.parse(slackManifest({ command: '/ops' }));
    expect(manifest.settings.socket_mode_enabled).toBe(true);
    expect(JSON.stringify(manifest)).not.toContain('url');
  });

  test('for HTTP names one address three times', () => {
    const httpUrl = 'https://hikeshi.example/slack/events';
    const { settings, features } = Manifest.parse(slackManifest({ command: '/ops', httpUrl }));
    expect(settings.socket_mode_enabled).toBe(false);
    expect([
      settings.event_subscriptions.request_url,
      settings.interactivity.request_url,
      features.slash_commands[0]?.url,
    ]).toEqual([httpUrl, httpUrl, httpUrl]);
  });

  test('as it is pasted: the file is what the program makes, in ASCII that no form changes, with a way for events and buttons', async () => {
    const pasted = await readFile(new URL('../../../manifests/slack-app.json', import.meta.url), 'utf8');
    expect(pasted).toMatch(/^[\n\x20-\x7e]+$/);
    expect(Manifest.parse(JSON.parse(pasted))).toEqual(slackManifest({ command: '/ops' }));
    for (const httpUrl of [undefined, 'https://hikeshi.example/slack/events']) {
      const manifest = Manifest.parse(slackManifest({ command: '/ops', ...(httpUrl !== undefined && { httpUrl }) }));
      const { socket_mode_enabled: socket, event_subscriptions: events, interactivity } = manifest.settings;
      // Slack refuses a manifest whose events or buttons can come by neither way.
      for (const { request_url: url } of [events, interactivity]) expect(socket !== (url !== undefined)).toBe(true);
    }
  });

  test('refuses what Slack refuses', () => {
    const manifest = slackManifest({ command: '/ops' });
    const bad = [
      { ...manifest, more: true },
      slackManifest({ command: 'ops' }),
      slackManifest({ command: '/ops', name: 'x'.repeat(36) }),
      slackManifest({ command: '/ops', description: 'x'.repeat(141) }),
      slackManifest({ command: '/ops', usageHint: '' }),
      slackManifest({ command: '/ops', httpUrl: 'ftp://hikeshi.example' }),
    ];
    expect(bad.filter((one) => Manifest.safeParse(one).success)).toEqual([]);
  });

  test('asks for nothing twice', () => {
    const { settings, oauth_config } = Manifest.parse(slackManifest({ command: '/ops' }));
    for (const list of [settings.event_subscriptions.bot_events, oauth_config.scopes.bot])
      expect(new Set(list).size).toBe(list.length);
  });
});

describe('with its scopes and no other', async () => {
  const bench = await startBench({ fake: { scopes: REQUIRED_SCOPES } });
  afterAll(() => bench.close());
  const { chat, directory } = bench.adapter;
  const post = () => chat.post(CHANNELS.oncall, say('x'), mark(1));

  test.each<[string, () => Promise<unknown>]>([
    ['post, private', post],
    ['post, public and not invited', () => chat.post(CHANNELS.general, say('x'), mark(1))],
    ['update', async () => chat.update(await post(), say('y'))],
    ['remove', async () => chat.remove(await post())],
    ['find', () => chat.find({ channelId: CHANNELS.oncall }, 1, new Date(0))],
    [
      'find in a thread',
      async () => chat.find({ channelId: CHANNELS.oncall, threadTs: (await post()).ts }, 1, new Date(0)),
    ],
    ['find in a direct conversation', () => chat.find({ channelId: PEOPLE.kenji }, 1, new Date(0))],
    ['whisper', () => chat.whisper({ channelId: CHANNELS.oncall }, PEOPLE.kenji, say('x'))],
    ['permalink', async () => chat.permalink(await post())],
    ['direct channel', () => chat.directChannel(PEOPLE.mika)],
    ['identity', () => directory.identity()],
    ['people', () => directory.people()],
    ['one person', () => directory.personById(PEOPLE.mika)],
    ['groups', () => directory.userGroups()],
    ['channels', () => directory.channels()],
    ['members', () => directory.members(CHANNELS.oncall)],
  ])('%s', async (_, run) => {
    await expect(run().then(() => 'done')).resolves.toBe('done');
  });
});
