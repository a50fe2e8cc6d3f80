import { CHANNELS, PEOPLE, SRE_GROUP_ID } from '../../sandbox/slack/index.ts';
import type { Attempt } from '../../src/core/audit/search.ts';
import type { JobRow } from '../../src/core/jobs/rows.ts';
import type { ApprovalRow } from '../../src/core/pipeline/approvals.ts';
import type { ActionRow } from '../../src/core/pipeline/records.ts';
import type { SlackPrincipal } from '../../src/core/rights/standing.ts';
import type { RunRow } from '../../src/core/timetable/rows.ts';
import type { Listed } from '../../src/core/undelivered/list.ts';
import type { Timetable, TimetableEntry } from '../../src/domain/timed-task.ts';
import { type Target, targetKey } from '../../src/domain/workload.ts';
import type { AlertRow, IncidentRow } from '../../src/incidents/records.ts';
import type { Fixed } from './database.ts';
import { ago, NOW } from './world.ts';

/** What Hikeshi's own store says in the examples: rows as PostgreSQL gives them. */

export const WORKSPACE = 'T0EXAMPLE1';
const { kenji, hana, mika, taro, sato } = PEOPLE;

const person = (name: string): SlackPrincipal => ({
  kind: 'slack',
  id: name === 'mika' ? mika : kenji,
  team: WORKSPACE,
  name,
});
export const ASKER = person('kenji');

const PERSONS = Object.entries({ kenji, hana, mika, taro, sato }).map(([name, id]) => ({
  id,
  team: WORKSPACE,
  name,
  display_name: name,
  is_bot: false,
  is_guest: false,
  deactivated: false,
  locale: 'en-US',
  refreshed_at: ago(5),
}));
const group = (id: string, handle: string, members: readonly string[]) => ({
  id,
  handle,
  members,
  disabled: false,
  refreshed_at: ago(5),
});
const GROUPS = [group('S0ONCALL01', 'on-call', [taro]), group(SRE_GROUP_ID, 'sre', [kenji, mika])];

const shop = (name: string): Target => ({
  environment: 'production',
  cluster: 'tokyo',
  namespace: 'shop',
  kind: 'Deployment',
  name,
});

function actionOf(id: string, verb: string, name: string, by: string): ActionRow {
  const target = shop(name);
  return {
    id,
    v: 1,
    verb,
    state: 'done',
    principal: person(by),
    origin: { kind: 'command', channel: CHANNELS.ops },
    target,
    target_key: targetKey(target),
    args: {},
    plan: null,
    digest: null,
    reason: null,
    reason_required: false,
    term: null,
    lift: null,
    rule: null,
    incident_id: null,
    approval_id: null,
    undo_of: null,
    idempotency_key: null,
    created_at: ago(12),
    expires_at: new Date(NOW.getTime() + 15 * 60_000),
    confirmed_at: ago(12),
    finished_at: null,
    outcome: null,
  };
}

/** What an action that is planned now is written as. */
export const PLANNED = actionOf('00000000-0000-4000-8000-000000000000', '', 'checkout', 'kenji');
const ROLLED = actionOf('00000000-0000-4000-8000-000000000001', 'restart', 'checkout', 'kenji');
const SCALED = actionOf('00000000-0000-4000-8000-000000000002', 'scale', 'cart', 'mika');

function jobOf(id: number, action: ActionRow, more: Partial<JobRow>): JobRow {
  return {
    id,
    number: id,
    v: 1,
    kind: 'action',
    state: 'done',
    payload: {},
    environment: 'production',
    action_id: action.id,
    incident_id: null,
    principal: action.principal,
    priority: 0,
    attempt: 1,
    executed: true,
    lease_owner: null,
    lease_until: null,
    due_at: null,
    progress: {},
    cancel_requested_at: null,
    cancel_requested_by: null,
    retry_of: null,
    result: null,
    created_at: ago(12),
    started_at: ago(12),
    finished_at: null,
    ...more,
  };
}

