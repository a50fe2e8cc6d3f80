import { z } from 'zod';
import {
  type CallLimit,
  type Channel,
  ChatError,
  type Directory,
  type Identity,
  type Person,
  type UserGroup,
} from '../../ports/chat.ts';
import { understood } from './answers.ts';
import { followPages } from './pages.ts';
import type { Web } from './web.ts';

const SLACKBOT = 'USLACKBOT';
const PEOPLE_PAGE = 500;
const CHANNELS_PAGE = 999;
const MEMBERS_PAGE = 999;
/** Said where user groups are not part of the plan. */
const NO_GROUPS = new Set(['plan_upgrade_required', 'paid_teams_only', 'paid_only', 'feature_not_enabled']);

const Auth = z.object({
  team_id: z.string(),
  team: z.string().default(''),
  user_id: z.string(),
  bot_id: z.string().default(''),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});
const User = z.object({
  id: z.string(),
  team_id: z.string().default(''),
  name: z.string().default(''),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  real_name: z.string().optional(),
  locale: z.string().optional(),
  tz: z.string().nullish(),
  profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).optional(),
});
const Group = z.object({
  id: z.string(),
  handle: z.string().default(''),
  name: z.string().default(''),
  date_delete: z.number().nullish(),
  users: z.array(z.string()).nullish(),
});
const Conversation = z.object({
  id: z.string(),
  name: z.string().default(''),
  is_private: z.boolean().default(false),
  is_archived: z.boolean().default(false),
  is_member: z.boolean().default(false),
});
const OneUser = z.object({ user: User });

/** Reads the workspace. What has not the form of its kind is left out; one odd row does not lose the others. */
export function createDirectory(web: Web): Directory {
  const all = async <T>(
    schema: z.ZodType<T>,
    method: string,
    list: string,
    size: number,
    args: Readonly<Record<string, unknown>>,
    limit: CallLimit,
  ) =>
    (await followPages({ web, method, args, list, size, limit })).flatMap((item) => schema.safeParse(item).data ?? []);

  const identity = async (limit: CallLimit = {}): Promise<Identity> =>
    identityOf(understood(Auth, await web.call('auth.test', {}, limit)));

  return {
    identity,

    async people(limit = {}) {
      return (await all(User, 'users.list', 'members', PEOPLE_PAGE, { include_locale: true }, limit)).map(personOf);
    },

    async personById(id, limit = {}) {
      try {
        return personOf(
          understood(OneUser, await web.call('users.info', { user: id, include_locale: true }, limit)).user,
        );
      } catch (error) {
        if (error instanceof ChatError && (error.code === 'user_not_found' || error.code === 'user_not_visible'))
          return undefined;
        throw error;
      }
    },

    async userGroups(limit = {}) {
      try {
        const answer = await web.call('usergroups.list', { include_users: true, include_disabled: true }, limit);
        const found = Array.isArray(answer['usergroups']) ? (answer['usergroups'] as unknown[]) : [];
        return found.flatMap((item) => Group.safeParse(item).data ?? []).map(groupOf);
      } catch (error) {
        if (error instanceof ChatError && NO_GROUPS.has(error.code)) return [];
        throw error;
      }
    },

    async channels(limit = {}) {
      const types = channelTypes((await identity(limit)).scopes);
      return (
        await all(
          Conversation,
          'conversations.list',
          'channels',
          CHANNELS_PAGE,
          { types, exclude_archived: false },
          limit,
        )
      ).map(channelOf);
    },

    members(channelId, limit = {}) {
      return all(z.string(), 'conversations.members', 'members', MEMBERS_PAGE, { channel: channelId }, limit);
    },
  };
}

/** The kinds of channel that the token may list; both where Slack does not say. */
function channelTypes(scopes: readonly string[]): string {
  const types = [
    ['channels:read', 'public_channel'],
    ['groups:read', 'private_channel'],
  ].flatMap(([scope, type]) => (scopes.length === 0 || scopes.includes(scope!) ? [type!] : []));
  return types.join(',') || 'public_channel';
}

function identityOf(auth: z.output<typeof Auth>): Identity {
  return {
    team: auth.team_id,
    teamName: auth.team,
    botUserId: auth.user_id,
    botId: auth.bot_id,
    scopes: auth.response_metadata?.scopes ?? [],
  };
}

function personOf(user: z.output<typeof User>): Person {
  return {
    id: user.id,
    team: user.team_id,
    name: user.name,
    displayName: user.profile?.display_name || user.profile?.real_name || user.real_name || user.name,
    isBot: user.is_bot || user.id === SLACKBOT,
    isGuest: user.is_restricted || user.is_ultra_restricted,
    deactivated: user.deleted,
    ...(user.locale ? { locale: user.locale } : {}),
    ...(user.tz ? { tz: user.tz } : {}),
  };
}

function groupOf(group: z.output<typeof Group>): UserGroup {
  return {
    id: group.id,
    handle: group.handle,
    name: group.name,
    members: group.users ?? [],
    disabled: (group.date_delete ?? 0) > 0,
  };
}

function channelOf(one: z.output<typeof Conversation>): Channel {
  return {
    id: one.id,
    name: one.name,
    isPrivate: one.is_private,
    isArchived: one.is_archived,
    isMember: one.is_member,
  };
}
