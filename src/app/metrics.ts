import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ReceiverHooks } from '../alerts/receive.ts';
import type { SenderHooks } from '../core/outbox/hooks.ts';

/** What Hikeshi tells of itself. Names are part of the interface: alert rules and dashboards use them. */
export interface Metrics {
  readonly registry: Registry;
  readonly receiver: ReceiverHooks;
  readonly sender: SenderHooks;
  request(done: { readonly method: string; readonly path: string; readonly status: number; readonly ms: number }): void;
  /** Read at scrape time. */
  readonly gauges: {
    readonly outboxPending: Gauge;
    readonly outboxOldest: Gauge;
    readonly escalationLag: Gauge;
    readonly quarantined: Gauge;
    readonly openIncidents: Gauge;
    readonly socketsLive: Gauge;
  };
}

const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const histogram = (name: string, help: string, labelNames: string[] = []) =>
    new Histogram({ name, help, labelNames, buckets: SECONDS, registers });

  const notifications = counter('hikeshi_notifications_total', 'Webhook bodies stored, by what became of them', [
    'outcome',
  ]);
  const refused = counter('hikeshi_notifications_refused_total', 'Webhook bodies answered 4xx', ['reason']);
  const quarantined = counter('hikeshi_quarantined_total', 'Webhook bodies kept in quarantine');
  const storage = counter('hikeshi_storage_faults_total', 'Webhook bodies answered 503 because the store was away');
  const stored = histogram('hikeshi_webhook_stored_seconds', 'From a webhook body to its commit');
  const sent = counter('hikeshi_slack_sent_total', 'Messages that Slack took', ['class', 'method']);
  const found = counter('hikeshi_slack_found_total', 'Messages that an earlier attempt had brought through');
  const limited = counter('hikeshi_slack_refused_total', 'Calls that Slack answered with 429', ['method']);
  const doubled = counter('hikeshi_slack_doubled_total', 'Messages that were there twice', ['removed']);
  const failed = counter('hikeshi_slack_failed_total', 'Messages given up, by Slack error', ['code']);
  const fallback = counter('hikeshi_slack_fallback_total', 'Messages sent to the fallback channel instead', ['code']);
  const latency = histogram(
    'hikeshi_alert_to_slack_seconds',
    'From the commit of what there is to tell to Slack having taken it',
    ['class'],
  );
  const http = histogram('hikeshi_http_request_seconds', 'HTTP requests', ['method', 'path', 'status']);

  return {
    registry,
    receiver: {
      onStored: (outcome, ms) => {
        notifications.inc({ outcome });
        stored.observe(ms / 1000);
      },
      onRefused: (reason) => refused.inc({ reason }),
      onQuarantined: () => quarantined.inc(),
      onStorageFault: () => storage.inc(),
    },
    sender: {
      onSent: ({ class: kind, method, latencyMs, found: wasFound }) => {
        sent.inc({ class: kind, method });
        latency.observe({ class: kind }, latencyMs / 1000);
        if (wasFound) found.inc();
      },
      onRefused: ({ method }) => limited.inc({ method }),
      onDoubled: ({ removed }) => doubled.inc({ removed: String(removed) }),
      onFailed: ({ code }) => failed.inc({ code }),
      onFallback: ({ code }) => fallback.inc({ code }),
    },
    request: ({ method, path, status, ms }) => http.observe({ method, path, status: String(status) }, ms / 1000),
    gauges: {
      outboxPending: gauge('hikeshi_outbox_pending', 'Messages waiting to be sent'),
      outboxOldest: gauge('hikeshi_outbox_oldest_seconds', 'Age of the oldest message that is due and not sent'),
      escalationLag: gauge('hikeshi_escalation_lag_seconds', 'How late the latest due escalation step is'),
      quarantined: gauge('hikeshi_quarantine_open', 'Bodies in quarantine that nobody has dealt with'),
      openIncidents: gauge('hikeshi_incidents_open', 'Incidents that are not resolved'),
      socketsLive: gauge('hikeshi_slack_sockets_live', 'Live Socket Mode connections of this process'),
    },
  };
}
