import type { AlertBody } from '../../../sandbox/alertmanager/api.ts';
import { fingerprintOf } from '../../../src/alerts/fingerprint.ts';

export type { AlertBody };

export interface AlertSpec {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: Date;
  readonly endsAt?: Date;
}

const NEVER = '0001-01-01T00:00:00Z';

const CHECKOUT = {
  alertname: 'CheckoutErrors',
  namespace: 'shop',
  deployment: 'checkout',
  severity: 'critical',
} as const;

/** A critical alert about shop/checkout, firing for a minute, unless said otherwise. */
export function alert(spec: AlertSpec & { readonly now: Date }): AlertBody {
  const labels = { ...CHECKOUT, ...spec.labels };
  const startsAt = spec.startsAt ?? new Date(spec.now.getTime() - 60_000);
  return {
    status: spec.endsAt ? 'resolved' : 'firing',
    labels,
    annotations: { summary: 'Checkout fails for 12% of users', ...spec.annotations },
    startsAt: startsAt.toISOString(),
    endsAt: spec.endsAt?.toISOString() ?? NEVER,
    generatorURL: 'http://prometheus.example.test:9090/graph?g0.expr=up',
    fingerprint: fingerprintOf(labels),
  };
}

export function resolved(firing: AlertBody, at: Date): AlertBody {
  return { ...firing, status: 'resolved', endsAt: at.toISOString() };
}

export function firingAgain(before: AlertBody, at: Date): AlertBody {
  return { ...before, status: 'firing', startsAt: at.toISOString(), endsAt: NEVER };
}

/** One POST: a group by its alerts' common alertname, or by the name given. */
export function bodyOf(alerts: readonly AlertBody[], group = alerts[0]?.labels['alertname'] ?? 'group'): object {
  return {
    receiver: 'chatops',
    status: alerts.some((a) => a.status === 'firing') ? 'firing' : 'resolved',
    alerts,
    groupLabels: { alertname: group },
    commonLabels: common(alerts.map((a) => a.labels)),
    commonAnnotations: common(alerts.map((a) => a.annotations)),
    externalURL: 'http://alertmanager.example.test:9093',
    version: '4',
    groupKey: `{}:{alertname="${group}"}`,
    truncatedAlerts: 0,
  };
}

function common(all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...rest] = all;
  return Object.fromEntries(Object.entries(first).filter(([k, v]) => rest.every((one) => one[k] === v)));
}
