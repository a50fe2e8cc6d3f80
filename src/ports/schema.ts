import type {
  ActionGatesTable,
  ActionsTable,
  ApprovalsTable,
  AuditSealerTable,
  AuditSealsTable,
  AuditTable,
  JobsTable,
  RequestsTable,
  TargetLocksTable,
  TermsTable,
  TimetableRunsTable,
} from './tables/actions.ts';
import type {
  BudgetsTable,
  OutboxTable,
  OverridesTable,
  PostsTable,
  RunsTable,
  ScheduleRunsTable,
} from './tables/delivery.ts';
import type {
  AlertGroupsTable,
  AlertsTable,
  EnrichmentsTable,
  IncidentsTable,
  NotificationsTable,
  QuarantineTable,
  SilencesTable,
  SourcesTable,
  TimelineTable,
} from './tables/incidents.ts';
import type {
  AnswersTable,
  BeatsTable,
  ChannelsTable,
  ClockOffsetTable,
  PeopleTable,
  UserGroupsTable,
  WorkspaceTable,
} from './tables/workspace.ts';

export type { ActionsTable, ApprovalsTable, JobsTable, TermsTable, TimetableRunsTable } from './tables/actions.ts';
export type { Json } from './tables/columns.ts';
export type { AlertsTable, IncidentsTable } from './tables/incidents.ts';

/**
 * The tables. Timestamps are `Date` (ms), bigints are numbers (safe integers), jsonb is written as text and read parsed.
 */
export interface Schema {
  sources: SourcesTable;
  alert_groups: AlertGroupsTable;
  incidents: IncidentsTable;
  alerts: AlertsTable;
  enrichments: EnrichmentsTable;
  notifications: NotificationsTable;
  quarantine: QuarantineTable;
  timeline: TimelineTable;
  silences: SilencesTable;
  posts: PostsTable;
  outbox: OutboxTable;
  budgets: BudgetsTable;
  runs: RunsTable;
  actions: ActionsTable;
  terms: TermsTable;
  timetable_runs: TimetableRunsTable;
  approvals: ApprovalsTable;
  jobs: JobsTable;
  action_gates: ActionGatesTable;
  target_locks: TargetLocksTable;
  overrides: OverridesTable;
  schedule_runs: ScheduleRunsTable;
  requests: RequestsTable;
  answers: AnswersTable;
  people: PeopleTable;
  user_groups: UserGroupsTable;
  channels: ChannelsTable;
  workspace: WorkspaceTable;
  beats: BeatsTable;
  audit: AuditTable;
  audit_seals: AuditSealsTable;
  audit_sealer: AuditSealerTable;
  clock_offset: ClockOffsetTable;
}
