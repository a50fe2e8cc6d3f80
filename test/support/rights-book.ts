import type { RightsBook } from '../../src/core/rights/book.ts';
import type { RoleMember } from '../../src/core/rights/types.ts';
import type { Bench } from '../core/pipeline/bench.ts';

/** Who may what on a bench: everybody by what it says, and these by name as approvers. */
export function bookOf({ deps }: Bench, approver: readonly RoleMember[] = []): RightsBook {
  return {
    standingOf: async (who, now) => ({
      ...(await deps.rightsOf(who, now)),
      approver: false,
      why: { rule: 'full-member' },
    }),
    roles: () => ({ viewer: [], operator: [], admin: [], approver, default: 'viewer', permissions: [] }),
    commands: deps.actions,
    rules: deps.rules,
    actionsIn: () => new Map(),
  };
}
