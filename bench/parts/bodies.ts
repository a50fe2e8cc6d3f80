/** Alerts of the size and shape that kube-prometheus sends: each a group of its own, told apart by its name. */

const START = '2026-01-01T00:00:00Z';

export function alertName(kind: string, n: number): string {
  return `Bench${kind}x${n}x`;
}

/** Which alert a text is about. */
export function alertIn(kind: string, text: string): number | undefined {
  const found = new RegExp(`Bench${kind}x(\\d+)x`).exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** So many channels beside the one that all else goes to. */
export const lanes = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `lane${i}`);

export interface BodyOptions {
  readonly severity?: 'high' | 'critical';
  readonly status?: 'firing' | 'resolved';
  /** Where it asks to be shown. */
  readonly channel?: string;
}

function labelsOf(kind: string, n: number, { severity = 'high', channel }: BodyOptions = {}): Record<string, string> {
  return {
    alertname: alertName(kind, n),
    cluster: 'main',
    namespace: 'shop',
    service: 'checkout',
    pod: `checkout-6d5f7c9b4-${n.toString(36).padStart(5, '0')}`,
    container: 'app',
    instance: `10.0.${(n >> 8) % 256}.${n % 256}:8080`,
    job: 'kubernetes-pods',
    severity,
    prometheus: 'monitoring/k8s',
    ...(channel !== undefined && { slack_channel: channel }),
  };
}

const ANNOTATIONS = {
  summary: 'Checkout answers more than 5 % of requests with an error',
  description:
    'The error rate of checkout has been above 5 % for 5 minutes. Customers see "something went wrong" when paying.',
  runbook_url: 'https://runbooks.example.com/checkout/errors',
};

const GENERATOR = 'https://prometheus.example.com/graph?g0.expr=rate%28http_requests_total%5B5m%5D%29&g0.tab=1';

/** What Alertmanager posts to a webhook for one alert with `group_by: ['...']`. */
export function webhookBody(kind: string, n: number, options: BodyOptions = {}): string {
  const { status = 'firing' } = options;
  const labels = labelsOf(kind, n, options);
  const key = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return JSON.stringify({
    receiver: 'hikeshi',
    status,
    alerts: [
      {
        status,
        labels,
        annotations: ANNOTATIONS,
        startsAt: START,
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date().toISOString(),
        generatorURL: GENERATOR,
        fingerprint: n.toString(16).padStart(16, '0'),
      },
    ],
    groupLabels: labels,
    commonLabels: labels,
    commonAnnotations: ANNOTATIONS,
    externalURL: 'http://alertmanager.example.com:9093',
    version: '4',
    groupKey: `{}:{${key.join(', ')}}`,
    truncatedAlerts: 0,
  });
}

/** The same alert as Prometheus gives it to Alertmanager. */
export function alertBody(kind: string, n: number): string {
  return JSON.stringify([
    { labels: labelsOf(kind, n), annotations: ANNOTATIONS, startsAt: START, generatorURL: GENERATOR },
  ]);
}
