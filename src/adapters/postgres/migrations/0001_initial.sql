-- min_reader: 1
-- The data model: docs/decisions/0001-data-model.md says who writes what in which transaction.
-- Business times are parameters (the Clock port); only lease_until and the defaults named here use the database's own clock.

create table sources (
  name            text primary key,
  receivers       text[]      not null default '{}',
  last_heard      timestamptz,
  look_due        timestamptz,                            -- reconcile's next look at its API; null: never looked
  gap_until       timestamptz,                            -- end of a gap in our own uptime whose alerts are still to be looked for
  api_run         text,                                   -- names the processes that answered; another value: one was started anew
  api_up_since    timestamptz,                            -- since when all of them run, in business time
  api_answered_at timestamptz,                            -- the last complete answer
  api_error       text                                    -- why the last answer was not complete
);

-- One row per (source, groupKey): locked first by everything that changes the group's incidents, so bodies of one group queue up.
create table alert_groups (
  id              bigint generated always as identity primary key,
  source          text        not null,
  key_hash        bytea,                                  -- sha256 of the groupKey; null: opened by reconcile, adopted by the first webhook
  group_key       text,                                   -- cut at 1,000 characters, for people
  receiver        text        not null,
  labels          jsonb       not null,
  labels_hash     bytea       not null,
  incident_id     bigint,                                 -- the newest episode
  last_heard      timestamptz not null,
  unique (source, key_hash)
);
create unique index alert_groups_unadopted on alert_groups (source, receiver, labels_hash) where key_hash is null;
create index alert_groups_labels on alert_groups (labels_hash);
create index alert_groups_incident on alert_groups (incident_id);

create sequence incident_number;
create sequence job_number;
create sequence approval_number;

create table incidents (
  id               bigint generated always as identity primary key,
  number           bigint      not null unique,
  v                smallint    not null default 1,
  version          integer     not null default 1,        -- +1 with each transition; what buttons and compare-and-set carry
  source           text        not null,
  group_id         bigint      references alert_groups (id),
  receiver         text        not null default '',
  group_labels     jsonb       not null default '{}',
  state            text        not null check (state in ('open', 'acknowledged', 'snoozed', 'resolved')),
  since            timestamptz not null,                  -- of the state
  title            text        not null,
  summary          text        not null default '',
  severity         text        not null check (severity in ('critical', 'high', 'medium', 'low')),
  peak_severity    text        not null check (peak_severity in ('critical', 'high', 'medium', 'low')),   -- highest since the last ack
  severity_known   boolean     not null default true,
  acked_severity   text,
  acked_by         text,
  acked_at         timestamptz,
  first_acked_at   timestamptz,
  assignee         text,                                  -- who was asked to see to it, or was handed it
  commander        text,
  stage            text,
  opened_at        timestamptz not null,
  fired_at         timestamptz not null,                  -- earliest startsAt of this episode
  resolved_at      timestamptz,
  resolved_by      text,                                  -- a person, or null: the alerts cleared
  snoozed_until    timestamptz,
  snoozed_by       text,                                  -- a person
  silenced         boolean     not null default false,    -- snoozed because silences hold for all that fires
  ack_expires_at   timestamptz,
  refires          timestamptz[] not null default '{}',   -- within the last hour
  refire_count     integer     not null default 0,
  flapping         boolean     not null default false,
  truncated        integer     not null default 0,
  stale_since      timestamptz,
  route            jsonb       not null default '{}',     -- the decision as taken: path, notes
  channel          text        not null,
  main_post_id     bigint,
  policy           text,
  runbook          text,
  place            text        not null default '',       -- where, in a few words: for the lock screen
  label_link       text,                                  -- the alert's own runbook or dashboard link
  environment      text,
  environment_why  text,                                  -- why there is none
  target           jsonb,
  target_certain   boolean     not null default false,
  counts           jsonb       not null default '{}',     -- {firing, resolved, held}: so that a post needs no count
  origin           jsonb       not null default '{}',     -- {kind: 'webhook' | 'reconcile' | 'manual' | 'test', ...}
  test_until       timestamptz,                           -- a test alert: when it resolves by itself
  retired          boolean     not null default false     -- a newer episode of the group exists
);
alter table alert_groups add foreign key (incident_id) references incidents (id) deferrable initially deferred;
create index incidents_open on incidents (opened_at) where state <> 'resolved';
create index incidents_group on incidents (group_id, id);
create index incidents_due on incidents (snoozed_until) where snoozed_until is not null and state = 'snoozed';
create index incidents_tests on incidents (test_until) where test_until is not null;

