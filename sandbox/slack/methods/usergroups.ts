import type { Fields } from '../json.ts';
import { refuse } from '../refusal.ts';
import type { Group } from '../types.ts';
import type { World } from '../world.ts';
import type { Call, MethodTable } from './spec.ts';

function describeGroup(world: World, group: Group, withUsers: boolean): Fields {
  return {
    id: group.id,
    team_id: world.state.team.id,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    description: '',
    is_external: false,
    date_delete: group.disabled ? world.clock.seconds() : 0,
    user_count: group.members.length,
    ...(withUsers ? { users: group.members } : {}),
  };
}

/** User groups are for paying workspaces. */
function needPlan(world: World): void {
  if (world.state.team.plan === 'free') refuse('plan_upgrade_required');
}

function list({ world, args }: Call): Fields {
  needPlan(world);
  const groups = [...world.state.groups.values()].filter((group) => !group.disabled || args.flag('include_disabled'));
  return { usergroups: groups.map((group) => describeGroup(world, group, args.flag('include_users'))) };
}

function usersList({ world, args }: Call): Fields {
  needPlan(world);
  const group = world.state.groups.get(args.need('usergroup'));
  if (!group || (group.disabled && !args.flag('include_disabled'))) refuse('no_such_subteam');
  return { users: group.members };
}

/** Replaces the whole list. A bot may only where everyone manages groups; an admin's own token always may. */
function usersUpdate({ world, args, token }: Call): Fields {
  needPlan(world);
  const group = world.state.groups.get(args.need('usergroup'));
  if (!group) refuse('no_such_subteam');
  if (token.kind === 'bot' && world.state.team.groupsManagedBy !== 'everyone') refuse('permission_denied');
  const ids = [...new Set(args.list('users'))];
  if (ids.length === 0) refuse('no_users_provided');
  if (ids.length > world.switches.maxGroupMembers) refuse('subteam_max_users_exceeded');
  for (const id of ids) checkMember(world, id);
  replaceMembers(world, group, ids);
  return { usergroup: describeGroup(world, group, true) };
}

/** No bots, no guests, no outsiders. */
function checkMember(world: World, id: string): void {
  const person = world.state.people.get(id);
  if (!person) refuse('invalid_users');
  if (person.guest === 'single-channel') refuse('single_channel_guests_cannot_be_added');
  if (person.bot || person.guest || person.deactivated || world.state.isForeign(person)) refuse('invalid_user');
}

/** Changes a group and tells the app. */
export function replaceMembers(world: World, group: Group, ids: string[]): void {
  const before = group.members;
  group.members = ids;
  world.journal.append({ kind: 'change', what: 'group', detail: { id: group.id, members: ids } });
  world.delivery.event('subteam_updated', { subteam: describeGroup(world, group, true) });
  world.delivery.event('subteam_members_changed', {
    subteam_id: group.id,
    team_id: world.state.team.id,
    date_update: world.clock.seconds(),
    added_users: ids.filter((id) => !before.includes(id)),
    removed_users: before.filter((id) => !ids.includes(id)),
  });
}

export const userGroupMethods: MethodTable = {
  'usergroups.list': { tier: 2, scopes: ['usergroups:read'], tokens: ['bot', 'user'], run: list },
  'usergroups.users.list': {
    tier: 2,
    scopes: ['usergroups:read'],
    tokens: ['bot', 'user'],
    required: ['usergroup'],
    run: usersList,
  },
  'usergroups.users.update': {
    tier: 2,
    scopes: ['usergroups:write'],
    tokens: ['bot', 'user'],
    required: ['usergroup'],
    run: usersUpdate,
  },
};
