import type { Alert, Notification } from '../../src/domain/alert.ts';

/** Webhook bodies as tests want them: short to write, valid as a real one. */

export interface AlertWish {
  readonly fp: string;
  readonly status?: 'firing' | 'resolved';
  /** Seconds after `T0`. */
  readonly starts?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const T0 = Date.parse('2026-11-21T00:00:00Z');
export const at = (seconds: number): Date => new Date(T0 + seconds * 1000);

export function alertOf(wish: AlertWish): Alert {
  const status = wish.status ?? 'firing';
  return {
    fingerprint: wish.fp,
    status,
    labels: { alertname: 'HighLoad', pod: wish.fp, severity: 'warning', ...wish.labels },
    annotations: wish.annotations ?? {},
    startsAt: at(wish.starts ?? 0),
    ...(status === 'resolved' && { endsAt: at((wish.starts ?? 0) + 1) }),
  };
}

export function notificationOf(
  group: string,
  alerts: readonly AlertWish[],
  more: Partial<Notification> = {},
): Notification {
  return {
    source: 'default',
    groupKey: `{}:{alertname="${group}"}`,
    receiver: 'chatops',
    groupLabels: { alertname: group },
    commonLabels: {},
    commonAnnotations: {},
    routeLabels: {},
    alerts: alerts.map(alertOf),
    truncatedAlerts: 0,
    repairs: [],
    ...more,
  };
}

/** The same as bytes on the wire. */
export function bodyOf(group: string, alerts: readonly AlertWish[]): Uint8Array {
  const n = notificationOf(group, alerts);
  return Buffer.from(
    JSON.stringify({
      ...n,
      version: '4',
      status: n.alerts.some((a) => a.status === 'firing') ? 'firing' : 'resolved',
      alerts: n.alerts.map((a) => ({ ...a, endsAt: a.endsAt ?? '0001-01-01T00:00:00Z' })),
    }),
  );
}