create table alerts (
  incident_id     bigint      not null references incidents (id) on delete cascade,
  fingerprint     text        not null,
  status          text        not null check (status in ('firing', 'resolved')),
  starts_at       timestamptz not null,
  ends_at         timestamptz,
  labels          jsonb       not null,
  annotations     jsonb       not null,
  generator_url   text,
  severity        text        not null,
  environment     text,
  target          jsonb,
  first_seen      timestamptz not null,
  changed_at      timestamptz not null,
  held            boolean     not null default false,     -- a person resolved while it fired: repeats do not reopen
  doubt_since     timestamptz,                            -- firing copy with the startsAt of a resolved one, not yet decided
  doubt_due       timestamptz,
  doubt_tries     smallint    not null default 0,
  absent_since    timestamptz,                            -- reconcile: first absence
  primary key (incident_id, fingerprint)
);
create index alerts_doubt on alerts (doubt_due) where doubt_due is not null;
create index alerts_firing on alerts (incident_id) where status = 'firing';

-- What is looked up by itself for an incident that has opened: a row until that is done or given up.
create table enrichments (
  incident_id     bigint      primary key references incidents (id) on delete cascade,
  due_at          timestamptz not null,                   -- while somebody is at it: when another one may take it over
  attempts        smallint    not null default 0
);
create index enrichments_due on enrichments (due_at);

-- A log, kept 7 days: what came, and what became of it. Never used to filter.
create table notifications (
  id              bigint generated always as identity primary key,
  received_at     timestamptz not null,
  source          text        not null,
  receiver        text        not null,
  key_hash        bytea       not null,
  status          text        not null,
  alerts          integer     not null,
  truncated       integer     not null default 0,
  bytes           integer     not null,
  outcome         text        not null,                   -- opened, reopened, joined, changed, resolved, unchanged, in-doubt, held, ignored
  reason          text,                                   -- of every ignored event
  repairs         text[]      not null default '{}',
  incident_id     bigint
);
create index notifications_age on notifications (received_at);

create table quarantine (
  id              bigint generated always as identity primary key,
  received_at     timestamptz not null,
  source          text        not null,
  body            bytea       not null,
  reason          text        not null,
  incident_id     bigint      references incidents (id),
  done_at         timestamptz
);

create index quarantine_body on quarantine (source, md5(body)) where done_at is null;

create table timeline (
  id              bigint generated always as identity primary key,
  incident_id     bigint      not null references incidents (id) on delete cascade,
  at              timestamptz not null,
  kind            text        not null,
  actor           jsonb,                                  -- a principal; null: Hikeshi itself
  params          jsonb       not null default '{}',
  v               smallint    not null default 1
);
create index timeline_incident on timeline (incident_id, id);

-- That a silence holds for alerts of an incident: one that was asked for here, or one that somebody made in Alertmanager.
create table silences (
  id              uuid primary key,                       -- ours: its mark in Alertmanager's comment
  source          text        not null,
  silence_id      text,                                   -- Alertmanager's; null: not made, or not known to be
  incident_id     bigint      not null references incidents (id) on delete cascade,
  state           text        not null check (state in ('draft', 'wanted', 'active', 'ended', 'failed')),
  matchers        jsonb       not null,                   -- as Alertmanager's API has them
  comment         text        not null,
  created_by      text        not null,                   -- as Alertmanager shows it
  principal       jsonb,                                  -- who asked for it here; null: made elsewhere
  starts_at       timestamptz not null,
  ends_at         timestamptz not null,
  ended_at        timestamptz,
  watch_due       timestamptz                             -- wanted: when it is looked for by its mark
);
create unique index silences_of on silences (incident_id, source, silence_id) where silence_id is not null;
create index silences_open on silences (source) where state in ('wanted', 'active');

