import { sql } from 'kysely';
import type { Mention } from '../domain/content.ts';
import type { Resolved } from '../domain/escalation.ts';
import type { Person, UserGroup } from '../ports/chat.ts';
import type { Db } from '../ports/database.ts';

/**
 * Looks up whom steps name, all in one go, from the rows that mirror the workspace. An id that the rows do not know yet is
 * used as it is: calling somebody never waits for a look-up.
 */
export async function resolveAll(db: Db, whos: readonly string[]): Promise<ReadonlyMap<string, Resolved>> {
  const unique = [...new Set(whos)];
  if (unique.length === 0) return new Map();
  const names = unique.map((w) => w.replace(/^@/, '').toLowerCase());
  const [people, groups] = [await findPeople(db, unique, names), await findGroups(db, unique, names)];
  const resolved = unique.map((who) => resolveOne(who, people, groups));
  const loaded = resolved.every((r) => r.problem !== 'not-found') || (await isLoaded(db));
  return new Map(
    resolved.map((r) => [r.who, loaded || r.problem !== 'not-found' ? r : { who: r.who, problem: NOT_LOADED }]),
  );
}

/** Nothing is known of the workspace yet: who a name is cannot be said, and soon can. */
const NOT_LOADED = 'not-loaded';

async function isLoaded(db: Db): Promise<boolean> {
  const { rows } = await sql`select 1 from people limit 1`.execute(db);
  return rows.length > 0;
}

interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly is_bot: boolean;
  readonly is_guest: boolean;
  readonly deactivated: boolean;
}
interface GroupRow {
  readonly id: string;
  readonly handle: string;
  readonly members: readonly string[];
  readonly disabled: boolean;
}

async function findPeople(db: Db, ids: readonly string[], names: readonly string[]): Promise<readonly PersonRow[]> {
  const { rows } = await sql<PersonRow>`select id, name, display_name, is_bot, is_guest, deactivated from people
    where id = any(${ids}) or lower(name) = any(${names}) or lower(display_name) = any(${names})`.execute(db);
  return rows;
}

async function findGroups(db: Db, ids: readonly string[], names: readonly string[]): Promise<readonly GroupRow[]> {
  const { rows } = await sql<GroupRow>`select id, handle, members, disabled from user_groups
    where id = any(${ids}) or lower(handle) = any(${names})`.execute(db);
  return rows;
}

/** The same of what Slack answers, where there are no rows: `who` is an id or a name, `channel` or `here`. */
export function resolveAmong(who: string, people: readonly Person[], groups: readonly UserGroup[]): Resolved {
  const rows = people.map((p) => ({ ...p, display_name: p.displayName, is_bot: p.isBot, is_guest: p.isGuest }));
  const known = rows.some((p) => p.id === who) || groups.some((g) => g.id === who);
  const found = resolveOne(who, rows, groups);
  return found.problem === undefined && /^[USW][A-Z0-9_]+$/.test(who) && !known ? { who, problem: 'not-found' } : found;
}

function resolveOne(who: string, people: readonly PersonRow[], groups: readonly GroupRow[]): Resolved {
  if (who === 'channel' || who === 'here') return { who, mention: { kind: 'everyone', scope: who } };
  if (/^[UW][A-Z0-9_]+$/.test(who)) return personOf(who, people.find((p) => p.id === who) ?? who);
  if (/^S[A-Z0-9_]+$/.test(who)) return groupOf(who, groups.find((g) => g.id === who) ?? who);
  const name = who.replace(/^@/, '').toLowerCase();
  const group = groups.find((g) => g.handle.toLowerCase() === name);
  const byName = people.filter((p) => p.name.toLowerCase() === name);
  const persons = byName.length > 0 ? byName : people.filter((p) => bearsAsDisplayName(p, name));
  const there = persons.filter((p) => !p.deactivated);
  if ((group ? 1 : 0) + there.length > 1) return { who, problem: 'ambiguous' };
  if (group) return groupOf(who, group);
  const person = there[0] ?? persons[0];
  return person ? personOf(who, person) : { who, problem: 'not-found' };
}

/** Anybody may choose any display name: it counts only for full members, and only where nobody bears it as a name. */
function bearsAsDisplayName(person: PersonRow, name: string): boolean {
  return person.display_name.toLowerCase() === name && !person.is_bot && !person.is_guest && !person.deactivated;
}

function personOf(who: string, person: PersonRow | string): Resolved {
  if (typeof person === 'string') return { who, mention: { kind: 'person', id: person } };
  if (person.deactivated) return { who, problem: 'deactivated' };
  if (person.is_bot) return { who, problem: 'bot' };
  return { who, mention: { kind: 'person', id: person.id } };
}

function groupOf(who: string, group: GroupRow | string): Resolved {
  if (typeof group === 'string') return { who, mention: { kind: 'group', id: group } };
  if (group.disabled) return { who, problem: 'disabled' };
  if (group.members.length === 0) return { who, problem: 'empty' };
  return { who, mention: { kind: 'group', id: group.id } };
}

/** Members of these channels (`#name` or id), for those whose members are known. */
export async function membersOf(db: Db, channels: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = channels.map((c) => c.replace(/^#/, ''));
  const { rows } = await sql<{ id: string; name: string; members: string[] }>`
    select id, name, members from channels
    where members is not null and not is_archived and (id = any(${channels}) or name = any(${names}))`.execute(db);
  return new Map(
    channels.flatMap((c) => {
      const row = rows.find((r) => r.id === c || `#${r.name}` === c);
      return row ? [[c, row.members] as const] : [];
    }),
  );
}

/** Who is in the groups among these mentions and can be called. */
export async function groupMembers(
  db: Db,
  mentions: readonly Mention[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = mentions.flatMap((m) => (m.kind === 'group' ? [m.id] : []));
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; members: string[] }>`
    select g.id, array(select m from unnest(g.members) m
      where not exists (select 1 from people p where p.id = m and (p.deactivated or p.is_bot))) as members
    from user_groups g where g.id = any(${ids})`.execute(db);
  return new Map(rows.map((r) => [r.id, r.members]));
}
