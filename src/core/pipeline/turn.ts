import { sql } from 'kysely';
import type { Db, Tx } from '../../ports/database.ts';
import { after, type Running, shown, showProgress } from './running.ts';
import { renewLock } from './stages/lock.ts';

/** Where an environment takes only so many changes at once, the others wait for their turn, made or watched as those before are. */

const LOOK_AGAIN_MS = 3_000;

/** How many changes are under way there; `undefined`: there is room for this one. */
export async function mustWait(db: Db, { deps, claimed, row }: Running): Promise<number | undefined> {
  const { environment } = row.target;
  const { atOnce } = deps.rules(environment);
  if (atOnce === undefined) return undefined;
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from jobs
    where environment = ${environment} and executed and finished_at is null and id <> ${claimed.row.id}`.execute(db);
  const running = rows[0]?.count ?? 0;
  return running < atOnce ? undefined : running;
}

/** The same, in the transaction that begins: nobody else begins there until it ends. */
export async function mustWaitNow(tx: Tx, run: Running): Promise<number | undefined> {
  const { environment } = run.row.target;
  if (run.deps.rules(environment).atOnce === undefined) return undefined;
  await sql`select pg_advisory_xact_lock(hashtextextended(${`turn:${environment}`}, 0))`.execute(tx);
  return mustWait(tx, run);
}

/** Keeps the target meanwhile. */
export async function waitForTurn(run: Running, running: number): Promise<void> {
  const { since } = run.progress;
  const progress = shown(run, { stage: 'queued', ...(since !== undefined && { since }), waitsFor: running });
  await run.claimed.later(after(run, LOOK_AGAIN_MS), { progress }, async (tx) => {
    await renewLock(tx, run.row.id);
    await showProgress(tx, run, progress);
  });
}
