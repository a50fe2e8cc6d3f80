import { Alerts, Status } from './answers.ts';
import { createMember } from './member.ts';

export interface Checked {
  readonly version: string;
  /** Members of its cluster, itself among them; 0 without clustering. */
  readonly peers: number;
}

const LIMIT_MS = 5_000;

/** Whether one Alertmanager answers what reconcile asks. Never rejects; why not, in words. */
export async function checkAlertmanager(
  base: string,
  authorization: string | undefined,
): Promise<Checked | { readonly why: string }> {
  const member = createMember(base, authorization);
  const ask = { why: 'check', limitMs: LIMIT_MS, signal: new AbortController().signal };
  const [status, alerts] = await Promise.all([member.get('/status', Status, ask), member.get('/alerts', Alerts, ask)]);
  if (!status.ok) return { why: status.why };
  if (!alerts.ok) return { why: alerts.why };
  return { version: status.value.versionInfo?.version ?? 'unknown', peers: status.value.cluster?.peers?.length ?? 0 };
}
