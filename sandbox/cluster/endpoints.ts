import type { Bystander } from './objects.ts';
import type { Store } from './store.ts';

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number;
  readonly protocol?: string;
}

/** One look of the endpoint slice controller: the addresses and ports of the pods that a service selects. */
export function stepService(store: Store, service: Bystander): void {
  const { namespace = '', name, creationTimestamp } = service.metadata;
  const spec = service['spec'] as { selector?: Record<string, string>; ports?: ServicePort[] } | undefined;
  const selector = Object.entries(spec?.selector ?? {});
  if (selector.length === 0) return;
  const pods = store.list('pods', namespace).filter(({ metadata, status }) => {
    const labels = metadata.labels ?? {};
    return status.podIP !== undefined && selector.every(([key, value]) => labels[key] === value);
  });
  const endpoints = pods.map(({ status }) => ({
    addresses: [status.podIP!],
    conditions: { ready: status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True') },
  }));
  const ports = spec?.ports?.map(({ name: portName = '', port, targetPort = port, protocol = 'TCP' }) => ({
    name: portName,
    port: targetPort,
    protocol,
  }));
  const known = store.get('endpointslices', namespace, `${name}-slice`);
  const labels = { 'kubernetes.io/service-name': name };
  const metadata = known?.metadata ?? store.meta(namespace, `${name}-slice`, { labels, creationTimestamp });
  store.put('endpointslices', { metadata, addressType: 'IPv4', endpoints, ...(ports && { ports }) });
}
