/** One Alertmanager (or HA pair) that can be asked. */
export interface AlertSource {
  readonly name: string;
  /** `unknown`: no answer. Of a pair: active on one is active; absent only if all answered so. Bounded in time. */
  isActive(fingerprint: string, signal: AbortSignal): Promise<'active' | 'absent' | 'unknown'>;
}
