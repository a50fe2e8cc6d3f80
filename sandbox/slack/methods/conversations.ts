import type { Fields } from '../json.ts';
import { metadataOf, pageOf } from '../paging.ts';
import { refuse } from '../refusal.ts';
import { BOT_USER_ID } from '../seed.ts';
import type { Channel } from '../types.ts';
import type { World } from '../world.ts';
import { isIn, READ_SCOPES, scopedChannel, visibleChannel } from './find-channel.ts';
import type { Call, MethodTable } from './spec.ts';

const KINDS: Record<string, Channel['kind']> = {
  public_channel: 'public',
  private_channel: 'private',
  im: 'im',
  mpim: 'mpim',
};

/** A conversation as Slack describes it. */
export function describe(world: World, channel: Channel): Fields {
  const common = {
    id: channel.id,
    created: channel.created,
    is_archived: channel.archived,
    context_team_id: world.state.team.id,
    updated: channel.created * 1000,
  };
  if (channel.kind === 'im') {
    const user = [...channel.members].find((id) => id !== BOT_USER_ID);
    const gone = world.state.people.get(user ?? '')?.deactivated === true;
    return { ...common, is_im: true, is_org_shared: false, user, is_user_deleted: gone, priority: 0 };
  }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: false,
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'public',
    is_general: channel.general === true,
    is_member: isIn(channel),
    is_shared: channel.shared === true,
    is_ext_shared: channel.shared === true,
    is_org_shared: false,
    creator: 'USLACKBOT',
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

/** The kinds asked for; each needs the scope of its own. */
function kindsOf({ world, args, token }: Call): Set<Channel['kind']> {
  const types = args.has('types') ? args.list('types') : ['public_channel'];
  const kinds = types.map((type) => KINDS[type] ?? refuse('invalid_types'));
  for (const kind of kinds) world.tokens.demand(token, { all: [READ_SCOPES[kind]] });
  return new Set(kinds);
}

/** Pages are cut before archived channels are left out, so they may be short. */
function list(call: Call): Fields {
  const { world, args } = call;
  const kinds = kindsOf(call);
  const all = [...world.state.channels.values()].filter(
    (channel) => kinds.has(channel.kind) && (channel.kind === 'public' || isIn(channel)),
  );
  const page = pageOf(all, args, args.limit(100, 999));
  const shown = page.items.filter((channel) => !(args.flag('exclude_archived') && channel.archived));
  return {
    channels: shown.map((channel) => ({ ...describe(world, channel), num_members: channel.members.size })),
    ...metadataOf(page),
  };
}

function usersConversations(call: Call): Fields {
  const { world, args } = call;
  const kinds = kindsOf(call);
  const user = args.text('user') ?? BOT_USER_ID;
  if (!world.state.people.has(user)) refuse('user_not_found');
  const all = [...world.state.channels.values()].filter(
    (channel) => kinds.has(channel.kind) && channel.members.has(user) && (channel.kind === 'public' || isIn(channel)),
  );
  const page = pageOf(all, args, args.limit(100, 999));
  const shown = page.items.filter((channel) => !(args.flag('exclude_archived') && channel.archived));
  return { channels: shown.map((channel) => describe(world, channel)), ...metadataOf(page) };
}

function info(call: Call): Fields {
  const channel = scopedChannel(call, READ_SCOPES);
  const count = call.args.flag('include_num_members') ? { num_members: channel.members.size } : {};
  return { channel: { ...describe(call.world, channel), ...count } };
}

function members(call: Call): Fields {
  const channel = scopedChannel(call, READ_SCOPES);
  const page = pageOf([...channel.members], call.args, call.args.limit(100, 1000));
  return { members: page.items, ...metadataOf(page) };
}

const MOST_USERS = 8;

/** A direct conversation with people of this workspace who are still there. */
function open({ world, args, token }: Call): Fields {
  if (args.has('channel'))
    return { channel: { id: visibleChannel(world, args.need('channel')).id }, no_op: true, already_open: true };
  const ids = args.list('users');
  if (ids.length === 0) refuse('not_enough_users');
  if (ids.length > MOST_USERS) refuse('too_many_users');
  world.tokens.demand(token, { all: [ids.length === 1 ? 'im:write' : 'mpim:write'] });
  for (const id of ids) {
    const person = world.state.people.get(id);
    if (!person || world.state.isForeign(person)) refuse('user_not_found');
    if (person.deactivated) refuse('user_disabled');
    if (person.bot) refuse('cannot_dm_bot');
  }
  const known = world.state.direct([BOT_USER_ID, ...ids]);
  const channel = known ?? world.state.openDirect([BOT_USER_ID, ...ids], world.clock.seconds());
  return {
    channel: args.flag('return_im') ? describe(world, channel) : { id: channel.id },
    ...(known ? { no_op: true, already_open: true } : {}),
  };
}

function join({ world, args }: Call): Fields {
  const channel = visibleChannel(world, args.need('channel'));
  if (channel.kind !== 'public') refuse('method_not_supported_for_channel_type');
  if (channel.archived) refuse('is_archived');
  if (isIn(channel))
    return {
      channel: describe(world, channel),
      warning: 'already_in_channel',
      response_metadata: { warnings: ['already_in_channel'] },
    };
  channel.members.add(BOT_USER_ID);
  world.journal.append({ kind: 'change', what: 'channel', channel: channel.id, user: BOT_USER_ID, detail: 'joined' });
  world.delivery.event(
    'member_joined_channel',
    { user: BOT_USER_ID, channel: channel.id, channel_type: 'C', team: world.state.team.id },
    channel,
  );
  return { channel: describe(world, channel) };
}

const READ = Object.values(READ_SCOPES);

export const conversationMethods: MethodTable = {
  'conversations.list': { tier: 2, anyScope: READ, run: list },
  'conversations.info': { tier: 3, anyScope: READ, required: ['channel'], run: info },
  'conversations.members': { tier: 4, anyScope: READ, required: ['channel'], run: members },
  'conversations.open': { tier: 3, anyScope: ['im:write', 'mpim:write'], run: open },
  'conversations.join': { tier: 3, scopes: ['channels:join'], required: ['channel'], run: join },
  'users.conversations': { tier: 3, anyScope: READ, run: usersConversations },
};
