import { type RawBuilder, sql } from 'kysely';
import type { AlertsTable, IncidentsTable } from '../ports/tables/incidents.ts';

/**
 * Columns by name instead of `*`: what is read stays the same when a newer version has added one, so that the server may keep
 * such a statement prepared.
 */
const INCIDENT: Readonly<Record<keyof IncidentsTable, true>> = {
  id: true,
  number: true,
  v: true,
  version: true,
  source: true,
  group_id: true,
  receiver: true,
  group_labels: true,
  state: true,
  since: true,
  title: true,
  summary: true,
  severity: true,
  peak_severity: true,
  severity_known: true,
  acked_severity: true,
  acked_by: true,
  acked_at: true,
  first_acked_at: true,
  assignee: true,
  commander: true,
  stage: true,
  opened_at: true,
  fired_at: true,
  resolved_at: true,
  resolved_by: true,
  snoozed_until: true,
  snoozed_by: true,
  silenced: true,
  ack_expires_at: true,
  refires: true,
  refire_count: true,
  flapping: true,
  truncated: true,
  stale_since: true,
  route: true,
  channel: true,
  main_post_id: true,
  policy: true,
  runbook: true,
  place: true,
  label_link: true,
  environment: true,
  environment_why: true,
  target: true,
  target_certain: true,
  counts: true,
  origin: true,
  test_until: true,
  retired: true,
};
const ALERT: Readonly<Record<keyof AlertsTable, true>> = {
  incident_id: true,
  fingerprint: true,
  status: true,
  starts_at: true,
  ends_at: true,
  labels: true,
  annotations: true,
  generator_url: true,
  severity: true,
  environment: true,
  target: true,
  first_seen: true,
  changed_at: true,
  held: true,
  doubt_since: true,
  doubt_due: true,
  doubt_tries: true,
  absent_since: true,
};

/** All columns of `incidents`, or of what it is called here. */
export function incidentColumns(table = 'incidents'): RawBuilder<unknown> {
  return listed(table, INCIDENT);
}

/** All columns of `alerts`. */
export function alertColumns(): RawBuilder<unknown> {
  return listed('alerts', ALERT);
}

function listed(table: string, columns: Readonly<Record<string, true>>): RawBuilder<unknown> {
  return sql.join(Object.keys(columns).map((column) => sql.ref(`${table}.${column}`)));
}
