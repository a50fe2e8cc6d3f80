import { sql } from 'kysely';
import type { Text } from '../../domain/content.ts';
import type { ChangedBy } from '../../domain/plan.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { Db } from '../../ports/database.ts';
import { NOT_MADE } from './past.ts';
import type { ActionRow } from './records.ts';
import { nameIn } from './words.ts';

/** What was done so long before a preview is said in it. */
const LATELY_MS = 30 * 60_000;
/** Nothing is carried out longer than this after it was asked for: an approval is awaited no longer, and no turn. */
const OPEN_MS = 2 * 60 * 60_000;

export interface Done {
  readonly verb: string;
  readonly by: Principal;
  readonly job: number;
  readonly at: Date;
}

interface Waiting {
  readonly verb: string;
  readonly by: Principal;
  readonly approval: number;
}

/** What else Hikeshi has to do with a target: what was done to it last, and what waits for a second person. */
export interface Lately {
  readonly done?: Done;
  readonly waiting?: Waiting;
}

type Asked = Pick<ActionRow, 'id' | 'target_key'>;

/** Other actions that were begun on the target of `row`, not before `since`. */
function begunSince({ id, target_key: key }: Asked, since: Date) {
  return sql`
    select a.verb, a.principal as by, j.number as job, coalesce(j.started_at, j.created_at) as at
    from actions a join jobs j on j.action_id = a.id
    where a.target_key = ${key} and a.id <> ${id} and a.created_at > ${new Date(since.getTime() - OPEN_MS)}
      and j.executed and coalesce(j.started_at, j.created_at) >= ${since}`;
}

/** What was carried out last on the target of `row`, by another action, not before `since`. */
async function doneSince(db: Db, row: Asked, since: Date): Promise<Done | undefined> {
  const { rows } = await sql<Done>`${begunSince(row, since)} order by 4 desc limit 1`.execute(db);
  return rows[0];
}

/**
 * Which of our actions has changed, since `row` was previewed, what is compared of its target: the first that was carried out from
 * the very value that the preview had, be it the number of pods or the pod template. Nobody is blamed for what came otherwise.
 */
async function changedSince(db: Db, row: Asked & Pick<ActionRow, 'plan' | 'created_at'>): Promise<Done | undefined> {
  const { uid: _same, ...compared } = row.plan?.touches ?? {};
  const { rows } = await sql<Done>`${begunSince(row, row.created_at)}
      and (a.outcome is null or a.outcome ->> 'kind' <> all(${NOT_MADE}))
      and exists (
        select from jsonb_each(a.plan -> 'touches') touched
        where ${JSON.stringify(compared)}::jsonb -> touched.key = touched.value)
    order by 4, 3 limit 1`.execute(db);
  return rows[0];
}

/** The same, as it is kept. */
export async function changedBy(db: Db, row: Parameters<typeof changedSince>[1]): Promise<ChangedBy | undefined> {
  const done = await changedSince(db, row);
  return done && { verb: done.verb, by: done.by, job: done.job };
}

async function waitingFor(db: Db, { id, target_key: key }: ActionRow): Promise<Waiting | undefined> {
  const { rows } = await sql<Waiting>`
    select a.verb, a.principal as by, p.number as approval
    from actions a join approvals p on p.id = a.approval_id
    where a.target_key = ${key} and a.id <> ${id} and a.state = 'awaiting-approval' and p.state = 'asked'
    order by p.number desc limit 1`.execute(db);
  return rows[0];
}

/** As far as it matters to whoever is to say yes to `row`. */
export async function lately(db: Db, row: ActionRow, now: Date): Promise<Lately> {
  const done = await doneSince(db, row, new Date(now.getTime() - LATELY_MS));
  const waiting = await waitingFor(db, row);
  return { ...(done && { done }), ...(waiting && { waiting }) };
}

export function latelyLines(m: Catalog, { done, waiting }: Lately, now: Date): readonly Text[] {
  const words = m.action.form;
  const ago = (at: Date): string => m.action.seconds(Math.max(0, Math.round((now.getTime() - at.getTime()) / 1_000)));
  return [
    ...(done ? [words.lately({ ...done, by: nameIn(done.by), ago: ago(done.at) })] : []),
    ...(waiting ? [words.waiting({ ...waiting, by: nameIn(waiting.by) })] : []),
  ];
}
