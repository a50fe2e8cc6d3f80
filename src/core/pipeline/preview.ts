import type { Db } from '../../ports/database.ts';
import type { Action } from '../define.ts';
import { needOf } from './approvals.ts';
import { jobOf } from './begin-job.ts';
import type { PipelineDeps } from './deps.ts';
import type { Preview } from './forms.ts';
import { type ActionRow, planOf } from './records.ts';
import { approvalNeeded } from './stages/approval.ts';

/** A plan as it is shown before it is confirmed: with whose yes it takes besides, and what it takes back. */
export async function previewOf(db: Db, deps: PipelineDeps, row: ActionRow, action: Action): Promise<Preview> {
  const second = approvalNeeded(needOf(deps, row, action)) !== undefined;
  const approvers = second ? deps.whoMay('approver') : undefined;
  const undone = row.undo_of === null ? undefined : await jobOf(db, row.undo_of);
  return {
    action,
    row,
    plan: planOf(row),
    ...(approvers && { approvers }),
    ...(undone && { undoes: undone.number }),
  };
}
