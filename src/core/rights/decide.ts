import type { Role } from './roles.ts';
import type { Grant, NamedRole, RoleMember, RolesConfig, Standing, Why } from './types.ts';

/** What is known of a person; of other people, what is needed to see that a name is borne by one only. */
export interface PersonFacts {
  readonly id: string;
  readonly team: string;
  /** The @name, which people cannot change to another's; display names are never compared. */
  readonly name: string;
  readonly isBot: boolean;
  readonly isGuest: boolean;
  readonly deactivated: boolean;
  readonly locale?: string;
}

export interface GroupFacts {
  readonly id: string;
  readonly handle: string;
  readonly members: readonly string[];
}

export interface Facts {
  /** The workspace Hikeshi is installed in. */
  readonly team: string;
  /** Everybody whose name config names; the asker need not be among them. */
  readonly people: readonly PersonFacts[];
  /** The groups that config names; one that is disabled or not known as of today has no members. */
  readonly groups: readonly GroupFacts[];
}

/** Highest first: the first that names somebody decides. */
const LADDER = ['admin', 'operator', 'viewer'] as const satisfies readonly Role[];

/**
 * Where a person stands. Pure: nothing that is not in `roles` grants more than `roles.default`, and who is not a full,
 * living member of this workspace gets nothing, named or not.
 */
export function decide(asker: PersonFacts, roles: RolesConfig, facts: Facts): Standing {
  const barred = barredBy(asker, facts.team);
  const told = { name: asker.name, ...(asker.locale !== undefined && { locale: asker.locale }) };
  if (barred) return { role: 'none', approver: false, grants: [], why: barred, ...told };
  const named = (role: NamedRole): Why | undefined => nameIn(role, roles[role], asker, facts);
  const approver = named('approver');
  const grants = grantsOf(asker, roles, facts);
  const standing = { approver: approver !== undefined, grants, ...told };
  for (const role of LADDER) {
    const why = named(role);
    if (why) return { role, why, ...standing };
  }
  // Who may approve may read what there is to approve, and who may act what there is to act upon.
  if (approver) return { role: 'viewer', why: approver, ...standing };
  const [first] = grants;
  if (first && roles.default === 'none')
    return { role: 'viewer', why: { rule: 'permission', index: first.index }, ...standing };
  const role = roles.default;
  return { role, why: { rule: role === 'viewer' ? 'full-member' : 'not-named' }, ...standing };
}

function barredBy(person: PersonFacts, team: string): Why | undefined {
  if (person.team !== team) return { rule: 'foreign-team' };
  if (person.deactivated) return { rule: 'deactivated' };
  if (person.isBot) return { rule: 'bot' };
  if (person.isGuest) return { rule: 'guest' };
  return undefined;
}

function nameIn(role: NamedRole, members: readonly RoleMember[], asker: PersonFacts, facts: Facts): Why | undefined {
  const found = findAmong(members, asker, facts);
  if (!found) return undefined;
  const { as, group } = found;
  return group === undefined ? { rule: 'named', role, as } : { rule: 'group-member', role, group };
}

function grantsOf(asker: PersonFacts, { permissions }: RolesConfig, facts: Facts): readonly Grant[] {
  return permissions.flatMap(({ who, verbs, on }, index) => {
    const found = findAmong(who, asker, facts);
    return found ? [{ index, verbs, on, ...found }] : [];
  });
}

/** The first entry that means this person, and the group that it means if it means one. */
function findAmong(
  members: readonly RoleMember[],
  asker: PersonFacts,
  facts: Facts,
): { readonly as: RoleMember; readonly group?: string } | undefined {
  for (const as of members) {
    const meant = meaning(as, asker, facts);
    if (meant?.kind === 'person' && meant.id === asker.id) return { as };
    if (meant?.kind === 'group' && meant.group.members.includes(asker.id)) return { as, group: meant.group.handle };
  }
  return undefined;
}

type Meaning =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'group'; readonly group: GroupFacts };

/** Whom config means. A name that several bear, or a person and a group, means nobody. */
function meaning(member: RoleMember, asker: PersonFacts, facts: Facts): Meaning | undefined {
  if (member.kind === 'user') return { kind: 'person', id: member.id };
  if (member.kind === 'group') {
    const group = facts.groups.find((g) => g.id === member.id);
    return group && { kind: 'group', group };
  }
  const wanted = plain(member.name);
  const people = [asker, ...facts.people.filter((p) => p.id !== asker.id)];
  const bearers: Meaning[] = [
    ...people
      .filter((p) => plain(p.name) === wanted && !barredBy(p, facts.team))
      .map((p): Meaning => ({ kind: 'person', id: p.id })),
    ...facts.groups.filter((g) => plain(g.handle) === wanted).map((group): Meaning => ({ kind: 'group', group })),
  ];
  return bearers.length === 1 ? bearers[0] : undefined;
}

/** As names are compared: without `@`, in lower case. */
export function plain(name: string): string {
  return name.replace(/^@/, '').toLowerCase();
}
