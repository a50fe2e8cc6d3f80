import { sql } from 'kysely';
import type { Person } from '../../ports/chat.ts';
import type { Db } from '../../ports/database.ts';
import type { GroupFacts, PersonFacts } from './decide.ts';
import { plain } from './decide.ts';
import type { RoleMember, RolesConfig } from './types.ts';

/** How old a row may be that rights are read from. */
const DAY_MS = 24 * 3_600_000;

export interface FoundFacts {
  /** Absent: no row of this person, or one older than a day. */
  readonly asker?: PersonFacts;
  readonly people: readonly PersonFacts[];
  readonly groups: readonly GroupFacts[];
}

/** The rows that decide about one person under these roles. */
export async function readFacts(db: Db, id: string, roles: RolesConfig, now: Date): Promise<FoundFacts> {
  const permitted = roles.permissions.flatMap(({ who }) => who);
  const named = [...roles.viewer, ...roles.operator, ...roles.admin, ...roles.approver, ...permitted];
  const names = named.flatMap((m) => (m.kind === 'name' ? [plain(m.name)] : []));
  const oldest = new Date(now.getTime() - DAY_MS);
  // One after the other, on one connection at a time: in a storm webhooks need the others.
  const people = await readPeople(db, id, names);
  const byGroup = names.length > 0 || named.some((m) => m.kind === 'group');
  const groups = byGroup ? await readGroups(db, named, names, oldest) : [];
  const asker = people.find((p) => p.id === id && p.refreshedAt >= oldest);
  // Others' rows only show that a name has a second bearer: an old row may count against, never for.
  return { ...(asker && { asker }), people: people.filter((p) => p.id !== id), groups };
}

async function readPeople(
  db: Db,
  id: string,
  names: readonly string[],
): Promise<(PersonFacts & { readonly refreshedAt: Date })[]> {
  const rows = await db
    .selectFrom('people')
    .select(['id', 'team', 'name', 'is_bot', 'is_guest', 'deactivated', 'locale', 'refreshed_at'])
    .where((eb) => eb.or([eb('id', '=', id), sql<boolean>`lower(name) = any(${names})`]))
    .execute();
  return rows.map((r) => ({
    id: r.id,
    team: r.team,
    name: r.name,
    isBot: r.is_bot,
    isGuest: r.is_guest,
    deactivated: r.deactivated,
    ...(r.locale !== null && { locale: r.locale }),
    refreshedAt: r.refreshed_at,
  }));
}

async function readGroups(
  db: Db,
  named: readonly RoleMember[],
  names: readonly string[],
  oldest: Date,
): Promise<readonly GroupFacts[]> {
  const ids = named.flatMap((m) => (m.kind === 'group' ? [m.id] : []));
  const rows = await db
    .selectFrom('user_groups')
    .select(['id', 'handle', 'members', 'disabled', 'refreshed_at'])
    .where((eb) => eb.or([sql<boolean>`id = any(${ids})`, sql<boolean>`lower(handle) = any(${names})`]))
    .execute();
  // Like old rows of people, a disabled or old group still bears its handle but has nobody in it.
  return rows.map(({ id, handle, members, disabled, refreshed_at }) => ({
    id,
    handle,
    members: disabled || refreshed_at < oldest ? [] : members,
  }));
}

/** What Slack says of a person, as facts. */
export function factsOf(person: Person): PersonFacts {
  const { id, team, name, isBot, isGuest, deactivated, locale } = person;
  return { id, team, name, isBot, isGuest, deactivated, ...(locale !== undefined && { locale }) };
}
