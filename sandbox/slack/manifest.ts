import { type Check, flag, list, matching, object, oneOf, report, text, type Walk, whole } from './blocks/check.ts';
import { type Fields, fieldsOf, listOf, textOf } from './json.ts';
import type { AppSettings } from './options.ts';

const HTTP_URL: Check = (value, at, walk) => {
  text(3000)(value, at, walk);
  matching(/^https?:\/\//, 'an http(s) URL')(value, at, walk);
};

/** `^/`, 2 to 32 characters. */
const COMMAND: Check = (value, at, walk) => {
  text(32, 2)(value, at, walk);
  matching(/^\/\S+$/, 'a word that begins with /')(value, at, walk);
};

const SCOPES = list(text(255), 255, 0);

const slashCommand = object({
  command: COMMAND,
  description: text(2000),
  'usage_hint?': text(1000),
  'should_escape?': flag,
  'url?': HTTP_URL,
});

const features = object({
  'app_home?': object({
    'home_tab_enabled?': flag,
    'messages_tab_enabled?': flag,
    'messages_tab_read_only_enabled?': flag,
  }),
  'bot_user?': object({ display_name: text(80), 'always_online?': flag }),
  'slash_commands?': list(slashCommand, 50),
  'shortcuts?': list(
    object({ name: text(24), callback_id: text(255), description: text(150), type: oneOf('message', 'global') }),
    10,
  ),
});

const settings = object({
  'interactivity?': object({ is_enabled: flag, 'request_url?': HTTP_URL, 'message_menu_options_url?': HTTP_URL }),
  'event_subscriptions?': object({
    'request_url?': HTTP_URL,
    'bot_events?': list(text(255), 100),
    'user_events?': list(text(255), 100),
  }),
  'socket_mode_enabled?': flag,
  'org_deploy_enabled?': flag,
  'is_hosted?': flag,
  'token_rotation_enabled?': flag,
  'allowed_ip_address_ranges?': list(text(64), 10),
});

const MANIFEST = object(
  {
    '_metadata?': object({
      'major_version?': whole(1, 2),
      'minor_version?': whole(0, 9),
      'schema_version?': whole(1, 2),
    }),
    display_information: object({
      name: text(35),
      'description?': text(140),
      'long_description?': text(4000, 175),
      'background_color?': matching(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, 'a colour like #aa0000'),
    }),
    'features?': features,
    'oauth_config?': object({
      'redirect_urls?': list(HTTP_URL, 1000),
      'scopes?': object({ 'bot?': SCOPES, 'user?': SCOPES, 'bot_optional?': SCOPES, 'user_optional?': SCOPES }),
    }),
    'settings?': settings,
  },
  reachable,
);

/** Events and interactivity each need a request URL, or Socket Mode. */
function reachable(manifest: Fields, at: string, walk: Walk): void {
  const all = fieldsOf(manifest['settings']);
  if (all['socket_mode_enabled'] === true) return;
  const events = fieldsOf(all['event_subscriptions']);
  const interactivity = fieldsOf(all['interactivity']);
  if (all['event_subscriptions'] !== undefined && events['request_url'] === undefined)
    report(walk, `${at}/settings/event_subscriptions`, 'needs request_url or Socket Mode');
  if (interactivity['is_enabled'] === true && interactivity['request_url'] === undefined)
    report(walk, `${at}/settings/interactivity`, 'needs request_url or Socket Mode');
}

/** What Slack would refuse in an app manifest, as `reason [pointer]`. */
export function checkManifest(manifest: unknown): string[] {
  const walk: Walk = {
    surface: 'message',
    problems: [],
    optionValueMax: 75,
    markdownLength: 0,
    tableLength: 0,
    focused: 0,
  };
  MANIFEST(manifest, '', walk);
  return walk.problems.map((problem) => `${problem.message} [${problem.pointer || '/'}]`);
}

/** The options of a workspace in which an app with this manifest was installed. */
export function installed(manifest: unknown): { app: AppSettings; scopes: string[] } {
  const problems = checkManifest(manifest);
  if (problems.length > 0) throw new Error(`Slack would refuse this manifest: ${problems.join('; ')}`);
  const all = fieldsOf(manifest);
  const home = fieldsOf(fieldsOf(all['features'])['app_home']);
  const words = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const commands = listOf(fieldsOf(all['features'])['slash_commands']);
  return {
    app: {
      slashCommands: commands.map((one) => ({
        command: textOf(one['command']) ?? '',
        should_escape: one['should_escape'] === true,
      })),
      botEvents: words(fieldsOf(fieldsOf(all['settings'])['event_subscriptions'])['bot_events']),
      homeTab: home['home_tab_enabled'] === true,
      messagesTab: home['messages_tab_enabled'] === true,
      messagesTabReadOnly: home['messages_tab_read_only_enabled'] !== false,
    },
    scopes: words(fieldsOf(fieldsOf(all['oauth_config'])['scopes'])['bot']),
  };
}
