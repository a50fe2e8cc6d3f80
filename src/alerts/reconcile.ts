import { sql } from 'kysely';
import type { Db } from '../ports/database.ts';
import { type ClaimedLook, claimLooks, closeGap, isConclusive, recordLook, upSince } from './looks.ts';
import { closeGone } from './reconcile-closes.ts';
import { groupsByName, type Looked, type ReconcileParts } from './reconcile-looked.ts';
import { openFound } from './reconcile-opens.ts';
import { followSilences } from './silences.ts';

/**
 * Reconciling with Alertmanager's API, which knows what no webhook tells: that a silenced alert resolved, what `max_alerts` cut
 * off, what fires since we were away. Each source is looked at once a minute, by whoever claims it. No transaction is open while
 * it is asked, and everything is compared again under the group's lock, which webhooks take too.
 *
 * Looks at every source that is due, all at the same time. Answers how many episodes it changed.
 */
export async function reconcile(parts: ReconcileParts): Promise<number> {
  const claimed = await claimLooks(parts.db, [...parts.sources.keys()], parts.now());
  const changed = await Promise.all(
    claimed.map(async (one) => {
      try {
        return await reconcileSource(one, parts);
      } catch (error) {
        parts.onError(error, { source: one.name });
        return 0;
      }
    }),
  );
  return changed.reduce((sum, n) => sum + n, 0);
}

async function reconcileSource(claimed: ClaimedLook, parts: ReconcileParts): Promise<number> {
  const { db } = parts;
  const cut = await cutIncidents(db, claimed.name);
  const looked = await look(claimed, cut.length > 0, parts);
  if (!looked) return 0;
  const closed = (await closeGone(looked, cut, parts)) + (await followSilences(looked, parts));
  const { gap_until: gapUntil } = claimed;
  if (!gapUntil) return closed;
  const opened = await openFound(looked, { gapUntil, receivers: claimed.receivers }, parts);
  const allOldEnough = gapUntil.getTime() + parts.rules.openAfterMs <= looked.at.getTime();
  if (looked.conclusive && allOldEnough && opened.waiting === 0)
    await closeGap(db, claimed.name, gapUntil, claimed.receivers);
  return closed + opened.changed;
}

/** `undefined` when we are stopping. */
async function look(claimed: ClaimedLook, anyCut: boolean, parts: ReconcileParts): Promise<Looked | undefined> {
  const groups = claimed.gap_until !== null || anyCut;
  const at = parts.now();
  const answer = await parts.sources.get(claimed.name)!.look({ groups }, parts.signal);
  if (parts.signal.aborted) return undefined;
  const since = upSince(claimed, answer, at);
  await recordLook(parts.db, claimed.name, answer, since, at);
  parts.hooks?.onLook?.({ source: claimed.name, complete: answer.complete, failures: answer.failures });
  return {
    source: claimed.name,
    at,
    present: answer.fingerprints,
    conclusive: isConclusive(answer, since, at),
    answer,
    groupsKnown: groups && answer.complete,
    groups: groupsByName(answer.groups),
  };
}

/** Open incidents whose bodies `max_alerts` cut. */
async function cutIncidents(db: Db, source: string): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select i.id from incidents i join alert_groups g on g.incident_id = i.id
    where i.state <> 'resolved' and i.truncated > 0 and i.source = ${source}`.execute(db);
  return rows.map((row) => row.id);
}
