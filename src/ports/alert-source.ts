/** One Alertmanager (or HA pair) that can be asked. */
export interface AlertSource {
  readonly name: string;
  /** What fires there now. Bounded in time; never rejects. */
  active(signal: AbortSignal): Promise<ActiveAlerts>;
}

export interface ActiveAlerts {
  /** By fingerprint; of a pair: active on any of them. Suppressed ones are among them: they have not ended. */
  readonly fingerprints: ReadonlySet<string>;
  /** All of them answered: what is not among the fingerprints has ended. */
  readonly complete: boolean;
}
