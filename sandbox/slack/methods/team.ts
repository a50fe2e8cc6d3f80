import { EMOJI } from '../emoji.ts';
import type { Fields } from '../json.ts';
import { addReaction } from '../people/effects.ts';
import { refuse } from '../refusal.ts';
import { APP_ID, BOT_ID, BOT_USER_ID } from '../seed.ts';
import { isIn, visibleChannel } from './find-channel.ts';
import type { Call, MethodTable } from './spec.ts';

function authTest({ world, token }: Call): Fields {
  const { team } = world.state;
  const bot = token.kind === 'bot' ? { bot_id: BOT_ID } : {};
  return {
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: world.state.people.get(token.user)?.name,
    team_id: team.id,
    user_id: token.user,
    ...bot,
    is_enterprise_install: false,
  };
}

function teamInfo({ world }: Call): Fields {
  const { team } = world.state;
  return {
    team: {
      id: team.id,
      name: team.name,
      url: `https://${team.domain}.slack.com/`,
      domain: team.domain,
      email_domain: '',
      icon: {},
    },
  };
}

function botsInfo({ args }: Call): Fields {
  if (args.has('bot') && args.text('bot') !== BOT_ID) refuse('bot_not_found');
  return {
    bot: { id: BOT_ID, deleted: false, name: 'Hikeshi', updated: 0, app_id: APP_ID, user_id: BOT_USER_ID, icons: {} },
  };
}

function reactionsAdd({ world, args }: Call): Fields {
  const channel = visibleChannel(world, args.need('channel'));
  if (!isIn(channel)) refuse('not_in_channel');
  if (channel.archived) refuse('is_archived');
  const message = world.state.message(channel, args.need('timestamp'));
  if (!message) refuse('message_not_found');
  const name = args.need('name');
  if (!EMOJI.has(name)) refuse('invalid_name');
  const reactions = message.reactions ?? [];
  const isNew = !reactions.some((reaction) => reaction.name === name);
  if (isNew && reactions.length >= world.switches.maxReactions) refuse('too_many_reactions');
  if (!addReaction(world, message, name, BOT_USER_ID)) refuse('already_reacted');
  return {};
}

export const teamMethods: MethodTable = {
  'auth.test': { tier: 'special', tokens: ['bot', 'user', 'app'], run: authTest },
  'team.info': { tier: 3, scopes: ['team:read'], run: teamInfo },
  'bots.info': { tier: 3, scopes: ['users:read'], run: botsInfo },
  'reactions.add': {
    tier: 3,
    scopes: ['reactions:write'],
    required: ['channel', 'name', 'timestamp'],
    run: reactionsAdd,
  },
};
