import { userError } from '../messages/user-error.ts';
import type { Amounts, PodUsage } from '../ports/cluster-usage.ts';
import { askPlaces, type FoundPod, type PodSearch } from './pod-search.ts';

export interface Measured {
  readonly pods: readonly FoundPod[];
  /** Clusters that have no metrics, or did not answer when they were asked for them. */
  readonly unmeasured: readonly string[];
}

/**
 * The pods with what each uses.
 * @throws UserError `no-metrics` when no cluster gives figures
 */
export async function withUsage(
  { places, selector }: PodSearch,
  pods: readonly FoundPod[],
  signal: AbortSignal,
): Promise<Measured> {
  const { answers, away } = await askPlaces(places, ({ cluster, namespace }) =>
    cluster.podUsage({ namespace, selector }, { signal }),
  );
  const without = answers.flatMap(({ place, answer }) => (answer ? [] : [place.cluster.name]));
  if (without.length === answers.length) throw userError('no-metrics', { cluster: without[0] ?? '' });
  const used = new Map(
    answers.flatMap(({ place, answer = [] }) =>
      answer.map((usage) => [keyOf(place.environment, place.cluster.name, usage), sumOf(usage)]),
    ),
  );
  return {
    pods: pods.map((one) => {
      const amounts = used.get(keyOf(one.environment, one.cluster, one.pod));
      return amounts ? { ...one, used: amounts } : one;
    }),
    unmeasured: [...new Set([...without, ...away])],
  };
}

function keyOf(environment: string, cluster: string, { namespace, name }: { namespace: string; name: string }): string {
  return [environment, cluster, namespace, name].join('/');
}

function sumOf({ containers }: PodUsage): Amounts {
  const sum = (which: keyof Amounts): number => containers.reduce((total, { used }) => total + used[which], 0);
  return { cpu: sum('cpu'), memory: sum('memory') };
}