const JOBS: readonly JobRow[] = [
  jobOf(8, ROLLED, {
    state: 'watching',
    progress: { stage: 'watching', done: 1, of: 3, since: ago(1).toISOString(), usualMs: 90_000 },
    created_at: ago(1),
    started_at: ago(1),
  }),
  jobOf(7, SCALED, { finished_at: ago(10) }),
];

const APPROVAL: ApprovalRow = {
  id: 1,
  number: 3,
  v: 1,
  action_id: SCALED.id,
  digest: '',
  state: 'asked',
  asked: {},
  asked_at: ago(2),
  decided_by: null,
  decided_at: null,
  reason: null,
  expires_at: new Date(NOW.getTime() + 28 * 60_000),
};

const attempt = (minutes: number, by: string, verb: string, more: Partial<Attempt>): Attempt => ({
  at: ago(minutes),
  stage: 'watched',
  verb,
  target: targetKey(shop('checkout')),
  outcome: 'healthy',
  rule: null,
  reason: null,
  principal: person(by),
  ...more,
});
const ATTEMPTS: readonly Attempt[] = [
  attempt(1, 'kenji', 'restart', { stage: 'executed', outcome: 'ok' }),
  attempt(10, 'mika', 'scale', { target: targetKey(shop('cart')) }),
  attempt(340, 'mika', 'rollback', { stage: 'refused', outcome: 'refused', rule: 'freeze' }),
];

const LABELS = { alertname: 'PodCrashLooping', severity: 'critical', namespace: 'shop', deployment: 'checkout' };

const INCIDENT: IncidentRow = {
  id: 1,
  number: 142,
  v: 1,
  version: 1,
  source: 'default',
  group_id: 1,
  receiver: 'chatops',
  group_labels: LABELS,
  state: 'acknowledged',
  since: ago(4),
  title: LABELS.alertname,
  summary: 'checkout crash-loops, exit code 137 (OOMKilled)',
  severity: 'critical',
  peak_severity: 'critical',
  severity_known: true,
  acked_severity: 'critical',
  acked_by: kenji,
  acked_at: ago(4),
  first_acked_at: ago(4),
  assignee: null,
  commander: null,
  stage: null,
  opened_at: ago(6),
  fired_at: ago(6),
  resolved_at: null,
  resolved_by: null,
  snoozed_until: null,
  snoozed_by: null,
  silenced: false,
  ack_expires_at: null,
  refires: [],
  refire_count: 0,
  flapping: false,
  truncated: 0,
  stale_since: null,
  route: { path: ['0', '0'] },
  channel: '#alerts',
  main_post_id: 1,
  policy: 'shop',
  runbook: 'checkout',
  place: 'production/shop/checkout',
  label_link: null,
  environment: 'production',
  environment_why: null,
  target: { environment: 'production', cluster: 'tokyo', namespace: 'shop', kind: 'Deployment', name: 'checkout' },
  target_certain: true,
  counts: { firing: 1, resolved: 0, held: 0 },
  origin: {},
  test_until: null,
  retired: false,
};
const VIEWED = {
  ...INCIDENT,
  has_api: true,
  was_told: true,
  run_state: 'stopped',
  run_v: 1,
  run_policy: {
    name: 'shop',
    steps: [
      { afterMs: 0, page: ['@on-call'] },
      { afterMs: 600_000, page: ['@sre'] },
    ],
    repeat: 0,
    direct: false,
  },
  run_loop: 0,
  run_step: 1,
  run_due_at: null,
  run_delay_ms: null,
  run_last_ping: null,
  repair_verb: 'restart',
  repair_name: 'checkout',
  repair_state: 'watching',
  repair_at: ago(1),
};
const ALERT: AlertRow = {
  incident_id: 1,
  fingerprint: 'a1b2c3d4e5f60718',
  status: 'firing',
  starts_at: ago(6),
  ends_at: null,
  labels: LABELS,
  annotations: { summary: INCIDENT.summary },
  generator_url: null,
  severity: 'critical',
  environment: 'production',
  target: INCIDENT.target,
  first_seen: ago(6),
  changed_at: ago(6),
  held: false,
  doubt_since: null,
  doubt_due: null,
  doubt_tries: 0,
  absent_since: null,
};

