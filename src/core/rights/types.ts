import type { TargetGlob } from '../../domain/target-glob.ts';
import type { Target } from '../../domain/workload.ts';
import type { Role } from './roles.ts';

/** A member of a role as config names it: a person's id, a user group's id, or an @name that either may bear. */
export type RoleMember =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'name'; readonly name: string };

/** `roles` and `permissions` of hikeshi.yaml. */
export interface RolesConfig {
  readonly viewer: readonly RoleMember[];
  readonly operator: readonly RoleMember[];
  readonly admin: readonly RoleMember[];
  readonly approver: readonly RoleMember[];
  /** What a full member of the workspace is without being named. */
  readonly default: 'viewer' | 'none';
  /** As config has them: `permissions[0]` is the first. */
  readonly permissions: readonly Permission[];
}

/** Lets people who are no operators run some verbs on some targets. There is nothing that takes away. */
export interface Permission {
  readonly who: readonly RoleMember[];
  readonly verbs: readonly string[] | 'all';
  readonly on: readonly TargetGlob[];
}

/** A permission that one person has, and by which entry of its `who`. */
export interface Grant extends Omit<Permission, 'who'> {
  /** Its place in config. */
  readonly index: number;
  readonly as: RoleMember;
  /** Absent: named as a person. */
  readonly group?: string;
}

/** What somebody may: a role, and what permissions add to it. */
export interface Rights {
  readonly role: Role;
  readonly grants: readonly Grant[];
  /** Of an entry of the timetable: what it says, each verb on that one target. */
  readonly says?: readonly { readonly verb: string; readonly target: Target }[];
}

/** What config calls them; `approver` is a grant beside the ladder. */
export type NamedRole = Exclude<Role, 'none'> | 'approver';

/** The rule that decided, with what it decided on: every answer can be explained. */
export type Why =
  /** Named in config by id or @name. */
  | { readonly rule: 'named'; readonly role: NamedRole; readonly as: RoleMember }
  | { readonly rule: 'group-member'; readonly role: NamedRole; readonly group: string }
  /** Named by a permission only: who may act there may read. */
  | { readonly rule: 'permission'; readonly index: number }
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
export interface Standing extends Rights {
  readonly approver: boolean;
  readonly why: Why;
  readonly name?: string;
  readonly locale?: string;
}
