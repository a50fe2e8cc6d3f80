import type { Alert, Fingerprint, Labels } from '../domain/alert.ts';
import type { Silence } from './silencer.ts';

/** One Alertmanager (or HA pair) that can be asked. Every call is bounded in time and never rejects. */
export interface AlertSource {
  readonly name: string;
  /** What it has now, quickly: for alerts in doubt. */
  active(signal: AbortSignal): Promise<ActiveAlerts>;
  /** All that reconcile wants to know; groups only when they are asked for. */
  look(want: { readonly groups: boolean }, signal: AbortSignal): Promise<SourceLook>;
}

export interface ActiveAlerts {
  /** Of a pair: on any of them. Suppressed ones (silenced, inhibited) are among them: they have not ended. */
  readonly fingerprints: ReadonlySet<Fingerprint>;
  /** All of them answered all that was asked: what is not among the fingerprints has ended. */
  readonly complete: boolean;
}

export interface SourceLook extends ActiveAlerts {
  /** For how long all of them have been running, by their own clocks. Absent: not all of them said. */
  readonly upForMs?: number;
  /** Names the running processes: another value means that one of them has been started anew. */
  readonly run?: string;
  /** Of a pair: put together by receiver and labels. Empty unless asked for. */
  readonly groups: readonly FoundGroup[];
  /** Active and pending ones. Absent: none of them told. */
  readonly silences?: readonly Silence[];
  /** By fingerprint, ids of the silences that hold for it, on any of them. */
  readonly silencedBy?: ReadonlyMap<Fingerprint, readonly string[]>;
  /** Of each that did not answer, why; for people. */
  readonly failures: readonly string[];
}

/** A group as Alertmanager's dispatcher has it: it knows no groupKey. */
export interface FoundGroup {
  /** As webhooks name it: regex-quoted. */
  readonly receiver: string;
  readonly labels: Labels;
  readonly alerts: readonly FoundAlert[];
}

export interface FoundAlert extends Alert {
  /** Firing, and neither silenced nor inhibited nor muted on any of them. */
  readonly active: boolean;
}