-- One Slack message that shows something.
create table posts (
  id              bigint generated always as identity primary key,
  subject         text        not null,                   -- 'incident:12', 'action:<uuid>', 'quarantine:3'
  purpose         text        not null,                   -- main, copy, dm, result...
  channel         text        not null,                   -- as asked for: id, #name, or a person's id for a DM
  channel_id      text,                                   -- where it really is, known with the ts
  ts              text,
  thread_post_id  bigint      references posts (id),      -- shown as a reply in that post's thread
  rendered        integer     not null default 0,         -- the outbox row's `wanted` that Slack shows
  moved           boolean     not null default false,     -- posted anew once, after message_not_found or edit_window_closed
  created_at      timestamptz not null,
  shown_at        timestamptz,
  unique (subject, purpose, channel)
);

create index posts_ts on posts (channel_id, ts);
create index posts_unshown on posts (created_at) where purpose = 'main' and ts is null;

create table outbox (
  id              bigint generated always as identity primary key,
  kind            text        not null check (kind in ('show', 'say')),
  post_id         bigint      references posts (id),      -- show: what it shows
  thread_post_id  bigint      references posts (id),      -- the thread it goes to; not due before that post's ts is known
  subject         text        not null,
  event           text        not null,                   -- say: unique with subject and channel
  channel         text        not null,
  class           smallint    not null,                   -- 1 new critical, 2 ping, 3 click, 4 new, 5 resolved, 6 update, 7 timeline
  method          text        not null,                   -- chat.postMessage or chat.update: whose budget it needs
  payload         jsonb       not null default '{}',
  v               smallint    not null default 1,
  state           text        not null check (state in ('waiting', 'pending', 'sending', 'sent', 'failed', 'cancelled')),
  wanted          integer     not null default 1,         -- show: +1 with each change
  claimed         integer     not null default 0,         -- show: `wanted` as of the claim
  due_at          timestamptz not null,
  created_at      timestamptz not null,
  wanted_at       timestamptz not null default clock_timestamp(), -- since when it has been due: trying again does not move it
  attempts        integer     not null default 0,
  attempt_id      uuid,
  lease_until     timestamptz,                            -- the database's own clock
  look_up_from    timestamptz,                            -- an attempt may have reached Slack: look before sending again
  run_id          bigint,                                 -- the fence of a ping
  fence           integer,
  sent_at         timestamptz,
  ts              text,
  error           text,
  fallback_of     text                                    -- the channel that did not take it
);
create unique index outbox_show on outbox (post_id) where kind = 'show';
create index outbox_subject on outbox (subject) where kind = 'show';
create unique index outbox_say on outbox (subject, event, channel) where kind = 'say';
create index outbox_due on outbox (channel, method, class, id) where state = 'pending';
create index outbox_later on outbox (due_at) where state = 'pending';
create index outbox_failed on outbox (created_at) where state = 'failed';
create index outbox_stuck on outbox (created_at) where state = 'pending' and attempts > 5;   -- TRIES of core/outbox/undelivered.ts
create index outbox_fallback on outbox (created_at) where fallback_of is not null;
create index outbox_oldest on outbox (class, wanted_at) where state in ('pending', 'sending');
create index outbox_sending on outbox (lease_until) where state = 'sending';
create index outbox_waiting on outbox (thread_post_id) where state = 'waiting';
create index outbox_run on outbox (run_id) where state in ('waiting', 'pending');
create index outbox_age on outbox (created_at) where kind = 'say' and state in ('sent', 'cancelled');

-- Pacing: `channel:C1`, `method:chat.update`, `clicks:chat.update`. A theoretical arrival time each (GCRA).
create table budgets (
  key             text primary key,
  next_at         timestamptz not null
);

