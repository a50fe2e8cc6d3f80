import type { Principal } from '../../../domain/principal.ts';
import type { ActionTarget } from '../../../domain/workload.ts';
import { grantsFor, mayRun, type Wanted } from '../../rights/may.ts';
import type { Rights } from '../../rights/types.ts';
import { allow, type Check, refuse } from '../decide.ts';

export interface RightsFacts {
  /** Of whoever takes this step, now. */
  readonly rights: Rights;
  /** The action. */
  readonly wanted: Wanted;
  /** Absent: not known yet, so the question is whether they may anywhere. */
  readonly target?: ActionTarget;
}

/** none < viewer < operator < admin, and permissions for some verbs on some targets beside it. */
export const authorize: Check<RightsFacts> = ({ rights, wanted, target }) => {
  const allowed = mayRun(rights, wanted, target);
  if (allowed) return allow(allowed.by === 'permission' ? `permissions[${allowed.grant.index}]` : allowed.by);
  const elsewhere = grantsFor(rights, wanted);
  if (!target || elsewhere.length === 0) return refuse({ rule: 'role', has: rights.role, needs: wanted.role });
  const on = [...new Set(elsewhere.flatMap((grant) => grant.on.map(({ text }) => text)))];
  return refuse({ rule: 'permission', target, needs: wanted.role, on });
};

export interface PlaceFacts {
  readonly target: ActionTarget;
  readonly principal: Principal;
  /** Where it was asked for. */
  readonly askedIn: string | undefined;
  /** Channels that the environment takes actions from; absent: any. `ids` are those of `names` that are known. */
  readonly actionsIn: { readonly names: readonly string[]; readonly ids: readonly string[] } | undefined;
}

/** About people in Slack: who cannot be in a channel (keys, schedules, alerts) has rights of its own. */
export const actionChannel: Check<PlaceFacts> = ({ target, principal, askedIn, actionsIn }) => {
  if (!actionsIn || principal.kind !== 'slack') return allow('any-channel');
  if (askedIn !== undefined && actionsIn.ids.includes(askedIn)) return allow('action-channel');
  return refuse({ rule: 'action-channel', environment: target.environment, channels: actionsIn.names });
};
