import { type Inline, person } from '../../domain/content.ts';
import { ROLES, type Role } from '../define.ts';
import type { RoleMember, RolesConfig } from './types.ts';

export function mayI(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Whom to ask when one may not: everybody that config names for the role or a higher one, as config has it. */
export function whoMay(roles: RolesConfig, needed: Role | 'approver'): readonly Inline[] {
  const named = needed === 'approver' ? roles.approver : atLeast(roles, needed);
  return named.map(shown);
}

function atLeast(roles: RolesConfig, needed: Role): readonly RoleMember[] {
  const ladder = ['viewer', 'operator', 'admin'] as const;
  const all = ladder.filter((role) => mayI(role, needed)).flatMap((role) => roles[role]);
  return [...new Map(all.map((member) => [JSON.stringify(member), member])).values()];
}

function shown(member: RoleMember): Inline {
  if (member.kind === 'user') return person(member.id);
  if (member.kind === 'group') return { mention: { kind: 'group', id: member.id } };
  return `@${member.name.replace(/^@/, '')}`;
}
