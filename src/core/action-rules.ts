import type { ApprovalRule } from '../domain/approval.ts';
import type { Guardrails } from '../domain/guardrails.ts';
import type { TermHow } from '../domain/term.ts';

/** What config says of actions on an environment. */
export interface ActionRules {
  /** Channels, as `#name` or id, that it takes actions from; absent: from everywhere. */
  readonly actionsIn?: readonly string[];
  readonly guardrails: Guardrails;
  /** An action asks for a reason. */
  readonly requireReason: boolean;
  /** Which actions a second person must approve. */
  readonly approval: ApprovalRule;
  /** At most so many changes at a time; absent: no limit. */
  readonly atOnce?: number;
  /** What happens when the time of `--for` is up; absent: as it was typed. */
  readonly timeUp?: TermHow;
}
