import type { AppSettings, ChannelSeed, GroupSeed, PersonSeed, TeamSeed } from './options.ts';

/** Signs what is delivered by HTTP. */
export const SIGNING_SECRET = 'fa4e51914e5ec2e70123456789abcdef';

export const TEAM_ID = 'T0HIKESHI1';
export const FOREIGN_TEAM_ID = 'T0PARTNER1';
export const APP_ID = 'A0HIKESHI1';
export const BOT_ID = 'B0HIKESHI1';
export const BOT_USER_ID = 'U0HIKESHI1';

/** The people of the default workspace, by name. */
export const PEOPLE = {
  hana: 'U0HANA0001',
  kenji: 'U0KENJI001',
  mika: 'U0MIKA0001',
  sato: 'U0SATO0001',
  taro: 'U0TARO0001',
  gil: 'U0GIL00001',
  dai: 'U0DAI00001',
  deploybot: 'U0DEPLOY01',
  fran: 'U0FRAN0001',
} as const;

export const CHANNELS = {
  alerts: 'C0ALERTS01',
  ops: 'C0OPS00001',
  oncall: 'C0ONCALL01',
  general: 'C0GENERAL1',
  'archived-old': 'C0ARCHIVED',
} as const;

export const SRE_GROUP_ID = 'S0SRE00001';

export const DEFAULT_TEAM: TeamSeed = {
  id: TEAM_ID,
  name: 'Hikeshi',
  domain: 'hikeshi',
  plan: 'paid',
  groupsManagedBy: 'admins',
};

/** A viewer, two operators, an approver (who runs the workspace), the one on call, a guest, a deactivated one, a bot, a partner. */
export const DEFAULT_PEOPLE: PersonSeed[] = [
  { id: PEOPLE.hana, name: 'hana', realName: 'Hana Ito' },
  { id: PEOPLE.kenji, name: 'kenji', realName: 'Kenji Mori', tz: 'Asia/Tokyo', tzOffset: 32_400, locale: 'ja-JP' },
  { id: PEOPLE.mika, name: 'mika', realName: 'Mika Abe' },
  { id: PEOPLE.sato, name: 'sato', realName: 'Sato Ren', admin: true },
  { id: PEOPLE.taro, name: 'taro', realName: 'Taro Ono' },
  { id: PEOPLE.gil, name: 'gil', realName: 'Gil Guest', guest: 'single-channel' },
  { id: PEOPLE.dai, name: 'dai', realName: 'Dai Gone', deactivated: true },
  { id: PEOPLE.deploybot, name: 'deploybot', realName: 'Deploy Bot', bot: true },
  { id: PEOPLE.fran, name: 'fran', realName: 'Fran Partner', team: FOREIGN_TEAM_ID },
];

const { hana, kenji, mika, sato, taro, gil, fran } = PEOPLE;

/** The bot is in alerts, ops and oncall; in general it is not. */
export const DEFAULT_CHANNELS: ChannelSeed[] = [
  { id: CHANNELS.alerts, name: 'alerts', members: [hana, kenji, mika, sato, taro, BOT_USER_ID] },
  { id: CHANNELS.ops, name: 'ops', members: [hana, kenji, mika, sato, taro, gil, fran, BOT_USER_ID], shared: true },
  { id: CHANNELS.oncall, name: 'oncall', kind: 'private', members: [kenji, mika, taro, BOT_USER_ID] },
  { id: CHANNELS.general, name: 'general', members: [hana, kenji, mika, sato, taro], general: true },
  { id: CHANNELS['archived-old'], name: 'archived-old', members: [hana, BOT_USER_ID], archived: true },
];

export const DEFAULT_GROUPS: GroupSeed[] = [
  { id: SRE_GROUP_ID, handle: 'sre', name: 'SRE', members: [kenji, mika, taro] },
];

export const DEFAULT_SCOPES: readonly string[] = [
  'app_mentions:read',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'dnd:read',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'mpim:read',
  'mpim:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'usergroups:read',
  'usergroups:write',
  'users:read',
  'users:read.email',
];

export const DEFAULT_APP: AppSettings = {
  slashCommands: [{ command: '/ops', should_escape: true }],
  botEvents: [
    'app_mention',
    'message.im',
    'app_home_opened',
    'reaction_added',
    'reaction_removed',
    'member_joined_channel',
    'member_left_channel',
    'team_join',
    'user_change',
    'subteam_created',
    'subteam_updated',
    'subteam_members_changed',
    'channel_created',
    'channel_deleted',
    'channel_left',
    'group_left',
    'group_deleted',
    'channel_archive',
    'channel_unarchive',
    'channel_rename',
    'channel_id_changed',
    'group_archive',
    'group_unarchive',
    'group_rename',
  ],
  homeTab: true,
  messagesTab: true,
  messagesTabReadOnly: false,
};
