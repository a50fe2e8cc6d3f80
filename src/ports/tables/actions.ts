import type { Generated } from 'kysely';
import type { ActionOutcome, ApprovalState, JobProgress, KeptPlan } from '../../domain/plan.ts';
import type { ActionState, JobState, Origin, Principal } from '../../domain/principal.ts';
import type { Term, TermEnd, TermHow, TermQuestion, TermState } from '../../domain/term.ts';
import type { KeptTask, TimetableState } from '../../domain/timed-task.ts';
import type { ActionTarget } from '../../domain/workload.ts';
import type { Json, JsonColumn } from './columns.ts';

/** What people want changed, what came of it, and the record of both. Columns of `migrations/`, one by one. */

export interface ActionsTable {
  id: string;
  v: Generated<number>;
  verb: string;
  state: ActionState;
  principal: JsonColumn<Principal>;
  origin: JsonColumn<Origin>;
  target: JsonColumn<ActionTarget>;
  target_key: string;
  args: JsonColumn<Json, true>;
  plan: JsonColumn<KeptPlan | null>;
  digest: string | null;
  reason: string | null;
  reason_required: Generated<boolean>;
  term: JsonColumn<Term | null>;
  lift: string | null;
  rule: string | null;
  incident_id: number | null;
  approval_id: number | null;
  undo_of: string | null;
  idempotency_key: string | null;
  created_at: Date;
  expires_at: Date;
  confirmed_at: Date | null;
  finished_at: Date | null;
  outcome: JsonColumn<ActionOutcome | null>;
}

export interface TermsTable {
  action_id: string;
  v: Generated<number>;
  lasts_ms: number;
  how: TermHow;
  state: TermState;
  due_at: Date | null;
  lease_until: Date | null;
  tries: Generated<number>;
  undo_id: string | null;
  note: JsonColumn<TermQuestion | TermEnd | null>;
}

export interface TimetableRunsTable {
  id: Generated<number>;
  v: Generated<number>;
  entry: string;
  due_at: Date;
  state: TimetableState;
  environment: string;
  zone: string;
  channel: string;
  reason: string;
  tasks: JsonColumn<readonly KeptTask[]>;
  missed: Generated<number>;
  begun_at: Date | null;
  by: JsonColumn<Principal | null>;
  look_at: Date | null;
  lease_until: Date | null;
  attempt: Generated<number>;
  told: string | null;
  post_id: number;
  created_at: Date;
}

export interface ApprovalsTable {
  id: Generated<number>;
  number: number;
  v: Generated<number>;
  action_id: string;
  digest: string;
  state: ApprovalState;
  asked: JsonColumn<Json>;
  asked_at: Date;
  decided_by: JsonColumn<Principal | null>;
  decided_at: Date | null;
  /** Of a no. */
  reason: string | null;
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
  progress: JsonColumn<JobProgress, true>;
  cancel_requested_at: Date | null;
  cancel_requested_by: JsonColumn<Principal | null>;
  retry_of: number | null;
  result: JsonColumn<Json | null>;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface ActionGatesTable {
  environment: string;
}

export interface TargetLocksTable {
  target_key: string;
  action_id: string;
  job_id: number | null;
  owner: string;
  taken_at: Date;
  lease_until: Date;
}

export interface RequestsTable {
  id: string;
  kind: string;
  principal: JsonColumn<Principal>;
  received_at: Date;
  outcome: string | null;
  v: Generated<number>;
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

/** One link of the chain over audit entries; see `core/audit/seal.ts`. */
export interface AuditSealsTable {
  id: number;
  v: Generated<number>;
  sealed_at: Date;
  complete: boolean;
  last_id: number;
  entry_ids: number[];
  digests: Buffer;
  previous: Buffer;
  head: Buffer;
}

export interface AuditSealerTable {
  one: Generated<boolean>;
  due_at: Date;
  publish_at: Date;
}
