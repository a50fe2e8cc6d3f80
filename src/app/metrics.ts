import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ReceiverHooks } from '../alerts/receive.ts';
import type { ReconcileHooks } from '../alerts/reconcile-looked.ts';
import { AILMENTS, type Ailment } from '../core/heartbeat.ts';
import type { SenderHooks } from '../core/outbox/hooks.ts';
import { CLASS } from '../core/outbox/write.ts';
import type { OnChecked } from '../core/pipeline/checks.ts';

/**
 * What Hikeshi tells of itself. Names are part of the interface: alert rules and dashboards use them. What a process counts is
 * summed over processes; what is read from the database is the same in each, so the highest of them is taken.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly receiver: ReceiverHooks;
  readonly sender: SenderHooks;
  readonly heartbeat: HeartbeatHooks;
  readonly reconciled: ReconcileHooks;
  readonly checked: OnChecked;
  request(done: { readonly method: string; readonly path: string; readonly status: number; readonly ms: number }): void;
  /** Read at scrape time. */
  readonly gauges: Gauges;
  /** For the reference page. */
  readonly described: readonly Described[];
}

export interface HeartbeatHooks {
  onSent(): void;
  /** A call that failed, by what went wrong in a word. */
  onFailed(code: string): void;
  /** Not sent because Hikeshi cannot do its work. */
  onWithheld(reason: Ailment): void;
}

export type Gauges = ReturnType<typeof createGauges>;

export interface Described {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Who counts: this process, or the database for all of them. */
  readonly of: 'process' | 'database';
}

const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

/** For what is a few round trips to the database. */
const QUICK_SECONDS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1, 2.5];

/** What became of a body; each is there from the start, so that the first of a kind is an increase. */
const OUTCOMES = [
  'opened',
  'reopened',
  'joined',
  'changed',
  'resolved',
  'unchanged',
  'in-doubt',
  'held',
  'ignored',
  'quarantined',
] as const;

/** Classes of messages as labels. */
const CLASSES: readonly (readonly [number, string])[] = Object.entries(CLASS).map(([name, number]) => [
  number,
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
]);
const NAMES = new Map(CLASSES);

/** `new_critical`, `ping`... */
export function className(number: number): string {
  return NAMES.get(number) ?? 'other';
}

export function createMetrics(): Metrics {
  const maker = createMaker();
  const opened = openedCounter(maker);
  return {
    registry: maker.registry,
    described: maker.described,
    receiver: receiverHooks(maker, opened),
    sender: senderHooks(maker),
    heartbeat: heartbeatHooks(maker),
    reconciled: reconcileHooks(maker, opened),
    checked: checkedHook(maker),
    request: requestHook(maker),
    gauges: createGauges(maker),
  };
}

type Maker = ReturnType<typeof createMaker>;

let ofNode: Registry | undefined;

/** What Node tells of this process: read once for all programs in it, for the timers and observers behind it never end. */
function nodeMetrics(): Registry {
  if (!ofNode) {
    ofNode = new Registry();
    collectDefaultMetrics({ register: ofNode });
  }
  return ofNode;
}

function createMaker() {
  const registry = Registry.merge([nodeMetrics()]);
  const registers = [registry];
  const described: Described[] = [];
  const note = (kind: Described['kind'], name: string, help: string, labels: readonly string[], of: Described['of']) =>
    void described.push({ kind, name, help, labels, of });
  return {
    registry,
    described,
    counter: (name: string, help: string, labelNames: string[] = []): Counter => {
      note('counter', name, help, labelNames, 'process');
      return new Counter({ name, help, labelNames, registers });
    },
    histogram: (name: string, help: string, labelNames: string[] = [], buckets = SECONDS): Histogram => {
      note('histogram', name, help, labelNames, 'process');
      return new Histogram({ name, help, labelNames, buckets, registers });
    },
    gauge: (name: string, help: string, of: Described['of'], labelNames: string[] = []): Gauge => {
      note('gauge', name, help, labelNames, of);
      return new Gauge({ name, help, labelNames, registers });
    },
  };
}

