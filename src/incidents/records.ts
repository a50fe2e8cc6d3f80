import type { Selectable } from 'kysely';
import type { EpisodeIncident } from '../domain/episode.ts';
import type { AlertRecord } from '../domain/episode-alerts.ts';
import type { Db } from '../ports/database.ts';
import type { AlertsTable, IncidentsTable } from '../ports/schema.ts';

/** Rows of the store and the domain's shapes, both ways. */

export type IncidentRow = Selectable<IncidentsTable>;
export type AlertRow = Selectable<AlertsTable>;

/** As it stands, unlocked. */
export async function loadRow(db: Db, id: number): Promise<IncidentRow | undefined> {
  return db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
}

export function incidentIdOf(subject: string): number {
  return Number(subject.slice('incident:'.length));
}

export function toEpisode(row: IncidentRow): EpisodeIncident {
  return {
    state: row.state,
    severity: row.severity,
    peakSeverity: row.peak_severity,
    ...(row.acked_severity && { ackedSeverity: row.acked_severity }),
    ...(row.acked_by && { ackedBy: row.acked_by }),
    ...(row.resolved_at && { resolvedAt: row.resolved_at }),
    ...(row.resolved_by && { resolvedBy: row.resolved_by }),
    refires: row.refires,
    truncated: row.truncated,
  };
}

/** The columns that a decision changes; `version` and `since` follow from the move. */
export function withEpisode(row: IncidentRow, to: EpisodeIncident, now: Date): IncidentRow {
  const movedState = row.state !== to.state;
  return {
    ...row,
    version: row.version + 1,
    state: to.state,
    since: movedState ? now : row.since,
    severity: to.severity,
    peak_severity: to.peakSeverity,
    acked_severity: to.ackedSeverity ?? null,
    acked_by: to.ackedBy ?? null,
    acked_at: to.ackedBy ? (row.acked_by === to.ackedBy ? row.acked_at : now) : null,
    first_acked_at: row.first_acked_at ?? (to.ackedBy ? now : null),
    resolved_at: to.resolvedAt ?? null,
    resolved_by: to.resolvedBy ?? null,
    snoozed_until: to.state === 'snoozed' ? row.snoozed_until : null,
    silenced: to.state === 'snoozed' && row.silenced,
    snoozed_by: to.state === 'snoozed' ? row.snoozed_by : null,
    assignee: movedState && !(WAITS.has(row.state) && WAITS.has(to.state)) ? null : row.assignee,
    refires: [...to.refires],
    refire_count: row.refire_count + (to.refires.length > row.refires.length || isNewRefire(row, to) ? 1 : 0),
    flapping: to.refires.length >= 3,
    truncated: to.truncated,
  };
}

/** Who was asked to see to it is asked until somebody has it. */
const WAITS: ReadonlySet<IncidentRow['state']> = new Set(['open', 'snoozed']);

function isNewRefire(row: IncidentRow, to: EpisodeIncident): boolean {
  return to.refires.at(-1)?.getTime() !== row.refires.at(-1)?.getTime() && to.refires.length > 0;
}

export function toAlertRecord(row: AlertRow): AlertRecord {
  return {
    fingerprint: row.fingerprint,
    status: row.status,
    labels: row.labels,
    annotations: row.annotations,
    startsAt: row.starts_at,
    ...(row.ends_at && { endsAt: row.ends_at }),
    ...(row.generator_url && { generatorUrl: row.generator_url }),
    severity: row.severity,
    firstSeen: row.first_seen,
    changedAt: row.changed_at,
    held: row.held,
    ...(row.doubt_since &&
      row.doubt_due && { doubt: { since: row.doubt_since, due: row.doubt_due, tries: row.doubt_tries } }),
    ...(row.absent_since && { absentSince: row.absent_since }),
  };
}

export function toAlertRow(incidentId: number, alert: AlertRecord): Record<string, unknown> {
  return {
    incident_id: incidentId,
    fingerprint: alert.fingerprint,
    status: alert.status,
    starts_at: alert.startsAt,
    ends_at: alert.endsAt ?? null,
    labels: alert.labels,
    annotations: alert.annotations,
    generator_url: alert.generatorUrl ?? null,
    severity: alert.severity,
    first_seen: alert.firstSeen,
    changed_at: alert.changedAt,
    held: alert.held,
    doubt_since: alert.doubt?.since ?? null,
    doubt_due: alert.doubt?.due ?? null,
    doubt_tries: alert.doubt?.tries ?? 0,
    absent_since: alert.absentSince ?? null,
  };
}
