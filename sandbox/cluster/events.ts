import type { Meta, Pod } from './objects.ts';
import { hashOf, type Store } from './store.ts';

interface Said {
  readonly container: string;
  readonly reason: string;
  readonly message: string;
  /** It is said again only after so long. */
  readonly everyMs?: number;
}

/** The kubelet's word on a container; the same word again is counted. */
export function record(store: Store, pod: Pod, { container, reason, message, everyMs = 0 }: Said): void {
  const { namespace, name, uid } = pod.metadata;
  const eventName = `${name}.${hashOf([reason, message, uid])}`;
  const known = store.get('events', namespace, eventName);
  const now = store.time();
  if (known && Date.parse(now) - Date.parse(String(known['lastTimestamp'])) < everyMs) return;
  store.put('events', {
    metadata: known?.metadata ?? store.meta(namespace, eventName),
    involvedObject: { kind: 'Pod', namespace, name, uid, fieldPath: `spec.containers{${container}}` },
    type: 'Warning',
    reason,
    message,
    count: Number(known?.['count'] ?? 0) + 1,
    firstTimestamp: known?.['firstTimestamp'] ?? now,
    lastTimestamp: now,
  });
}

/** A controller's word on a pod that it may not make; it tries again ever more rarely, and says so once here. */
export function recordRefusal(store: Store, kind: string, { metadata }: { metadata: Meta }, message: string): void {
  const { namespace, name, uid } = metadata;
  const eventName = `${name}.${hashOf(['FailedCreate', uid])}`;
  if (store.get('events', namespace, eventName)) return;
  const now = store.time();
  store.put('events', {
    metadata: store.meta(namespace, eventName),
    involvedObject: { kind, namespace, name, uid },
    type: 'Warning',
    reason: 'FailedCreate',
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
  });
}