/** An incident is opened by a body, or by what an Alertmanager says it has. */
function openedCounter({ counter }: Maker): (by: 'webhook' | 'reconcile') => void {
  const opened = counter('hikeshi_incidents_opened_total', 'Incidents opened, by what told of them', ['by']);
  for (const by of ['webhook', 'reconcile'] as const) opened.inc({ by }, 0);
  return (by) => opened.inc({ by });
}

type Opened = ReturnType<typeof openedCounter>;

function receiverHooks({ counter, histogram }: Maker, opened: Opened): ReceiverHooks {
  const notifications = counter('hikeshi_notifications_total', 'Webhook bodies accepted, by what became of them', [
    'outcome',
  ]);
  const refused = counter('hikeshi_notifications_refused_total', 'Webhook bodies answered 4xx, by reason', ['reason']);
  const quarantined = counter(
    'hikeshi_quarantined_total',
    'Webhook bodies kept in quarantine, in whole or beside what was understood',
  );
  const storage = counter('hikeshi_storage_faults_total', 'Webhook bodies answered 503 because the store was away');
  const stored = histogram('hikeshi_webhook_stored_seconds', 'From the arrival of a webhook body to its commit');
  for (const outcome of OUTCOMES) notifications.inc({ outcome }, 0);
  return {
    onStored: (outcome, ms) => {
      notifications.inc({ outcome });
      if (outcome === 'opened') opened('webhook');
      stored.observe(ms / 1000);
    },
    onRefused: (reason) => refused.inc({ reason }),
    onQuarantined: () => quarantined.inc(),
    onStorageFault: () => storage.inc(),
  };
}

function senderHooks({ counter, histogram }: Maker): SenderHooks {
  const shown = counter('hikeshi_incidents_shown_total', 'Incidents whose first message Slack took');
  const latency = histogram(
    'hikeshi_alert_to_slack_seconds',
    'From storing a new incident to Slack having taken its first message, failed attempts included',
    ['class'],
  );
  const delay = histogram(
    'hikeshi_message_delay_seconds',
    'From when a message or an edit was first due to Slack having taken it, failed attempts included',
    ['class'],
  );
  const sent = counter('hikeshi_slack_sent_total', 'Messages and edits that Slack took', ['class', 'method']);
  const found = counter('hikeshi_slack_found_total', 'Messages that an earlier attempt had brought through', ['class']);
  const limited = counter('hikeshi_slack_refused_total', 'Calls that Slack answered with 429', ['class', 'method']);
  const retried = counter('hikeshi_slack_retried_total', 'Sends that failed and are tried again, but for 429', [
    'class',
    'because',
  ]);
  const doubled = counter('hikeshi_slack_doubled_total', 'Messages that were there twice; removed: not any more', [
    'class',
    'removed',
  ]);
  const failed = counter('hikeshi_slack_failed_total', 'Messages that Slack refused, by its error', ['class', 'code']);
  const fallback = counter(
    'hikeshi_slack_fallback_total',
    "Messages sent to the fallback channel instead, by Slack's error",
    ['class', 'code'],
  );
  for (const [, name] of CLASSES) {
    for (const method of ['chat.postMessage', 'chat.update']) limited.inc({ class: name, method }, 0);
    for (const because of ['token', 'passing']) retried.inc({ class: name, because }, 0);
    for (const removed of ['true', 'false']) doubled.inc({ class: name, removed }, 0);
  }
  return {
    onSent: (event) => {
      const name = className(event.class);
      const seconds = event.latencyMs / 1000;
      sent.inc({ class: name, method: event.method });
      delay.observe({ class: name }, seconds);
      if (event.found) found.inc({ class: name });
      if (!event.first || event.subject !== 'incident') return;
      shown.inc();
      latency.observe({ class: name }, seconds);
    },
    onRefused: (event) => limited.inc({ class: className(event.class), method: event.method }),
    onRetried: (event) => retried.inc({ class: className(event.class), because: event.because }),
    onDoubled: (event) => doubled.inc({ class: className(event.class), removed: String(event.removed) }),
    onFailed: (event) => failed.inc({ class: className(event.class), code: event.code }),
    onFallback: (event) => fallback.inc({ class: className(event.class), code: event.code }),
  };
}

