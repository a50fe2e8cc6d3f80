import type { Generated } from 'kysely';
import type { Principal } from '../../domain/principal.ts';
import type { LastPing, PolicyCopy } from '../../domain/records.ts';
import type { Json, JsonColumn } from './columns.ts';

/** What is shown, said and called, and when. Columns of `migrations/`, one by one. */

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
  wanted_at: Generated<Date>;
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