create table runs (
  id              bigint generated always as identity primary key,
  subject         text        not null,                   -- 'incident:12'
  channel         text        not null,                   -- where its pings go
  thread_post_id  bigint      references posts (id),
  policy_name     text        not null,
  policy          jsonb       not null,                   -- the copy it runs through
  v               smallint    not null default 1,
  state           text        not null check (state in ('running', 'stopped', 'done')),
  fence           integer     not null default 1,
  loop            integer     not null default 0,
  step            integer     not null default 0,         -- the next to take
  due_at          timestamptz,                            -- null while the step before has not left yet
  waits_for       text,                                   -- the outbox event whose leaving starts the delay
  next_delay_ms   bigint,
  started_at      timestamptz not null,
  started_why     text        not null,
  stopped_at      timestamptz,
  stopped_why     text,
  last_ping       jsonb                                   -- {step, at, mentions, problems}
);
create unique index runs_running on runs (subject) where state = 'running';
create index runs_due on runs (due_at) where state = 'running';
create index runs_waiting on runs (subject, waits_for) where waits_for is not null;
create index runs_subject on runs (subject, id);

create table actions (
  id              uuid primary key,
  v               smallint    not null default 1,
  verb            text        not null,
  state           text        not null check (state in ('planned', 'awaiting-approval', 'confirmed', 'running', 'watching', 'done', 'failed', 'cancelled', 'refused', 'expired', 'unknown')),
  principal       jsonb       not null,                   -- {kind: 'slack' | 'key' | 'schedule' | 'alert', id, team?}
  origin          jsonb       not null,                   -- {kind: 'command' | 'button' | 'mention' | 'api'..., channel?, thread?, incident?}
  target          jsonb       not null,
  target_key      text        not null,
  args            jsonb       not null default '{}',
  plan            jsonb,
  digest          text,
  reason          text,
  reason_required boolean     not null default false,
  lift            text,                                   -- the guardrail that break-glass lifts for this action
  term            jsonb,                                  -- {lastsMs, how}: for how long, with v 2
  rule            text,                                   -- the named rule that allowed or refused
  incident_id     bigint      references incidents (id),
  approval_id     bigint,
  undo_of         uuid        references actions (id),
  idempotency_key text        unique,
  created_at      timestamptz not null,
  expires_at      timestamptz not null,                   -- an unconfirmed plan dies
  confirmed_at    timestamptz,
  finished_at     timestamptz,
  outcome         jsonb
);
create index actions_target on actions (target_key, created_at);
create index actions_incident on actions (incident_id, created_at) where incident_id is not null;
create index actions_expiry on actions (expires_at) where state in ('planned', 'awaiting-approval');
create index actions_undo on actions (undo_of) where undo_of is not null;
create index actions_undone on actions (finished_at) where undo_of is not null;

-- How long a change that was made is to last, `--for 2h`.
create table terms (
  action_id       uuid        primary key references actions (id),
  v               smallint    not null default 1,
  lasts_ms        bigint      not null,
  how             text        not null check (how in ('ask', 'auto')),
  state           text        not null check (state in ('running', 'asked', 'taking', 'ended')),
  due_at          timestamptz,                            -- when the time is up; only while it runs
  lease_until     timestamptz,
  tries           integer     not null default 0,         -- of taking it back since it was due
  undo_id         uuid        references actions (id),    -- what the timer has begun to take it back
  note            jsonb                                   -- why somebody is asked, or how it ended
);
create index terms_due on terms (due_at) where due_at is not null;
create index terms_open on terms (action_id) where state <> 'ended';

-- One time of an entry of the timetable in config: what was to be done then, and what became of it.
create table timetable_runs (
  id              bigint generated always as identity primary key,
  v               smallint    not null default 1,
  entry           text        not null,                   -- its name in config
  due_at          timestamptz not null,
  state           text        not null check (state in ('due', 'begun', 'done', 'missed', 'skipped', 'kept')),
  environment     text        not null,
  zone            text        not null,
  channel         text        not null,                   -- as the outbox names it
  reason          text        not null,
  tasks           jsonb       not null,                   -- [{words, verb, target, args, action?, end?, waits?}], in order
  missed          integer     not null default 0,         -- times before it that passed while nobody looked
  begun_at        timestamptz,                            -- when the first of them was begun
  by              jsonb,                                  -- who skipped it, or said that it is done after all
  look_at         timestamptz,                            -- when somebody looks at it next; null: nothing is left to do
  lease_until     timestamptz,
  attempt         integer     not null default 0,
  told            text,                                   -- where its actions stood when its post was last drawn anew
  post_id         bigint      not null,                   -- drawn; the post is made when there is something to tell
  created_at      timestamptz not null,
  unique (entry, due_at)
);
create index timetable_runs_look on timetable_runs (look_at) where look_at is not null;