function reconcileHooks({ counter }: Maker, opened: Opened): ReconcileHooks {
  const looks = counter(
    'hikeshi_reconcile_looks_total',
    "Times that Alertmanager's API was asked what it has; incomplete: nothing is closed for it",
    ['source', 'answer'],
  );
  const changes = counter('hikeshi_reconciled_total', 'Incidents that these answers changed, by what became of them', [
    'source',
    'outcome',
  ]);
  return {
    onLook: ({ source, complete }) => looks.inc({ source, answer: complete ? 'complete' : 'incomplete' }),
    onChange: ({ source, outcome }) => {
      changes.inc({ source, outcome });
      if (outcome === 'opened') opened('reconcile');
    },
  };
}

function heartbeatHooks({ counter }: Maker): HeartbeatHooks {
  const sent = counter('hikeshi_heartbeat_sent_total', 'Heartbeats that the other side took');
  const failed = counter('hikeshi_heartbeat_failed_total', 'Heartbeats that did not get there, by why', ['code']);
  const withheld = counter(
    'hikeshi_heartbeat_withheld_total',
    'Heartbeats not sent because Hikeshi could not do its work, by why',
    ['reason'],
  );
  for (const reason of AILMENTS) withheld.inc({ reason }, 0);
  return {
    onSent: () => sent.inc(),
    onFailed: (code) => failed.inc({ code }),
    onWithheld: (reason) => withheld.inc({ reason }),
  };
}

function checkedHook({ histogram }: Maker): OnChecked {
  const taken = histogram(
    'hikeshi_action_checks_seconds',
    'What rights, guardrails, approval and audit take of a request for an action, or of the yes to it, beside the cluster',
    ['step'],
    QUICK_SECONDS,
  );
  return (step, checks) => taken.observe({ step }, checks.ms / 1000);
}

function requestHook({ histogram }: Maker): Metrics['request'] {
  const http = histogram('hikeshi_http_request_seconds', 'HTTP requests', ['method', 'path', 'status']);
  return ({ method, path, status, ms }) => http.observe({ method, path, status: String(status) }, ms / 1000);
}

/** Counts are bounded (see `gauges.ts`): a scrape costs the same in a storm. */
function createGauges({ gauge }: Maker) {
  return {
    databaseUp: gauge(
      'hikeshi_database_up',
      '1 if the database answered this scrape in time; else 0, and what is read from it is absent',
      'process',
    ),
    socketsLive: gauge('hikeshi_slack_sockets_live', 'Live Socket Mode connections of this process', 'process'),
    openIncidents: gauge('hikeshi_incidents_open', 'Incidents that are not resolved', 'database'),
    unshown: gauge('hikeshi_incidents_unshown', 'Incidents that Slack does not show (yet)', 'database'),
    oldestUnshown: gauge(
      'hikeshi_incidents_unshown_oldest_seconds',
      'Age of the oldest incident that Slack does not show; 0 when there is none',
      'database',
    ),
    messages: gauge(
      'hikeshi_outbox_messages',
      'Messages in the outbox by state; waiting: for their thread',
      'database',
      ['state'],
    ),
    undelivered: gauge(
      'hikeshi_outbox_undelivered',
      'Messages of incidents, calls and answers that are over a minute old and have reached nobody, as in /ready',
      'database',
    ),
    outboxOldest: gauge(
      'hikeshi_outbox_oldest_seconds',
      'For how long the oldest message to be sent has been due; 0 when there is none',
      'database',
      ['class'],
    ),
    dueLag: gauge(
      'hikeshi_due_lag_seconds',
      'How late the oldest due piece of work is, by kind; 0 when none is late',
      'database',
      ['kind'],
    ),
    quarantined: gauge(
      'hikeshi_quarantine_open',
      'Bodies in quarantine that nobody has dealt with; they go after 30 days',
      'database',
    ),
    heartbeatAge: gauge(
      'hikeshi_heartbeat_age_seconds',
      'Time since the last heartbeat that got there; absent without one',
      'database',
    ),
    auditSealAge: gauge(
      'hikeshi_audit_seal_age_seconds',
      'Time since the newest seal of the audit; there is one each hour even when nothing happens; absent before the first',
      'database',
    ),
  };
}
