import type { Fields } from '../json.ts';
import { metadataOf, pageOf } from '../paging.ts';
import { quietTime } from '../quiet.ts';
import { refuse } from '../refusal.ts';
import type { Token } from '../tokens.ts';
import type { Person } from '../types.ts';
import type { World } from '../world.ts';
import type { Call, MethodTable } from './spec.ts';

/** A person as Slack describes them; the address only with users:read.email. */
export function describePerson(world: World, person: Person, token: Token, withLocale = false): Fields {
  const email = token.scopes.has('users:read.email') && person.email && !person.bot ? { email: person.email } : {};
  const common = {
    id: person.id,
    team_id: person.team ?? world.state.team.id,
    name: person.name,
    deleted: person.deactivated === true,
    profile: {
      real_name: person.realName,
      real_name_normalized: person.realName,
      display_name: person.displayName ?? person.name,
      display_name_normalized: person.displayName ?? person.name,
      team: person.team ?? world.state.team.id,
      ...email,
    },
    is_bot: person.bot === true,
    is_app_user: false,
    updated: 0,
  };
  if (person.deactivated) return common;
  return {
    ...common,
    real_name: person.realName,
    tz: person.tz,
    tz_label: person.tz,
    tz_offset: person.tzOffset,
    is_admin: person.admin === true,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.guest !== undefined,
    is_ultra_restricted: person.guest === 'single-channel',
    ...(world.state.isForeign(person) ? { is_stranger: true } : {}),
    ...(withLocale ? { locale: person.locale } : {}),
  };
}

/** Members of this workspace; partners are found by id only. */
function list({ world, args, token }: Call): Fields {
  if (world.switches.usersListNeedsLimit && !args.has('limit')) refuse('limit_required');
  const all = [...world.state.people.values()].filter((person) => !world.state.isForeign(person));
  const page = pageOf(all, args, args.limit(100, 999));
  return {
    members: page.items.map((person) => describePerson(world, person, token, args.flag('include_locale'))),
    cache_ts: world.clock.seconds(),
    ...metadataOf(page),
  };
}

function info({ world, args, token }: Call): Fields {
  const person = world.state.people.get(args.need('user'));
  if (!person) refuse('user_not_found');
  return { user: describePerson(world, person, token, args.flag('include_locale')) };
}

/** Deactivated people have no address any more. */
function lookupByEmail({ world, args, token }: Call): Fields {
  const wanted = args.need('email').toLowerCase();
  const person = [...world.state.people.values()].find(
    (one) => one.email?.toLowerCase() === wanted && !one.deactivated && !one.bot,
  );
  if (!person || world.state.isForeign(person)) refuse('users_not_found');
  return { user: describePerson(world, person, token) };
}

function dndInfo({ world, args }: Call): Fields {
  const person = world.state.people.get(args.text('user') ?? '');
  if (!person) refuse('user_not_found');
  const snoozed = person.snoozedUntil !== undefined && person.snoozedUntil > world.clock.seconds();
  const snooze = snoozed
    ? { snooze_endtime: person.snoozedUntil, snooze_remaining: person.snoozedUntil! - world.clock.seconds() }
    : {};
  return { ...dndOf(world, person), snooze_enabled: snoozed, ...snooze };
}

const MOST_USERS = 50;

function dndTeamInfo({ world, args }: Call): Fields {
  const ids = args.list('users');
  if (ids.length > MOST_USERS) refuse('too_many_users');
  const people = ids.map((id) => world.state.people.get(id) ?? refuse('user_not_found'));
  return { users: Object.fromEntries(people.map((person) => [person.id, dndOf(world, person)])) };
}

function dndOf(world: World, person: Person): Fields {
  const quiet = quietTime(person, world.state.team, world.clock.seconds());
  return { dnd_enabled: quiet.enabled, next_dnd_start_ts: quiet.start, next_dnd_end_ts: quiet.end };
}

export const userMethods: MethodTable = {
  'users.list': { tier: 2, scopes: ['users:read'], tokens: ['bot', 'user'], run: list },
  'users.info': { tier: 4, scopes: ['users:read'], tokens: ['bot', 'user'], required: ['user'], run: info },
  'users.lookupByEmail': { tier: 3, scopes: ['users:read.email'], required: ['email'], run: lookupByEmail },
  'dnd.info': { tier: 3, scopes: ['dnd:read'], required: ['user'], run: dndInfo },
  'dnd.teamInfo': { tier: 2, scopes: ['dnd:read'], required: ['users'], run: dndTeamInfo },
};