create table approvals (
  id              bigint generated always as identity primary key,
  number          bigint      not null unique,
  v               smallint    not null default 1,
  action_id       uuid        not null references actions (id),
  digest          text        not null,
  state           text        not null check (state in ('asked', 'given', 'refused', 'withdrawn', 'expired')),
  asked           jsonb       not null,
  asked_at        timestamptz not null,
  decided_by      jsonb,
  decided_at      timestamptz,
  reason          text,                                   -- of a no
  expires_at      timestamptz not null
);
alter table actions add foreign key (approval_id) references approvals (id);

create table jobs (
  id              bigint generated always as identity primary key,
  number          bigint      not null unique,
  v               smallint    not null default 1,
  kind            text        not null,                   -- the job type's file name
  state           text        not null check (state in ('queued', 'running', 'watching', 'done', 'failed', 'cancelled', 'unknown')),
  payload         jsonb       not null,
  environment     text,
  action_id       uuid        unique references actions (id),
  incident_id     bigint      references incidents (id),
  principal       jsonb       not null,
  priority        smallint    not null default 10,
  attempt         integer     not null default 0,
  executed        boolean     not null default false,     -- set, and committed, before execute is called: after a kill only probe may run
  lease_owner     text,
  lease_until     timestamptz,                            -- the database's own clock
  due_at          timestamptz,                            -- null: finished
  progress        jsonb       not null default '{}',
  cancel_requested_at timestamptz,
  cancel_requested_by jsonb,
  retry_of        bigint      references jobs (id),
  result          jsonb,
  created_at      timestamptz not null,
  started_at      timestamptz,
  finished_at     timestamptz
);
create index jobs_due on jobs (due_at) where due_at is not null;
create index jobs_recent on jobs (created_at);
create index jobs_environment on jobs (environment, created_at);

-- Confirms in one environment queue up here: what guardrails count cannot change between the counting and the act.
create table action_gates (
  environment     text primary key
);

create table target_locks (
  target_key      text primary key,
  action_id       uuid        not null references actions (id),
  job_id          bigint      references jobs (id),
  owner           text        not null,
  taken_at        timestamptz not null,
  lease_until     timestamptz not null                    -- the database's own clock
);

create table overrides (
  id              bigint generated always as identity primary key,
  schedule        text        not null,
  person          text        not null,
  replaces        text,
  starts_at       timestamptz not null,
  ends_at         timestamptz not null,
  created_by      jsonb       not null,
  created_at      timestamptz not null,
  removed_at      timestamptz
);

create table schedule_runs (
  name            text primary key,
  due_at          timestamptz not null,
  last_run_at     timestamptz,
  last_outcome    text
);

-- Slack never retries clicks or commands, but does retry events: each is taken once.
create table requests (
  id              text primary key,                       -- event_id, trigger_id, view id + hash, or Idempotency-Key with its kind
  kind            text        not null,
  principal       jsonb       not null,
  received_at     timestamptz not null,
  outcome         text,
  v               smallint    not null default 1
);
create index requests_age on requests (received_at);

-- What somebody was told alone, for as long as they may want to show it to the others.
create table answers (
  id              uuid primary key,
  v               smallint    not null default 1,
  verb            text        not null,
  typed           text        not null,
  principal       jsonb       not null,                   -- who asked
  channel         text        not null,                   -- where, which is where it is shared
  thread          text,                                   -- ts of the incident's post in whose thread, a copy's too
  message         jsonb       not null,                   -- {text, blocks}
  answered_at     timestamptz not null,
  shared_by       jsonb,
  shared_at       timestamptz
);
create index answers_age on answers (answered_at);

