import type { TableRow } from '../../ports/cluster-tables.ts';

/** The endpoints of one service and one kind of address, over all slices that hold them. */
export interface Endpoints {
  readonly namespace: string;
  readonly service: string;
  readonly labels: TableRow['labels'];
  readonly addressType: string;
  readonly ready: number;
  readonly of: number;
  readonly ports: string;
  readonly addresses: readonly string[];
  readonly age: string;
}

export const SERVICE_LABEL = 'kubernetes.io/service-name';

/** Rows of endpoint slices; one that is of no service stands for itself. */
export function endpointsOf(slices: readonly TableRow[]): readonly Endpoints[] {
  const found = new Map<string, Endpoints>();
  for (const slice of slices) {
    const one = endpointsIn(slice);
    const key = JSON.stringify([one.namespace, one.service, one.addressType]);
    const known = found.get(key);
    found.set(key, known ? together(known, one) : one);
  }
  return [...found.values()];
}

function endpointsIn({ namespace, name, labels, cells }: TableRow): Endpoints {
  const [ready = 0, of = 0] = (cells['Ready'] ?? '').split('/').map(Number);
  const { AddressType: addressType = '', Ports: ports = '', Endpoints: addresses = '', Age: age = '' } = cells;
  const known = addresses === '<unset>' ? [] : [addresses];
  return {
    namespace,
    service: labels[SERVICE_LABEL] ?? name,
    labels,
    addressType,
    ready,
    of,
    ports,
    addresses: known,
    age,
  };
}

function together(a: Endpoints, b: Endpoints): Endpoints {
  return { ...a, ready: a.ready + b.ready, of: a.of + b.of, addresses: [...a.addresses, ...b.addresses] };
}

/** By `namespace/service`: of a service with two kinds of addresses the one that has more. */
export function readyByService(slices: readonly TableRow[]): ReadonlyMap<string, Endpoints> {
  const found = new Map<string, Endpoints>();
  for (const one of endpointsOf(slices)) {
    const key = `${one.namespace}/${one.service}`;
    if (one.ready >= (found.get(key)?.ready ?? 0)) found.set(key, one);
  }
  return found;
}
