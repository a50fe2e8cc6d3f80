import { sql } from 'kysely';
import { type Changed, saveIncidents } from '../incidents/save.ts';
import type { Db, Tx } from '../ports/database.ts';
import { lockGroupOf } from './groups.ts';
import type { AlertRules } from './rules.ts';

/**
 * Incidents of which nobody has told anything for a day: no webhook, and no API that answers. They are never closed in silence;
 * the post and its thread say that they may be over. Alertmanager repeats what fires each `repeat_interval`, 4 h by default.
 */
const STALE_AFTER_MS = 24 * 3_600_000;
const BATCH = 500;

interface Found {
  readonly id: number;
  readonly heard: Date;
}

/** One incident's failure stays its own: it is tried again, and keeps nobody behind it waiting. */
type StaleError = (error: unknown, incident: number) => void;

/** Says so of those that have become stale, and takes it back of those that were heard of again. Answers how many changed. */
export async function markStale(db: Db, rules: AlertRules, now: Date, onError: StaleError): Promise<number> {
  const withApi = [...rules.sources.values()].filter((s) => s.api.length > 0).map((s) => s.name);
  const { rows } = await sql<Found>`
    select i.id, heard.at as heard from incidents i
    join alert_groups g on g.incident_id = i.id
    left join sources s on s.name = i.source and s.name = any(${withApi})
    cross join lateral (select greatest(g.last_heard, s.api_answered_at) as at) heard
    where i.state <> 'resolved' and (i.stale_since is null) = (heard.at < ${new Date(now.getTime() - STALE_AFTER_MS)})
    order by i.id limit ${BATCH}`.execute(db);
  let changed = 0;
  for (const row of rows) {
    try {
      if (await db.transaction().execute((tx) => mark(tx, row, rules, now))) changed += 1;
    } catch (error) {
      onError(error, row.id);
    }
  }
  return changed;
}

async function mark(tx: Tx, { id, heard }: Found, rules: AlertRules, now: Date): Promise<boolean> {
  const incident = (await lockGroupOf(tx, id))?.episode;
  if (!incident || incident.row.state === 'resolved') return false;
  const wasStale = incident.row.stale_since !== null;
  const isStale = now.getTime() - heard.getTime() > STALE_AFTER_MS;
  if (wasStale === isStale) return false;
  await saveIncidents(tx, [told(incident, isStale ? heard : null)], rules, now);
  return true;
}

function told(incident: Changed, since: Date | null): Changed {
  incident.row = { ...incident.row, stale_since: since };
  incident.effects.push({ do: 'show' });
  if (since) incident.lines.push({ kind: 'stale', params: {}, shown: 'line' });
  return incident;
}