create table people (
  id              text primary key,
  team            text        not null,
  name            text        not null,
  display_name    text        not null default '',
  is_bot          boolean     not null default false,
  is_guest        boolean     not null default false,
  deactivated     boolean     not null default false,
  locale          text,
  tz              text,
  refreshed_at    timestamptz not null
);
create index people_name on people (name);

create table user_groups (
  id              text primary key,
  handle          text        not null,
  name            text        not null,
  members         text[]      not null,
  disabled        boolean     not null default false,
  refreshed_at    timestamptz not null
);

create table channels (
  id              text primary key,
  name            text        not null,
  is_private      boolean     not null default false,
  is_archived     boolean     not null default false,
  is_member       boolean     not null default false,
  members         text[],                                 -- of channels that we post to
  language        text,
  environment     text,
  refreshed_at    timestamptz not null
);
create index channels_name on channels (name);

-- Which workspace we are installed in: known after a restart even while Slack does not answer.
create table workspace (
  one             boolean primary key default true check (one),
  team            text        not null
);

create table beats (
  process         text primary key,
  roles           text[]      not null,
  version         text        not null,
  started_at      timestamptz not null,
  beat_at         timestamptz not null
);

create table audit (
  id              bigint generated always as identity primary key,
  v               smallint    not null default 1,
  at              timestamptz not null,
  stage           text        not null,                   -- asked, refused, planned, confirmed, approved, executing, executed, watched, cancelled...
  verb            text        not null,
  principal       jsonb       not null,
  origin          jsonb       not null default '{}',
  target          text,
  incident_id     bigint,
  action_id       uuid,
  job_id          bigint,
  approval_id     bigint,
  reason          text,
  rule            text,
  before          jsonb,
  after           jsonb,
  outcome         text        not null
);
create index audit_action on audit (action_id);
create index audit_age on audit (at, id);

-- The chain over committed entries. Ids have no gaps; digests are sha256 of the entries, 32 bytes each, in the order of entry_ids.
create table audit_seals (
  id              bigint primary key,
  v               smallint    not null default 1,
  sealed_at       timestamptz not null,
  complete        boolean     not null,                   -- nothing that was committed was left for the next one
  last_id         bigint      not null,                   -- highest entry so far, of this and all before
  entry_ids       bigint[]    not null,
  digests         bytea       not null,
  previous        bytea       not null,
  head            bytea       not null
);
create index audit_seals_age on audit_seals (sealed_at);

-- Who seals holds this row.
create table audit_sealer (
  one             boolean primary key default true check (one),
  due_at          timestamptz not null,                   -- the next seal
  publish_at      timestamptz not null                    -- the next one that is written even if empty, and published
);
insert into audit_sealer (due_at, publish_at) values ('epoch', 'epoch');

-- With --embedded only: moves business time for the demo and tests.
create table clock_offset (
  one             boolean primary key default true check (one),
  ms              bigint      not null
);
insert into clock_offset (ms) values (0);

-- Append-only by rights: the app role may add and read. With one role only, the triggers stand in. Whole sealed years may be
-- dropped, by the owner alone and only when it says so: `hikeshi audit retire`.
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name = 'audit' and current_setting('hikeshi.audit_retire', true) = 'on' then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end $$;
create trigger audit_append_only before update or delete on audit for each row execute function audit_is_append_only();
create trigger audit_no_truncate before truncate on audit for each statement execute function audit_is_append_only();
create trigger audit_seals_append_only before update or delete on audit_seals for each row execute function audit_is_append_only();
create trigger audit_seals_no_truncate before truncate on audit_seals for each statement execute function audit_is_append_only();

grant usage on schema public to :app_role;
grant select, insert, update, delete on all tables in schema public to :app_role;
revoke update, delete, truncate on audit, audit_seals from :app_role;
revoke insert, delete, truncate on audit_sealer from :app_role;
grant usage, select on all sequences in schema public to :app_role;