const MESSAGE: Listed = {
  id: 12,
  what: 'main',
  subject: 'incident:2',
  channel: 'payments-alerts',
  state: 'failed',
  code: 'is_archived',
  attempts: 1,
  since: ago(95),
  nextAt: null,
  inDoubt: false,
  incident: { number: 139, title: 'DiskFilling' },
  action: null,
};

/** Ids and names among parameters, which may be lists. */
const asked =
  <R extends object>(rows: readonly R[], names: (row: R) => readonly string[]) =>
  (parameters: readonly unknown[]): readonly R[] => {
    const words = new Set(parameters.flat());
    return rows.filter((row) => names(row).some((name) => words.has(name)));
  };
const persons = asked(PERSONS, ({ id, name }) => [id, name]);
const groups = asked(GROUPS, ({ id, handle }) => [id, handle]);
const actions = asked([ROLLED, SCALED], ({ id }) => [id]);

const timed = (name: string, at: string, words: readonly string[]): TimetableEntry => ({
  name,
  at,
  zone: 'Asia/Tokyo',
  environment: 'production',
  tasks: words.map((one) => ({ words: one, verb: 'scale', target: shop('reports'), args: {} })),
  reason: 'reports sleep at night',
  channel: '#ops',
});
const ENTRIES = [
  timed('reports-night', '0 20 * * 1-5', ['scale shop/reports 0', 'scale shop/mailer 0']),
  timed('reports-morning', '30 7 * * 1-5', ['scale shop/reports back', 'scale shop/mailer back']),
];
export const TIMETABLE: Timetable = new Map(ENTRIES.map((entry) => [entry.name, entry]));
const RUN: Partial<RunRow> = {
  entry: 'reports-morning',
  due_at: new Date('2026-03-01T22:30:00Z'),
  state: 'done',
  tasks: ENTRIES[1]!.tasks,
  told: 'done done',
};

export const ROWS: readonly Fixed[] = [
  [/from timetable_runs/, [RUN]],
  [/^insert into "audit"/, []],
  [/from incidents i left join posts/, [VIEWED]],
  [/from silences where incident_id/, []],
  [/^select pg_advisory_xact_lock/, []],
  [/from incidents where test_until/, []],
  [/from incidents where state <> 'resolved'/, [{ ...INCIDENT, since: INCIDENT.fired_at, count: 1 }]],
  [/from posts\s+where subject/, [{ subject: 'incident:1', channelId: CHANNELS.alerts, ts: '1772420040.000100' }]],
  [/from silences s join incidents/, [{ key: 'default 5f2d9c1e-8c50-4c1f-9a52-0a4c3a1d7b11', numbers: [142] }]],
  [/from alerts where incident_id/, [ALERT]],
  [/from "incidents"/, [INCIDENT]],
  [/from "posts"/, [{ channel: '#alerts', channel_id: CHANNELS.alerts, ts: '1772420040.000100' }]],
  [/select 1 from outbox/, [{ failed: 1, retrying: 0 }]],
  [/where o.fallback_of is not null/, []],
  [/from outbox o left join posts/, [MESSAGE]],
  [/from "approvals"/, [APPROVAL]],
  [/from "actions"/, actions],
  [/from "jobs"/, JOBS],
  [/from "terms"/, []],
  [/^\s*with hit as/, ATTEMPTS],
  [/union all select id, handle/, (parameters) => persons(parameters)],
  [/from "?people"?/, persons],
  [/from "?user_groups"?/, groups],
  [/from channels where name/, [{ name: 'alerts', id: CHANNELS.alerts }]],
  [/"?target_locks"?/, []],
  [/from actions a join jobs/, [{ at: null }]],
  [/from jobs j join actions/, []],
];
