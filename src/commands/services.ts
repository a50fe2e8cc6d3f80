import { readyByService } from '../core/lists/endpoints.ts';
import { listQuery } from '../core/lists/query.ts';

/** `kubectl get services`, with how many endpoints are ready behind each. */
export const query = listQuery({
  name: 'services',
  aliases: ['service', 'svc'],
  scope: 'namespace',
  calls: ['table services', 'table endpointslices', 'namespaces'],
  columns: { READY: 'Ready', TYPE: 'Type', 'PORT(S)': 'Port(s)', AGE: 'Age' },
  wide: { 'CLUSTER-IP': 'Cluster-IP', 'EXTERNAL-IP': 'External-IP', SELECTOR: 'Selector' },
  next: 'endpoints',
  examples: ['services -n shop', 'services shop/checkout -o wide'],
  async read(cluster, { namespace, selector, limit }, options) {
    const [services, slices] = await Promise.all([
      cluster.table({ resource: 'services', namespace, selector, limit }, options),
      cluster.table({ resource: 'endpointslices', namespace, limit: SLICES }, options),
    ]);
    const endpoints = readyByService(slices.rows);
    const items = services.rows.map((row) => {
      const behind = endpoints.get(`${row.namespace}/${row.name}`);
      const unseen = behind === undefined && slices.more > 0;
      const cells = { ...row.cells, Ready: behind ? `${behind.ready}/${behind.of}` : unseen ? '?' : '0' };
      // Without a selector somebody else may see to it, and an external name has none.
      const wanted = row.cells['Selector'] !== '<none>' && row.cells['Type'] !== 'ExternalName';
      return { ...row, cells, urgency: !wanted || unseen ? 2 : behind?.ready ? 1 : 0 };
    });
    return { items, more: services.more };
  },
});

/** More than any cluster has, nearly. */
const SLICES = 20_000;
