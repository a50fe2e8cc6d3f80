import type { ColumnType, Generated } from 'kysely';
import type { AlertStatus, Labels } from '../domain/alert.ts';
import type { IncidentState } from '../domain/incident.ts';
import type { ActionState, JobState, Origin, Principal } from '../domain/principal.ts';
import type { AlertCounts, LastPing, PolicyCopy, RouteTaken } from '../domain/records.ts';
import type { Severity } from '../domain/severity.ts';
import type { Target } from '../domain/workload.ts';

/**
 * The tables of `migrations/`, column by column. Timestamps are `Date` (ms), bigints are numbers (safe integers), jsonb is
 * written as text and read parsed.
 */
export type Json = Readonly<Record<string, unknown>>;
/** Written as JSON text, so that arrays and null inside jsonb are never taken for SQL arrays and NULL. */
type JsonColumn<T, HasDefault extends boolean = false> = HasDefault extends true
  ? ColumnType<T, string | undefined, string>
  : ColumnType<T, null extends T ? string | null | undefined : string, null extends T ? string | null : string>;

export interface SourcesTable {
  name: string;
  receivers: Generated<string[]>;
  last_heard: Date | null;
  api_up_since: Date | null;
  api_asked_at: Date | null;
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
  origin: JsonColumn<Json, true>;
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
  incident_id: number | null;
  matchers: JsonColumn<Json>;
  comment: string;
  created_by: JsonColumn<Principal>;
  starts_at: Date;
  ends_at: Date;
  ended_at: Date | null;
  watch_due: Date | null;
}

export interface PostsTable {
  id: Generated<number>;
  subject: string;
  purpose: string;
  channel: string;
  channel_id: string | null;
  ts: string | null;
  thread_post_id: number | null;
  rendered: Generated<number>;
  moved: Generated<boolean>;
  created_at: Date;
  shown_at: Date | null;
}

export interface OutboxTable {
  id: Generated<number>;
  kind: 'show' | 'say';
  post_id: number | null;
  thread_post_id: number | null;
  subject: string;
  event: string;
  channel: string;
  class: number;
  method: string;
  payload: JsonColumn<Json, true>;
  v: Generated<number>;
  state: 'waiting' | 'pending' | 'sending' | 'sent' | 'failed' | 'cancelled';
  wanted: Generated<number>;
  claimed: Generated<number>;
  due_at: Date;
  created_at: Date;
  attempts: Generated<number>;
  attempt_id: string | null;
  lease_until: Date | null;
  look_up_from: Date | null;
  run_id: number | null;
  fence: number | null;
  sent_at: Date | null;
  ts: string | null;
  error: string | null;
  fallback_of: string | null;
}

export interface BudgetsTable {
  key: string;
  next_at: Date;
}

export interface RunsTable {
  id: Generated<number>;
  subject: string;
  channel: string;
  thread_post_id: number | null;
  policy_name: string;
  policy: JsonColumn<PolicyCopy>;
  v: Generated<number>;
  state: 'running' | 'stopped' | 'done';
  fence: Generated<number>;
  loop: Generated<number>;
  step: Generated<number>;
  due_at: Date | null;
  waits_for: string | null;
  next_delay_ms: number | null;
  started_at: Date;
  started_why: string;
  stopped_at: Date | null;
  stopped_why: string | null;
  last_ping: JsonColumn<LastPing | null>;
}

export interface ActionsTable {
  id: string;
  v: Generated<number>;
  verb: string;
  state: ActionState;
  principal: JsonColumn<Principal>;
  origin: JsonColumn<Origin>;
  target: JsonColumn<Target>;
  target_key: string;
  args: JsonColumn<Json, true>;
  plan: JsonColumn<Json | null>;
  digest: string | null;
  reason: string | null;
  reason_required: Generated<boolean>;
  rule: string | null;
  incident_id: number | null;
  approval_id: number | null;
  undo_of: string | null;
  idempotency_key: string | null;
  created_at: Date;
  expires_at: Date;
  confirmed_at: Date | null;
  finished_at: Date | null;
  outcome: JsonColumn<Json | null>;
}

