import { sql } from 'kysely';
import { CLASS } from '../core/outbox/write.ts';
import { fireDoubted } from '../domain/episode.ts';
import { type AlertRecord, dropDoubt } from '../domain/episode-alerts.ts';
import { toEpisode } from '../incidents/records.ts';
import { type Changed, saveIncidents } from '../incidents/save.ts';
import type { AlertSource } from '../ports/alert-source.ts';
import type { Db, Tx } from '../ports/database.ts';
import { episodeRules, takeDecision } from './apply.ts';
import { loadEpisodes } from './groups.ts';
import type { AlertRules } from './rules.ts';

/**
 * Settling doubts: a firing copy that carries the startsAt of an alert that has resolved. The source's API is asked by
 * fingerprint at once, then after 5, 15 and 60 s; active or no answer by then: it fires. Without an API it is decided when
 * the resolve is 60 s old, for resolved if nothing more was sent since.
 */
const RETRY_MS = [5_000, 15_000, 60_000] as const;
const BATCH = 20;

interface DueDoubt {
  readonly incident_id: number;
  readonly fingerprint: string;
  readonly source: string;
  readonly doubt_since: Date;
  readonly doubt_tries: number;
}

type Verdict = 'fires' | 'resolved' | 'ask-again';

/** Answers how many were looked at. No transaction is open while an API is asked. */
export async function settleDoubts(
  db: Db,
  sources: ReadonlyMap<string, AlertSource>,
  rules: AlertRules,
  now: Date,
  signal: AbortSignal,
): Promise<number> {
  const { rows } = await sql<DueDoubt>`
    select a.incident_id, a.fingerprint, a.doubt_since, a.doubt_tries, i.source
    from alerts a join incidents i on i.id = a.incident_id
    where a.doubt_due <= ${now} order by a.doubt_due limit ${BATCH}`.execute(db);
  for (const due of rows) {
    const verdict = await judge(due, sources.get(due.source), now, signal);
    await db.transaction().execute((tx) => settle(tx, due, verdict, rules, now));
  }
  return rows.length;
}

async function judge(due: DueDoubt, source: AlertSource | undefined, now: Date, signal: AbortSignal): Promise<Verdict> {
  if (!source) return due.doubt_tries > 0 ? 'fires' : 'resolved';
  const answer = await source.isActive(due.fingerprint, signal);
  if (answer === 'active') return 'fires';
  if (answer === 'absent') return 'resolved';
  return now.getTime() - due.doubt_since.getTime() >= RETRY_MS.at(-1)! ? 'fires' : 'ask-again';
}

async function settle(tx: Tx, due: DueDoubt, verdict: Verdict, rules: AlertRules, now: Date): Promise<void> {
  const episode = (await loadEpisodes(tx, [due.incident_id])).get(due.incident_id);
  const alert = episode?.alerts.get(due.fingerprint);
  if (!episode || !alert?.doubt || alert.doubt.since.getTime() !== due.doubt_since.getTime()) return;
  if (verdict === 'fires') await reopen(tx, episode, due, rules, now);
  else
    await keep(
      tx,
      episode,
      verdict === 'resolved' ? dropDoubt(alert) : { ...alert, doubt: later(alert.doubt, now) },
      rules,
      now,
    );
}

async function reopen(tx: Tx, episode: Changed, due: DueDoubt, rules: AlertRules, now: Date): Promise<void> {
  const { row } = episode;
  const current = { incident: toEpisode(row), alerts: episode.alerts };
  const decision = fireDoubted(current, due.fingerprint, episodeRules(rules, row.source, episode), now);
  const body = {
    source: row.source,
    receiver: row.receiver,
    groupLabels: row.group_labels,
    commonLabels: row.group_labels,
    commonAnnotations: {},
    routeLabels: {},
    truncatedAlerts: 0,
  };
  if (decision.kind === 'open') {
    // The reopen window has passed while the API was asked: the same incident is reopened all the same, for it is the same alert.
    const settled = fireDoubted(
      current,
      due.fingerprint,
      { ...episodeRules(rules, row.source, episode), reopenWindowMs: Number.MAX_SAFE_INTEGER },
      now,
    );
    takeDecision({ id: row.group_id ?? 0, episode }, settled, body, rules, now);
  } else {
    takeDecision({ id: row.group_id ?? 0, episode }, decision, body, rules, now);
  }
  if (episode.class > CLASS.new) episode.class = CLASS.new;
  await saveIncidents(tx, [episode], rules, now);
}

async function keep(tx: Tx, episode: Changed, alert: AlertRecord, rules: AlertRules, now: Date): Promise<void> {
  episode.alerts.set(alert.fingerprint, alert);
  episode.touched.add(alert.fingerprint);
  await saveIncidents(tx, [episode], rules, now);
}

function later(doubt: NonNullable<AlertRecord['doubt']>, now: Date): NonNullable<AlertRecord['doubt']> {
  const next = RETRY_MS.map((ms) => new Date(doubt.since.getTime() + ms)).find((at) => at > now);
  return { ...doubt, due: next ?? now, tries: doubt.tries + 1 };
}
