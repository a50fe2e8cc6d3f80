import type { Role } from '../../define.ts';
import { mayI } from '../../rights/may.ts';
import { allow, type Check, refuse } from '../decide.ts';

export interface RoleFacts {
  /** Of whoever takes this step, now. */
  readonly role: Role;
  /** What the action asks for. */
  readonly needs: Role;
}

/** none < viewer < operator < admin. */
export const authorize: Check<RoleFacts> = ({ role, needs }) =>
  mayI(role, needs) ? allow('role') : refuse({ rule: 'role', has: role, needs });