export interface ApprovalsTable {
  id: Generated<number>;
  number: number;
  v: Generated<number>;
  action_id: string;
  digest: string;
  state: 'asked' | 'given' | 'refused' | 'withdrawn' | 'expired';
  asked: JsonColumn<Json>;
  asked_at: Date;
  decided_by: JsonColumn<Principal | null>;
  decided_at: Date | null;
  expires_at: Date;
}

export interface JobsTable {
  id: Generated<number>;
  number: number;
  v: Generated<number>;
  kind: string;
  state: JobState;
  payload: JsonColumn<Json>;
  environment: string | null;
  action_id: string | null;
  incident_id: number | null;
  principal: JsonColumn<Principal>;
  priority: Generated<number>;
  attempt: Generated<number>;
  executed: Generated<boolean>;
  lease_owner: string | null;
  lease_until: Date | null;
  due_at: Date | null;
  progress: JsonColumn<Json, true>;
  cancel_requested_at: Date | null;
  cancel_requested_by: JsonColumn<Principal | null>;
  retry_of: number | null;
  result: JsonColumn<Json | null>;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface TargetLocksTable {
  target_key: string;
  action_id: string;
  job_id: number | null;
  owner: string;
  taken_at: Date;
  lease_until: Date;
}

export interface OverridesTable {
  id: Generated<number>;
  schedule: string;
  person: string;
  replaces: string | null;
  starts_at: Date;
  ends_at: Date;
  created_by: JsonColumn<Principal>;
  created_at: Date;
  removed_at: Date | null;
}

export interface ScheduleRunsTable {
  name: string;
  due_at: Date;
  last_run_at: Date | null;
  last_outcome: string | null;
}

export interface RequestsTable {
  id: string;
  kind: string;
  principal: JsonColumn<Principal>;
  received_at: Date;
  outcome: string | null;
  v: Generated<number>;
}

export interface PeopleTable {
  id: string;
  team: string;
  name: string;
  display_name: Generated<string>;
  is_bot: Generated<boolean>;
  is_guest: Generated<boolean>;
  deactivated: Generated<boolean>;
  locale: string | null;
  tz: string | null;
  refreshed_at: Date;
}

export interface UserGroupsTable {
  id: string;
  handle: string;
  name: string;
  members: string[];
  disabled: Generated<boolean>;
  refreshed_at: Date;
}

export interface ChannelsTable {
  id: string;
  name: string;
  is_private: Generated<boolean>;
  is_archived: Generated<boolean>;
  is_member: Generated<boolean>;
  members: string[] | null;
  language: string | null;
  environment: string | null;
  refreshed_at: Date;
}

export interface BeatsTable {
  process: string;
  roles: string[];
  version: string;
  started_at: Date;
  beat_at: Date;
}

export interface AuditTable {
  id: Generated<number>;
  v: Generated<number>;
  at: Date;
  stage: string;
  verb: string;
  principal: JsonColumn<Principal>;
  origin: JsonColumn<Json, true>;
  target: string | null;
  incident_id: number | null;
  action_id: string | null;
  job_id: number | null;
  approval_id: number | null;
  reason: string | null;
  rule: string | null;
  before: JsonColumn<Json | null>;
  after: JsonColumn<Json | null>;
  outcome: string;
}

export interface AuditSealsTable {
  id: Generated<number>;
  sealed_at: Date;
  first_id: number;
  last_id: number;
  entries: number;
  previous: Buffer;
  head: Buffer;
}

export interface ClockOffsetTable {
  one: Generated<boolean>;
  ms: number;
}

export interface Schema {
  sources: SourcesTable;
  alert_groups: AlertGroupsTable;
  incidents: IncidentsTable;
  alerts: AlertsTable;
  notifications: NotificationsTable;
  quarantine: QuarantineTable;
  timeline: TimelineTable;
  silences: SilencesTable;
  posts: PostsTable;
  outbox: OutboxTable;
  budgets: BudgetsTable;
  runs: RunsTable;
  actions: ActionsTable;
  approvals: ApprovalsTable;
  jobs: JobsTable;
  target_locks: TargetLocksTable;
  overrides: OverridesTable;
  schedule_runs: ScheduleRunsTable;
  requests: RequestsTable;
  people: PeopleTable;
  user_groups: UserGroupsTable;
  channels: ChannelsTable;
  beats: BeatsTable;
  audit: AuditTable;
  audit_seals: AuditSealsTable;
  clock_offset: ClockOffsetTable;
}
