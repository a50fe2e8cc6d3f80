import { type Inline, person } from '../../domain/content.ts';
import type { Principal } from '../../domain/principal.ts';
import { covers } from '../../domain/target-glob.ts';
import { type ActionTarget, targetKey } from '../../domain/workload.ts';
import { plain } from './decide.ts';
import { ROLES, type Role } from './roles.ts';
import type { Grant, Permission, Rights, RoleMember, RolesConfig } from './types.ts';

export function mayI(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** What deciding needs of a command. */
export interface Wanted {
  readonly kind: 'query' | 'action';
  readonly name: string;
  readonly role: Role;
}

/** Why somebody may: by the role, by a permission, or as an entry of the timetable that says so. */
export type Allowed = { readonly by: 'role' | 'timetable' } | { readonly by: 'permission'; readonly grant: Grant };

/**
 * May they run this, on this target? Without a target: may they anywhere? A permission makes an operator of somebody, for
 * its verbs and its targets; what takes an admin it never gives.
 */
export function mayRun(rights: Rights, wanted: Wanted, target?: ActionTarget): Allowed | undefined {
  if (mayI(rights.role, wanted.role)) return { by: 'role' };
  if (isSaid(rights, wanted, target)) return { by: 'timetable' };
  const grant = rights.grants.find((one) => gives(one, wanted, target));
  return grant && { by: 'permission', grant };
}

function isSaid({ says = [] }: Rights, { kind, name }: Wanted, target?: ActionTarget): boolean {
  const key = target && targetKey(target);
  return kind === 'action' && says.some((one) => one.verb === name && (!key || targetKey(one.target) === key));
}

function gives({ verbs, on }: Omit<Permission, 'who'>, { kind, name, role }: Wanted, target?: ActionTarget): boolean {
  if (kind !== 'action' || !mayI('operator', role)) return false;
  if (verbs !== 'all' && !verbs.includes(name)) return false;
  return target === undefined || on.some((glob) => covers(glob, target));
}

/** Those of the grants that are about this verb, whatever they are on. */
export function grantsFor({ grants }: Rights, wanted: Wanted): readonly Grant[] {
  return grants.filter((grant) => gives(grant, wanted));
}

/**
 * Whom to ask when one may not: everybody that config names for the role or a higher one, and those who have a permission
 * for this action on this target, as config has them.
 */
export function whoMay(
  roles: RolesConfig,
  needed: Role | 'approver',
  about?: { readonly wanted: Wanted; readonly target: ActionTarget },
): readonly Inline[] {
  const named = needed === 'approver' ? roles.approver : atLeast(roles, needed);
  const permitted = about
    ? roles.permissions.filter((one) => gives(one, about.wanted, about.target)).flatMap(({ who }) => who)
    : [];
  return once([...named, ...permitted]).map(shown);
}

/** Whom of those config names somebody may ask: not themselves. Of a group nobody knows here who else is in it. */
export function besides(who: readonly Inline[], asker: Principal): readonly Inline[] {
  return who.filter((one) => !isThem(one, asker));
}

function isThem(one: Inline, asker: Principal): boolean {
  if (asker.kind !== 'slack') return false;
  if (typeof one === 'string') return asker.name !== undefined && plain(one) === plain(asker.name);
  return 'mention' in one && one.mention.kind === 'person' && one.mention.id === asker.id;
}

function atLeast(roles: RolesConfig, needed: Role): readonly RoleMember[] {
  const ladder = ['viewer', 'operator', 'admin'] as const;
  return ladder.filter((role) => mayI(role, needed)).flatMap((role) => roles[role]);
}

function once(members: readonly RoleMember[]): readonly RoleMember[] {
  return [...new Map(members.map((member) => [JSON.stringify(member), member])).values()];
}

function shown(member: RoleMember): Inline {
  if (member.kind === 'user') return person(member.id);
  if (member.kind === 'group') return { mention: { kind: 'group', id: member.id } };
  return memberText(member);
}

/** As config writes it. */
export function memberText(member: RoleMember): string {
  return member.kind === 'name' ? `@${member.name.replace(/^@/, '')}` : member.id;
}
