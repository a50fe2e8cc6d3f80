import { sql } from 'kysely';
import { recordset } from '../core/records.ts';
import type { Decision } from '../domain/episode.ts';
import { decideLook, type Presence, presenceOf } from '../domain/reconcile.ts';
import { toEpisode } from '../incidents/records.ts';
import type { Changed } from '../incidents/save.ts';
import type { Db, Tx } from '../ports/database.ts';
import { episodeRules, saveEpisodes, takeDecision, toldAgain } from './apply.ts';
import { labelsHash, lockGroupOf, readEpisodes } from './groups.ts';
import { activeOf, groupName, hurry, type Looked, type ReconcileParts } from './reconcile-looked.ts';
import type { AlertRules } from './rules.ts';

/** Closing what Alertmanager has no more, and making whole what `max_alerts` cut. */

interface Watched {
  readonly incident_id: number;
  readonly fingerprint: string;
  readonly changed_at: Date;
  readonly absent_since: Date | null;
}

/**
 * Notes first absences and takes them back, set-wise; then closes, each incident in a transaction of its own.
 * @param cut open incidents whose bodies were cut; of these the resolved alerts count as well
 */
export async function closeGone(looked: Looked, cut: readonly number[], parts: ReconcileParts): Promise<number> {
  const { rows } = await sql<Watched>`
    select a.incident_id, a.fingerprint, a.changed_at, a.absent_since
    from alerts a join alert_groups g on g.incident_id = a.incident_id join incidents i on i.id = a.incident_id
    where g.source = ${looked.source} and a.status = 'firing' and i.test_until is null
    union all
    select a.incident_id, a.fingerprint, a.changed_at, a.absent_since
    from alerts a where a.status = 'resolved' and a.incident_id = any(${cut})`.execute(parts.db);
  const judged = rows.map((row) => ({ row, presence: judge(row, looked) }));
  const that = (presence: Presence): readonly Watched[] =>
    judged.flatMap((one) => (one.presence === presence ? [one.row] : []));
  await note(parts.db, that('missing'), looked.at);
  await note(parts.db, that('back'), null);
  const gone = that('gone').map((row) => row.incident_id);
  return changeEach([...new Set([...gone, ...(await changingCut(cut, looked, parts))])], looked, parts);
}

/** Of these at once: each comes with all its alerts. */
const READ_AT_ONCE = 200;

/** Those that this look changes, found without a lock: most stay cut from one look to the next, and cost no transaction. */
async function changingCut(
  cut: readonly number[],
  looked: Looked,
  { db, rules, now, signal }: ReconcileParts,
): Promise<readonly number[]> {
  const changing: number[] = [];
  for (let at = 0; at < cut.length && !signal.aborted; at += READ_AT_ONCE) {
    const episodes = await readEpisodes(db, cut.slice(at, at + READ_AT_ONCE));
    for (const [id, episode] of episodes) if (decide(episode, looked, rules, now()).kind !== 'none') changing.push(id);
  }
  return changing;
}

function judge(row: Watched, looked: Looked): Presence {
  const { fingerprint, changed_at: changedAt, absent_since: absentSince } = row;
  return presenceOf({ fingerprint, changedAt, ...(absentSince && { absentSince }) }, looked);
}

/** Rows that a webhook is changing are left to it: what it says is newer than the look. */
async function note(db: Db, rows: readonly Watched[], since: Date | null): Promise<void> {
  if (rows.length === 0) return;
  const keys = rows.map(({ incident_id, fingerprint, changed_at }) => ({ incident_id, fingerprint, changed_at }));
  await sql`
    with wanted as (
      select a.incident_id, a.fingerprint from alerts a
      join ${recordset('alerts', keys)} k on k.incident_id = a.incident_id and k.fingerprint = a.fingerprint
      where a.changed_at = k.changed_at and (a.absent_since is null) = ${since !== null}
      order by a.incident_id, a.fingerprint for update of a skip locked)
    update alerts a set absent_since = ${since} from wanted w
    where a.incident_id = w.incident_id and a.fingerprint = w.fingerprint`.execute(db);
}

async function changeEach(incidents: readonly number[], looked: Looked, parts: ReconcileParts): Promise<number> {
  let changed = 0;
  for (const incident of incidents) {
    if (parts.signal.aborted) break;
    try {
      const outcome = await parts.db.transaction().execute((tx) => changeOne(tx, incident, looked, parts));
      if (outcome === undefined) continue;
      changed += 1;
      parts.hooks?.onChange?.({ source: looked.source, outcome, incident });
    } catch (error) {
      parts.onError(error, { source: looked.source, incident });
    }
  }
  return changed;
}

/** Answers the outcome, or `undefined` when nothing changed: a webhook may have come first. */
async function changeOne(
  tx: Tx,
  incident: number,
  looked: Looked,
  { rules, now: clock }: ReconcileParts,
): Promise<string | undefined> {
  const group = await lockGroupOf(tx, incident);
  if (!group?.episode) return undefined;
  const now = clock();
  const decision = decide(group.episode, looked, rules, now);
  const changed = takeDecision(group, decision, { ...toldAgain(group.episode), by: 'reconcile' }, rules, now);
  if (!changed) return undefined;
  hurry(changed);
  await saveEpisodes(tx, [group], [changed], rules, now);
  return decision.outcome;
}

function decide({ row, alerts }: Changed, looked: Looked, rules: AlertRules, now: Date): Decision {
  const current = { incident: toEpisode(row), alerts };
  const found = looked.groups.get(groupName(row.receiver, labelsHash(row.group_labels)));
  const active = looked.groupsKnown ? activeOf(found) : undefined;
  return decideLook(current, looked, active, episodeRules(rules, row.source, { row }), now);
}
