import type { Role } from '../define.ts';

/** A member of a role as config names it: a person's id, a user group's id, or an @name that either may bear. */
export type RoleMember =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'name'; readonly name: string };

/** `roles` of hikeshi.yaml. */
export interface RolesConfig {
  readonly viewer: readonly RoleMember[];
  readonly operator: readonly RoleMember[];
  readonly admin: readonly RoleMember[];
  readonly approver: readonly RoleMember[];
  /** What a full member of the workspace is without being named. */
  readonly default: 'viewer' | 'none';
}

/** What config calls them; `approver` is a grant beside the ladder. */
export type NamedRole = Exclude<Role, 'none'> | 'approver';

/** The rule that decided, with what it decided on: every answer can be explained. */
export type Why =
  /** Named in config by id or @name. */
  | { readonly rule: 'named'; readonly role: NamedRole; readonly as: RoleMember }
  | { readonly rule: 'group-member'; readonly role: NamedRole; readonly group: string }
  | { readonly rule: 'full-member' }
  /** A full member, and `roles.default` is none. */
  | { readonly rule: 'not-named' }
  | { readonly rule: 'guest' }
  | { readonly rule: 'deactivated' }
  | { readonly rule: 'bot' }
  | { readonly rule: 'foreign-team' }
  /** Slack knows nobody by this id. */
  | { readonly rule: 'unknown-person' }
  /** Nothing fresh enough is known of the person, and Slack did not say in time. */
  | { readonly rule: 'slack-away' };

/** Where somebody stands. `locale` and `name` come from the row that decided. */
export interface Standing {
  readonly role: Role;
  readonly approver: boolean;
  readonly why: Why;
  readonly name?: string;
  readonly locale?: string;
}
