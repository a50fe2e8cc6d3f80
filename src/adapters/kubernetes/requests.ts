import { parseQuantity } from '../../domain/quantity.ts';
import type { Amounts } from '../../ports/cluster-usage.ts';
import type { Container, Pod, Quantities } from './objects.ts';

/** What containers ask for, and sums of it. */

export const NONE: Amounts = { cpu: 0, memory: 0 };

export function requestedBy(pod: Pod): Amounts {
  return running(pod)
    .map(({ resources }) => amountsOf(resources?.requests))
    .reduce(plus, NONE);
}

/** Init containers that keep running (sidecars) count, the others are over. */
export function running({ spec = {} }: Pod): readonly Container[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...(spec.containers ?? []), ...sidecars];
}

export function amountsOf(quantities: Quantities | undefined): Amounts {
  const of = (resource: string): number => parseQuantity(quantities?.[resource] ?? '0');
  return { cpu: of('cpu'), memory: of('memory') };
}

export const plus = (a: Amounts, b: Amounts): Amounts => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory });
