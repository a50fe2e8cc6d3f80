import type { Pod } from './objects.ts';
import { hashOf, type Store } from './store.ts';

/** The kubelet's word on a container; the same word again is counted. */
export function record(
  store: Store,
  pod: Pod,
  said: { readonly container: string; readonly reason: string; readonly message: string },
): void {
  const { namespace, name, uid } = pod.metadata;
  const { container, reason, message } = said;
  const eventName = `${name}.${hashOf([reason, message, uid])}`;
  const known = store.get('events', namespace, eventName);
  const now = store.time();
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
