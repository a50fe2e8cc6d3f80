import { createHash } from 'node:crypto';

export interface AlertName {
  readonly name: string;
  readonly severity?: 'critical' | 'warning';
  /** `slack_channel`: where it asks to be shown. */
  readonly channel?: string;
}

/** What Alertmanager posts: one alert, a group of its own. */
export function firing(alert: AlertName, at = new Date()): string {
  return bodyOf(alert, 'firing', at, '0001-01-01T00:00:00Z');
}

/** The same alert, cleared. `at` is when it fired. */
export function cleared(alert: AlertName, at: Date): string {
  return bodyOf(alert, 'resolved', at, new Date().toISOString());
}

function bodyOf(alert: AlertName, status: 'firing' | 'resolved', startsAt: Date, endsAt: string): string {
  const { name, severity = 'warning', channel } = alert;
  const labels = {
    alertname: name,
    namespace: 'shop',
    deployment: 'checkout',
    severity,
    ...(channel && { slack_channel: channel }),
  };
  const annotations = { summary: `${name} needs somebody` };
  const fingerprint = createHash('sha256').update(JSON.stringify(labels)).digest('hex').slice(0, 16);
  return JSON.stringify({
    receiver: 'chatops',
    status,
    alerts: [{ status, labels, annotations, startsAt: startsAt.toISOString(), endsAt, generatorURL: '', fingerprint }],
    groupLabels: { alertname: name },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example.test:9093',
    version: '4',
    groupKey: `{}:{alertname="${name}"}`,
    truncatedAlerts: 0,
  });
}
