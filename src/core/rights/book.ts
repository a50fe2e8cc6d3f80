import type { Risk } from '../../domain/approval.ts';
import type { ActionRules } from '../action-rules.ts';
import type { Calling } from '../rbac.ts';
import type { Wanted } from './may.ts';
import type { StandingOf } from './standing.ts';
import type { RolesConfig } from './types.ts';

/** What commands may ask of rights, as the running config has them. */
export interface RightsBook {
  readonly standingOf: StandingOf;
  readonly roles: () => RolesConfig;
  /** Every command by its verb. */
  readonly commands: ReadonlyMap<string, Wanted & Calling & { readonly risk?: Risk }>;
  /** What holds for actions on an environment. */
  readonly rules: (environment: string) => ActionRules;
  /** Environments that take actions from some channels only, with these as `#name` or id. */
  readonly actionsIn: () => ReadonlyMap<string, readonly string[]>;
}
