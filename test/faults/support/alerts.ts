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

/** The same alert as `GET /api/v2/alerts` shows it. */
export interface Found {
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly { readonly name: string }[];
}

export function shown(alert: AlertName, since: Date): Found & Readonly<Record<string, unknown>> {
  return {
    labels: labelsOf(alert),
    annotations: annotationsOf(alert),
    startsAt: since.toISOString(),
    updatedAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 300_000).toISOString(),
    fingerprint: fingerprintOf(alert),
    generatorURL: '',
    receivers: [{ name: RECEIVER }],
    status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
  };
}

const RECEIVER = 'chatops';

const annotationsOf = ({ name }: AlertName): Readonly<Record<string, string>> => ({
  summary: `${name} needs somebody`,
});

function fingerprintOf(alert: AlertName): string {
  return createHash('sha256')
    .update(JSON.stringify(labelsOf(alert)))
    .digest('hex')
    .slice(0, 16);
}

function labelsOf({ name, severity = 'warning', channel }: AlertName): Readonly<Record<string, string>> {
  return {
    alertname: name,
    namespace: 'shop',
    deployment: 'checkout',
    severity,
    ...(channel && { slack_channel: channel }),
  };
}

function bodyOf(alert: AlertName, status: 'firing' | 'resolved', startsAt: Date, endsAt: string): string {
  const { name } = alert;
  const labels = labelsOf(alert);
  const annotations = annotationsOf(alert);
  const fingerprint = fingerprintOf(alert);
  return JSON.stringify({
    receiver: RECEIVER,
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
