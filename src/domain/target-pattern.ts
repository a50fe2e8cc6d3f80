/** Targets as config writes them. */
import type { WorkloadKind } from './workload.ts';

/** A runbook's target, of which environment and cluster may be left out. */
export interface TargetPattern {
  readonly environment?: string;
  readonly cluster?: string;
  readonly namespace: string;
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** Words for the kinds, kubectl's short names included. */
const kindWords = new Map<string, WorkloadKind>(
  Object.entries({
    deployment: 'Deployment',
    deployments: 'Deployment',
    deploy: 'Deployment',
    statefulset: 'StatefulSet',
    statefulsets: 'StatefulSet',
    sts: 'StatefulSet',
    daemonset: 'DaemonSet',
    daemonsets: 'DaemonSet',
    ds: 'DaemonSet',
  }),
);

/**
 * A target as config writes it: `shop/checkout`, `shop/sts/db`, `production/shop/deployment/checkout`,
 * `production/tokyo-1/shop/deployment/checkout`. Without a kind it is a Deployment. `undefined` when it is none of these.
 */
export function parseTargetPattern(text: string): TargetPattern | undefined {
  const parts = text.trim().split('/');
  const name = parts.pop();
  const kind = parts.length > 1 ? kindOf(parts.at(-1)!) : undefined;
  if (kind) parts.pop();
  const namespace = parts.pop();
  const cluster = parts.length > 1 ? parts.pop() : undefined;
  const environment = parts.pop();
  if (!isName(name) || !isName(namespace) || parts.length > 0 || cluster === '' || environment === '') return undefined;
  return {
    ...(environment !== undefined && { environment }),
    ...(cluster !== undefined && { cluster }),
    namespace,
    kind: kind ?? 'Deployment',
    name,
  };
}

export function kindOf(word: string): WorkloadKind | undefined {
  return kindWords.get(word.toLowerCase());
}

function isName(text: string | undefined): text is string {
  return text !== undefined && /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(text);
}
