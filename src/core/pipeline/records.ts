import type { Selectable, Updateable } from 'kysely';
import type { ActionPlan } from '../../domain/plan.ts';
import type { ActionState } from '../../domain/principal.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { ActionsTable } from '../../ports/schema.ts';
import { type AuditEntry, audit } from '../audit.ts';
import { assertKnown } from '../newer.ts';

export type ActionRow = Selectable<ActionsTable>;

/** The newest `actions.v` that is read here: plan, arguments and outcome have this form. With 2 it may have a term. */
export const ACTION_V = 2;
/** What an older program may run as well: it knows of no term, and would let the change stay. */
export const PERMANENT_V = 1;

/** @throws NewerVersion */
export async function loadAction(db: Db, id: string): Promise<ActionRow | undefined> {
  return readable(await db.selectFrom('actions').selectAll().where('id', '=', id).executeTakeFirst());
}

/** Also waits for whoever else is deciding on it. @throws NewerVersion */
export async function lockAction(tx: Tx, id: string): Promise<ActionRow | undefined> {
  return readable(await tx.selectFrom('actions').selectAll().where('id', '=', id).forUpdate().executeTakeFirst());
}

/** @throws NewerVersion */
export function readable<Row extends ActionRow | undefined>(row: Row): Row {
  if (row) assertKnown(`action ${row.id}`, row.v, ACTION_V);
  return row;
}

/** @throws when the row has none: every action beyond `planned` has its plan. */
export function planOf(row: ActionRow): ActionPlan {
  if (!row.plan) throw new Error(`action ${row.id} has no plan`);
  return row.plan;
}

export async function moveAction(
  tx: Tx,
  id: string,
  to: ActionState,
  change: Updateable<ActionsTable> = {},
): Promise<void> {
  await tx
    .updateTable('actions')
    .set({ ...change, state: to })
    .where('id', '=', id)
    .execute();
}

/** Until when its preview holds; one that has expired held until then, also once it was swept. */
export function heldUntil({ state, expires_at: until }: ActionRow, now: Date): Date {
  return state === 'planned' || until < now ? until : now;
}

/** An entry of this action's, by whoever it belongs to. */
export async function auditAction(
  tx: Tx,
  row: ActionRow,
  entry: Pick<AuditEntry, 'stage' | 'outcome'> & Partial<AuditEntry>,
  at: Date,
): Promise<void> {
  await audit(
    tx,
    {
      verb: row.verb,
      principal: row.principal,
      origin: row.origin,
      target: row.target_key,
      incidentId: row.incident_id ?? undefined,
      actionId: row.id,
      approvalId: row.approval_id ?? undefined,
      reason: row.reason ?? undefined,
      ...entry,
    },
    at,
  );
}
