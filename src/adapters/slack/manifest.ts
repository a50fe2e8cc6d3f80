/** The scopes of the bot's token. Nothing is asked for that nothing uses: `hikeshi check` says of each what for. */
export const REQUIRED_SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'chat:write.public',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:write',
  'usergroups:read',
  'users:read',
] as const;

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
