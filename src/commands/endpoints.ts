import { endpointsOf } from '../core/lists/endpoints.ts';
import { listQuery } from '../core/lists/query.ts';

/** `kubectl get endpointslices`, the slices of a service together, with how many of its addresses take traffic. */
export const query = listQuery({
  name: 'endpoints',
  aliases: ['endpoint', 'ep', 'endpointslices'],
  scope: 'namespace',
  calls: ['table endpointslices', 'namespaces'],
  columns: { READY: 'Ready', PORTS: 'Ports', ADDRESSES: 'Addresses', AGE: 'Age' },
  wide: { ADDRESSTYPE: 'AddressType' },
  examples: ['endpoints shop/checkout', 'endpoints -n shop'],
  async read(cluster, { namespace, selector, limit }, options) {
    const { rows, more } = await cluster.table({ resource: 'endpointslices', namespace, selector, limit }, options);
    const items = endpointsOf(rows).map((one) => ({
      namespace: one.namespace,
      name: one.service,
      labels: one.labels,
      cells: {
        Ready: `${one.ready}/${one.of}`,
        Ports: one.ports,
        Addresses: one.addresses.join(',') || '<none>',
        AddressType: one.addressType,
        Age: one.age,
      },
      urgency: one.ready === 0 ? 0 : one.ready < one.of ? 1 : 2,
    }));
    return { items, more };
  },
});
