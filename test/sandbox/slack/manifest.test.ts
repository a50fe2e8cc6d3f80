import { describe, expect, it } from 'vitest';
import { checkManifest, installed } from '../../../sandbox/slack/manifest.ts';
import { stillSlack } from './help.ts';

const command = (more = {}) => ({ command: '/ops', description: 'Operate', ...more });

const manifest = (more: Record<string, unknown> = {}) => ({
  display_information: { name: 'Hikeshi', description: 'Alerts with buttons' },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
    bot_user: { display_name: 'hikeshi' },
    slash_commands: [command({ should_escape: true })],
  },
  oauth_config: { scopes: { bot: ['chat:write', 'commands', 'app_mentions:read'] } },
  settings: {
    interactivity: { is_enabled: true },
    event_subscriptions: { bot_events: ['app_mention'] },
    socket_mode_enabled: true,
  },
  ...more,
});

const commands = (more: object) => manifest({ features: { slash_commands: [command(more)] } });

describe('a manifest', () => {
  it.each<[string, unknown, RegExp]>([
    ['an unknown key', manifest({ colour: 'red' }), /invalid additional property: colour/],
    ['a name of 36', manifest({ display_information: { name: 'x'.repeat(36) } }), /less than 36 .*name/],
    [
      'a description of 141',
      manifest({ display_information: { name: 'x', description: 'x'.repeat(141) } }),
      /less than 141/,
    ],
    ['a command without its slash', commands({ command: 'ops' }), /begins with \//],
    ['a command of one character', commands({ command: '/' }), /more than 1 characters/],
    ['a command of 33', commands({ command: `/${'x'.repeat(32)}` }), /less than 33/],
    ['a command without description', commands({ description: undefined }), /missing required field: description/],
    ['a usage hint of 1,001', commands({ usage_hint: 'x'.repeat(1001) }), /less than 1001/],
    ['a url that is none', commands({ url: 'ftp://example.com' }), /http\(s\)/],
    [
      '51 commands',
      manifest({ features: { slash_commands: Array.from({ length: 51 }, () => command()) } }),
      /no more than 50/,
    ],
    [
      '101 events',
      manifest({
        settings: {
          socket_mode_enabled: true,
          event_subscriptions: { bot_events: Array.from({ length: 101 }, () => 'x') },
        },
      }),
      /no more than 100/,
    ],
    [
      '256 scopes',
      manifest({ oauth_config: { scopes: { bot: Array.from({ length: 256 }, () => 'x') } } }),
      /no more than 255/,
    ],
    [
      'events without an address',
      manifest({ settings: { event_subscriptions: { bot_events: ['app_mention'] } } }),
      /event_subscriptions/,
    ],
    [
      'interactivity without an address',
      manifest({ settings: { interactivity: { is_enabled: true } } }),
      /interactivity/,
    ],
  ])('is refused for %s', (_what, wrong, reason) => {
    expect(checkManifest(wrong).join('\n')).toMatch(reason);
    expect(() => installed(wrong)).toThrow(/Slack would refuse this manifest/);
  });

  it('installs an app: its commands, events, tabs and scopes', async () => {
    expect(checkManifest(manifest())).toEqual([]);
    const slack = await stillSlack({ ...installed(manifest()), delivery: { kind: 'socket' } });
    expect(await slack.as('hana').command('ops', '/ops help')).toMatchObject({ error: 'dispatch_failed' });
    expect(await slack.as('hana').command('ops', '/other')).toMatchObject({ error: 'unknown_command' });
    await slack.close();
  });

  it('makes a messages tab read-only unless it says otherwise', () => {
    const silent = manifest({ features: { app_home: { messages_tab_enabled: true } } });
    expect(installed(silent).app).toMatchObject({ messagesTab: true, messagesTabReadOnly: true, homeTab: false });
  });
});
