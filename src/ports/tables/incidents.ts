import type { Generated } from 'kysely';
import type { AlertStatus, Labels } from '../../domain/alert.ts';
import type { IncidentState } from '../../domain/incident.ts';
import type { Principal } from '../../domain/principal.ts';
import type { AlertCounts, IncidentOrigin, RouteTaken } from '../../domain/records.ts';
import type { Severity } from '../../domain/severity.ts';
import type { SilenceMatcher } from '../../domain/silence.ts';
import type { Target } from '../../domain/workload.ts';
import type { Json, JsonColumn } from './columns.ts';

/** What alerts become: groups, incidents, their alerts and their story. Columns of `migrations/`, one by one. */

export interface SourcesTable {
  name: string;
  receivers: Generated<string[]>;
  last_heard: Date | null;
  look_due: Date | null;
  gap_until: Date | null;
  api_run: string | null;
  api_up_since: Date | null;
  api_answered_at: Date | null;
  api_error: string | null;
}

export interface AlertGroupsTable {
  id: Generated<number>;
  source: string;
  key_hash: Buffer | null;
  group_key: string | null;
  receiver: string;
  labels: JsonColumn<Labels>;
  labels_hash: Buffer;
  incident_id: number | null;
  last_heard: Date;
}

export interface EnrichmentsTable {
  incident_id: number;
  due_at: Date;
  attempts: Generated<number>;
}

export interface IncidentsTable {
  id: Generated<number>;
  number: number;
  v: Generated<number>;
  version: Generated<number>;
  source: string;
  group_id: number | null;
  receiver: Generated<string>;
  group_labels: JsonColumn<Labels, true>;
  state: IncidentState;
  since: Date;
  title: string;
  summary: Generated<string>;
  severity: Severity;
  peak_severity: Severity;
  severity_known: Generated<boolean>;
  acked_severity: Severity | null;
  acked_by: string | null;
  acked_at: Date | null;
  first_acked_at: Date | null;
  assignee: string | null;
  commander: string | null;
  stage: string | null;
  opened_at: Date;
  fired_at: Date;
  resolved_at: Date | null;
  resolved_by: string | null;
  snoozed_until: Date | null;
  snoozed_by: string | null;
  silenced: Generated<boolean>;
  ack_expires_at: Date | null;
  refires: Generated<Date[]>;
  refire_count: Generated<number>;
  flapping: Generated<boolean>;
  truncated: Generated<number>;
  stale_since: Date | null;
  route: JsonColumn<RouteTaken, true>;
  channel: string;
  main_post_id: number | null;
  policy: string | null;
  runbook: string | null;
  place: Generated<string>;
  label_link: string | null;
  environment: string | null;
  environment_why: string | null;
  target: JsonColumn<Target | null>;
  target_certain: Generated<boolean>;
  counts: JsonColumn<AlertCounts, true>;
  origin: JsonColumn<IncidentOrigin, true>;
  test_until: Date | null;
  retired: Generated<boolean>;
}

export interface AlertsTable {
  incident_id: number;
  fingerprint: string;
  status: AlertStatus;
  starts_at: Date;
  ends_at: Date | null;
  labels: JsonColumn<Labels>;
  annotations: JsonColumn<Labels>;
  generator_url: string | null;
  severity: Severity;
  environment: string | null;
  target: JsonColumn<Target | null>;
  first_seen: Date;
  changed_at: Date;
  held: Generated<boolean>;
  doubt_since: Date | null;
  doubt_due: Date | null;
  doubt_tries: Generated<number>;
  absent_since: Date | null;
}

export interface NotificationsTable {
  id: Generated<number>;
  received_at: Date;
  source: string;
  receiver: string;
  key_hash: Buffer;
  status: string;
  alerts: number;
  truncated: Generated<number>;
  bytes: number;
  outcome: string;
  reason: string | null;
  repairs: Generated<string[]>;
  incident_id: number | null;
}

export interface QuarantineTable {
  id: Generated<number>;
  received_at: Date;
  source: string;
  body: Buffer;
  reason: string;
  incident_id: number | null;
  done_at: Date | null;
}

export interface TimelineTable {
  id: Generated<number>;
  incident_id: number;
  at: Date;
  kind: string;
  actor: JsonColumn<Principal | null>;
  params: JsonColumn<Json, true>;
  v: Generated<number>;
}

export interface SilencesTable {
  id: string;
  source: string;
  silence_id: string | null;
  incident_id: number;
  state: 'draft' | 'wanted' | 'active' | 'ended' | 'failed';
  matchers: JsonColumn<readonly SilenceMatcher[]>;
  comment: string;
  created_by: string;
  principal: JsonColumn<Principal | null>;
  starts_at: Date;
  ends_at: Date;
  ended_at: Date | null;
  watch_due: Date | null;
}
