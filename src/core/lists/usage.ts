import { userError } from '../../messages/user-error.ts';
import type { Amounts, ContainerUsage, NodeUsage, PodUsage } from '../../ports/cluster-usage.ts';
import { cpu, memory } from '../amounts.ts';
import { isPodOf } from '../target-words.ts';
import type { ListItem, ListSpec } from './spec.ts';

/** What `top` shows: kubectl's figures, with requests and limits beside them. Pure but for the call. */

export const USAGE_SORTS = ['limits', 'cpu', 'memory'] as const;
export type UsageSort = (typeof USAGE_SORTS)[number];

/** From this share of a limit, or of a node, on it is near. */
const NEAR = 0.9;

/** Each pod, or each of its containers. */
export function podUsageSpec(sort: UsageSort, containers: boolean): ListSpec {
  return {
    name: containers ? 'containerUsage' : 'podUsage',
    aliases: [],
    scope: 'namespace',
    calls: ['podUsage', 'namespaces'],
    columns: { CPU: 'CPU', 'REQ/LIM': 'CPU asked', MEMORY: 'Memory', 'MEM REQ/LIM': 'Memory asked' },
    ofPods: true,
    ofWorkload: containers ? 'top pods --containers' : 'top pods',
    next: 'why',
    examples: [],
    fits: ({ name }, reading) => isPodOf(name.split('/')[0] ?? '', reading),
    async read(cluster, { namespace, selector }, options) {
      const pods = await cluster.podUsage({ namespace, selector }, options);
      if (!pods) throw userError('no-metrics', { cluster: cluster.name });
      const items = pods.flatMap((pod) =>
        containers
          ? pod.containers.map((one) => podItem(pod, `${pod.name}/${one.name}`, [one], sort))
          : [podItem(pod, pod.name, pod.containers, sort)],
      );
      return { items, more: 0 };
    },
  };
}

export function nodeUsageSpec(sort: UsageSort): ListSpec {
  return {
    name: 'nodeUsage',
    aliases: [],
    scope: 'cluster',
    calls: ['nodeUsage'],
    columns: {
      CPU: 'CPU',
      '%': 'CPU share',
      MEMORY: 'Memory',
      'MEM %': 'Memory share',
      'REQUESTS CPU/MEM': 'Requests',
    },
    wide: { 'LIMITS CPU/MEM': 'Limits' },
    examples: [],
    async read(cluster, { selector }, options) {
      const nodes = await cluster.nodeUsage({ selector }, options);
      if (!nodes) throw userError('no-metrics', { cluster: cluster.name });
      return { items: nodes.map((node) => nodeItem(node, sort)), more: 0 };
    },
  };
}

function podItem(pod: PodUsage, name: string, containers: readonly ContainerUsage[], sort: UsageSort): ListItem {
  const sum = (of: (one: ContainerUsage) => Amounts, which: keyof Amounts): number =>
    containers.reduce((total, one) => total + of(one)[which], 0);
  // Where one container has no limit, the pod has none.
  const limit = (which: keyof Amounts): number =>
    containers.every(({ limits }) => limits[which] > 0) ? sum(({ limits }) => limits, which) : 0;
  const used = { cpu: sum((one) => one.used, 'cpu'), memory: sum((one) => one.used, 'memory') };
  const asked = { cpu: sum((one) => one.requests, 'cpu'), memory: sum((one) => one.requests, 'memory') };
  const shares = containers.flatMap((one) => [
    shareOf(one.used.cpu, one.limits.cpu),
    shareOf(one.used.memory, one.limits.memory),
  ]);
  return {
    namespace: pod.namespace,
    name,
    labels: pod.labels,
    cells: {
      CPU: cpu(used.cpu),
      'CPU asked': `${orNone(cpu, asked.cpu)}/${orNone(cpu, limit('cpu'))}`,
      Memory: memory(used.memory),
      'Memory asked': `${orNone(memory, asked.memory)}/${orNone(memory, limit('memory'))}`,
    },
    ...urgencyOf(Math.max(0, ...shares), used, sort),
  };
}

function nodeItem({ name, labels, used, allocatable, requests, limits }: NodeUsage, sort: UsageSort): ListItem {
  const share = { cpu: shareOf(used.cpu, allocatable.cpu), memory: shareOf(used.memory, allocatable.memory) };
  const ofNode = (amounts: Amounts): string =>
    `${percent(shareOf(amounts.cpu, allocatable.cpu))}%/${percent(shareOf(amounts.memory, allocatable.memory))}%`;
  return {
    namespace: '',
    name,
    labels,
    cells: {
      CPU: cpu(used.cpu),
      'CPU share': percent(share.cpu),
      Memory: memory(used.memory),
      'Memory share': percent(share.memory),
      Requests: ofNode(requests),
      Limits: ofNode(limits),
    },
    ...urgencyOf(Math.max(share.cpu, share.memory), used, sort),
  };
}

function urgencyOf(share: number, used: Amounts, sort: UsageSort): Pick<ListItem, 'urgency' | 'order'> {
  const urgency = share >= NEAR ? Math.max(0, 1 - share) : 2 - share;
  return sort === 'limits' ? { urgency } : { urgency, order: -used[sort] };
}

const shareOf = (used: number, of: number): number => (of > 0 ? used / of : 0);
const percent = (share: number): string => `${Math.floor(share * 100 + 1e-9)}`;
const orNone = (write: (amount: number) => string, amount: number): string => (amount > 0 ? write(amount) : '-');
