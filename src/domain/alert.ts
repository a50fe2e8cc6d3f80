/** Alerts and notifications as Alertmanager's webhook (version 4) gives them, parsed once at the edge. */

export type Labels = Readonly<Record<string, string>>;
/** Alertmanager's fingerprint: 16 hex digits of the label set, stable across re-fires. */
export type Fingerprint = string;
export type AlertStatus = 'firing' | 'resolved';

export interface Alert {
  readonly fingerprint: Fingerprint;
  readonly status: AlertStatus;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Millisecond precision: HA copies and re-sends are compared in ms. */
  readonly startsAt: Date;
  /** Absent while firing (Alertmanager sends year 1). */
  readonly endsAt?: Date;
  /** Any scheme: only http(s) is ever made a link. */
  readonly generatorUrl?: string;
}

/** What makes a notification a test (domain/test-alert.ts). */
export interface TestMark {
  /** Calls people as a real one would; otherwise the post only says whom it would call. */
  readonly pages: boolean;
  /** From receipt until it resolves by itself. */
  readonly lastsMs: number;
}

/** One webhook POST: a group of alerts. */
export interface Notification {
  readonly source: string;
  /** Opaque and unbounded; identity is its sha256 within the source. */
  readonly groupKey: string;
  /** As sent (Alertmanager regex-quotes it). */
  readonly receiver: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  /** 0.34+: labels of Alertmanager's route. */
  readonly routeLabels: Labels;
  readonly alerts: readonly Alert[];
  /** More than 0: the body is incomplete and never resolves anything. */
  readonly truncatedAlerts: number;
  readonly externalUrl?: string;
  /** A test alert, and how it goes. */
  readonly test?: TestMark;
  /** What was repaired while parsing, in words for the log: e.g. `alerts[3].startsAt: not a time, receipt time used`. */
  readonly repairs: readonly string[];
}
