/** The scopes of the bot's token, each with the call or event it is for. Nothing is asked for that nothing uses. */
const SCOPES: readonly (readonly [scope: string, why: string])[] = [
  ['app_mentions:read', 'app_mention: words to the bot in a channel or an incident’s thread'],
  [
    'channels:history',
    'conversations.history and .replies: a post whose answer was lost is looked for before it is sent again',
  ],
  [
    'channels:read',
    'conversations.list and .members, channel_* and member_* events: where the bot is, who would be told',
  ],
  ['chat:write', 'chat.postMessage, .update, .delete, .postEphemeral'],
  ['chat:write.public', 'chat.postMessage: an alert reaches a public channel to which nobody invited the bot yet'],
  ['commands', 'the slash command'],
  ['files:read', 'files.info: the link of such a file'],
  [
    'files:write',
    'files.getUploadURLExternal and .completeUploadExternal: long answers, as files in a direct conversation',
  ],
  ['groups:history', 'the same look-ups in private channels'],
  ['groups:read', 'the same listings and events for private channels'],
  ['im:history', 'message.im: words to the bot in a direct conversation, and look-ups there'],
  ['im:write', 'conversations.open: direct messages to whoever is on call'],
  ['usergroups:read', 'usergroups.list, subteam_* events: rights and mentions by group'],
  ['users:read', 'users.list and .info, team_join, user_change: who may do what'],
];

/** What a scope is for, in the words of whoever reads Slack's reference. */
export function scopeUse(scope: string): string | undefined {
  return SCOPES.find(([name]) => name === scope)?.[1];
}

export const REQUIRED_SCOPES: readonly string[] = SCOPES.map(([scope]) => scope);

/** What the adapter reads; see `readEvent`. */
const EVENTS: readonly string[] = [
  'app_home_opened',
  'app_mention',
  'channel_archive',
  'channel_created',
  'channel_deleted',
  'channel_id_changed',
  'channel_left',
  'channel_rename',
  'channel_unarchive',
  'group_archive',
  'group_deleted',
  'group_left',
  'group_rename',
  'group_unarchive',
  'member_joined_channel',
  'member_left_channel',
  'message.im',
  'subteam_created',
  'subteam_members_changed',
  'subteam_updated',
  'team_join',
  'user_change',
];

export interface ManifestOptions {
  /** `/ops`. */
  readonly command: string;
  /** Where Slack reaches us: the whole address of `/slack/events`. Absent: Socket Mode. */
  readonly httpUrl?: string;
  readonly name?: string;
  /** Up to 140 characters. */
  readonly description?: string;
  readonly commandDescription?: string;
  readonly usageHint?: string;
}

/** The app manifest (schema 2) for a new Slack app: paste it where apps are made. Pure. */
export function slackManifest(options: ManifestOptions): Readonly<Record<string, unknown>> {
  const { httpUrl } = options;
  const requestUrl = httpUrl ? { request_url: httpUrl } : {};
  const name = options.name ?? 'Hikeshi';
  return {
    _metadata: { major_version: 2 },
    display_information: {
      name,
      description: options.description ?? 'Alerts become incidents with buttons that act',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: name, always_online: true },
      slash_commands: [
        {
          command: options.command,
          description: options.commandDescription ?? 'See how things are, look into clusters, act',
          usage_hint: options.usageHint ?? 'help',
          should_escape: true,
          ...(httpUrl ? { url: httpUrl } : {}),
        },
      ],
    },
    oauth_config: { scopes: { bot: REQUIRED_SCOPES } },
    settings: {
      event_subscriptions: { ...requestUrl, bot_events: EVENTS },
      interactivity: { is_enabled: true, ...requestUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: !httpUrl,
      token_rotation_enabled: false,
    },
  };
}
