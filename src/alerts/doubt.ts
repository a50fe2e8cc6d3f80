import { sql } from 'kysely';
import { CLASS } from '../core/outbox/write.ts';
import { fireDoubted } from '../domain/episode.ts';
import { type AlertRecord, dropDoubt } from '../domain/episode-alerts.ts';
import { toEpisode } from '../incidents/records.ts';
import type { Changed } from '../incidents/save.ts';
import type { ActiveAlerts, AlertSource } from '../ports/alert-source.ts';
import type { Db, Tx } from '../ports/database.ts';
import { episodeRules, saveEpisodes, takeDecision, toldAgain } from './apply.ts';
import { type LockedGroup, lockGroupOf } from './groups.ts';
import type { AlertRules } from './rules.ts';

/**
 * Settling doubts: a firing copy that carries the startsAt of an alert that has resolved. The source's API is asked at once,
 * then after 5, 15 and 60 s; active or no answer by then: it fires. Without an API it is decided when the resolve is 60 s old,
 * for resolved if nothing more was sent since.
 */
const RETRY_MS = [5_000, 15_000, 60_000] as const;
const BATCH = 500;

interface DueDoubt {
  readonly incident_id: number;
  readonly fingerprint: string;
  readonly source: string;
  readonly doubt_since: Date;
  readonly doubt_tries: number;
}

type Verdict = 'fires' | 'resolved' | 'ask-again';

export interface DoubtParts {
  readonly db: Db;
  readonly sources: ReadonlyMap<string, AlertSource>;
  readonly rules: AlertRules;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** One incident's failure stays its own: its doubts are due again. */
  readonly onError: (error: unknown, incidentId: number) => void;
}

/**
 * Answers how many doubts were looked at, and whether there may be more. Each source is asked once for all of its doubts, at
 * the same time as the others, and no transaction is open meanwhile.
 */
export async function settleDoubts(parts: DoubtParts): Promise<{ readonly settled: number; readonly more: boolean }> {
  const { rows } = await sql<DueDoubt>`
    select a.incident_id, a.fingerprint, a.doubt_since, a.doubt_tries, i.source
    from alerts a join incidents i on i.id = a.incident_id
    where a.doubt_due <= ${parts.now} order by a.doubt_due limit ${BATCH}`.execute(parts.db);
  const answers = await askAll(rows, parts);
  const failed = new Set<number>();
  for (const [incidentId, due] of byIncident(rows)) {
    const judged = due.map((d) => ({ due: d, verdict: judge(d, answers.get(d.source), parts.now) }));
    try {
      await parts.db.transaction().execute((tx) => settle(tx, incidentId, judged, parts));
    } catch (error) {
      failed.add(incidentId);
      parts.onError(error, incidentId);
    }
  }
  return { settled: rows.length, more: rows.length === BATCH && failed.size === 0 };
}

async function askAll(
  rows: readonly DueDoubt[],
  { sources, signal }: DoubtParts,
): Promise<ReadonlyMap<string, ActiveAlerts>> {
  const names = [...new Set(rows.map((r) => r.source))].filter((name) => sources.has(name));
  const answers = await Promise.all(names.map((name) => sources.get(name)!.active(signal)));
  return new Map(names.map((name, i) => [name, answers[i]!]));
}

function byIncident(rows: readonly DueDoubt[]): ReadonlyMap<number, readonly DueDoubt[]> {
  const out = new Map<number, DueDoubt[]>();
  for (const row of rows) {
    const list = out.get(row.incident_id) ?? [];
    list.push(row);
    out.set(row.incident_id, list);
  }
  return out;
}

/** @param answer absent: the source has no API */
function judge(due: DueDoubt, answer: ActiveAlerts | undefined, now: Date): Verdict {
  if (!answer) return due.doubt_tries > 0 ? 'fires' : 'resolved';
  if (answer.fingerprints.has(due.fingerprint)) return 'fires';
  if (answer.complete) return 'resolved';
  return now.getTime() - due.doubt_since.getTime() >= RETRY_MS.at(-1)! ? 'fires' : 'ask-again';
}

interface Judged {
  readonly due: DueDoubt;
  readonly verdict: Verdict;
}

async function settle(
  tx: Tx,
  incidentId: number,
  judged: readonly Judged[],
  { rules, now }: DoubtParts,
): Promise<void> {
  const group = await lockGroupOf(tx, incidentId);
  const episode = group?.episode;
  if (!group || !episode) return forget(tx, incidentId);
  const still = judged.filter(({ due }) => {
    const doubt = episode.alerts.get(due.fingerprint)?.doubt;
    return doubt !== undefined && doubt.since.getTime() === due.doubt_since.getTime();
  });
  const work = new Set<Changed>();
  for (const { due, verdict } of still.filter((j) => j.verdict !== 'fires')) {
    const alert = episode.alerts.get(due.fingerprint)!;
    keep(episode, verdict === 'resolved' ? dropDoubt(alert) : { ...alert, doubt: later(alert.doubt!, now) });
    work.add(episode);
  }
  const firing = still.flatMap(({ due, verdict }) => (verdict === 'fires' ? [due.fingerprint] : []));
  const changed = firing.length > 0 ? fire(group, firing, rules, now) : undefined;
  if (changed) work.add(changed);
  await saveEpisodes(tx, [group], [...work], rules, now);
}

/** A newer episode has taken over: what was doubtful of the old one says nothing any more. */
async function forget(tx: Tx, incidentId: number): Promise<void> {
  await sql`update alerts set doubt_since = null, doubt_due = null, doubt_tries = 0
    where incident_id = ${incidentId} and doubt_due is not null`.execute(tx);
}

/** The copies were right: the episode reopens, or a new one begins. In a replaced episode no doubt is left behind. */
function fire(group: LockedGroup, fingerprints: readonly string[], rules: AlertRules, now: Date): Changed | undefined {
  const episode = group.episode!;
  const { row } = episode;
  const current = { incident: toEpisode(row), alerts: episode.alerts };
  const decision = fireDoubted(current, fingerprints, episodeRules(rules, row.source, episode), now);
  if (decision.kind === 'open') for (const fp of fingerprints) keep(episode, dropDoubt(episode.alerts.get(fp)!));
  const changed = takeDecision(group, decision, toldAgain(episode), rules, now);
  if (changed && !changed.isNew && changed.class > CLASS.new) changed.class = CLASS.new;
  return changed;
}

function keep(episode: Changed, alert: AlertRecord): void {
  episode.alerts.set(alert.fingerprint, alert);
  episode.touched.add(alert.fingerprint);
}

function later(doubt: NonNullable<AlertRecord['doubt']>, now: Date): NonNullable<AlertRecord['doubt']> {
  const next = RETRY_MS.map((ms) => new Date(doubt.since.getTime() + ms)).find((at) => at > now);
  return { ...doubt, due: next ?? now, tries: doubt.tries + 1 };
}
