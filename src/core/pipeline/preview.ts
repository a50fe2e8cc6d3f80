import type { Catalog } from '../../messages/catalog.ts';
import type { Db } from '../../ports/database.ts';
import type { Action } from '../define.ts';
import { needOf } from './approvals.ts';
import { jobOf } from './begin-job.ts';
import type { PipelineDeps } from './deps.ts';
import type { Preview } from './forms.ts';
import { lately, latelyLines } from './lately.ts';
import { type ActionRow, planOf } from './records.ts';
import { approvalNeeded } from './stages/approval.ts';

/** A plan as it is shown before it is confirmed: with whose yes it takes besides, what it takes back, and what was done there. */
export async function previewOf(
  db: Db,
  deps: PipelineDeps,
  row: ActionRow,
  action: Action,
  m: Catalog,
): Promise<Preview> {
  const second = approvalNeeded(needOf(deps, row, action)) !== undefined;
  const approvers = second ? deps.whoMay('approver') : undefined;
  const undone = row.undo_of === null ? undefined : await jobOf(db, row.undo_of);
  const now = deps.clock.now();
  return {
    action,
    lately: latelyLines(m, await lately(db, row, now), now),
    row,
    plan: planOf(row),
    ...(approvers && { approvers }),
    ...(undone && { undoes: undone.number }),
    ...(row.reason !== null && { reason: row.reason }),
  };
}
