import type { PodQuery } from '../../ports/cluster.ts';
import type { Amounts, ContainerUsage, NodeUsage, PodUsage } from '../../ports/cluster-usage.ts';
import { HttpError } from './errors.ts';
import { firstRows } from './lists.ts';
import type { Container, List, Meta, Pod, Quantities } from './objects.ts';
import { amountsOf, NONE, plus, running } from './requests.ts';
import type { Rest } from './rest.ts';
import { listPath } from './workload.ts';

const METRICS = '/apis/metrics.k8s.io/v1beta1';
/** More pods or nodes than any cluster has, nearly. */
const MOST = 20_000;

/** metrics.k8s.io/v1beta1 */
interface Metrics {
  readonly metadata?: Meta;
  readonly usage?: Quantities;
  readonly containers?: readonly { readonly name?: string; readonly usage?: Quantities }[];
}

interface Node {
  readonly metadata?: Meta;
  readonly status?: { readonly allocatable?: Quantities };
}

/** `undefined` when the cluster has no metrics. */
export async function podUsage(
  rest: Rest,
  { namespace, selector }: PodQuery,
  signal: AbortSignal,
): Promise<readonly PodUsage[] | undefined> {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const [measured, pods] = await Promise.all([
    metricsOf(rest, `${METRICS}${scope}/pods`, selector, signal),
    podsOf(rest, { namespace, selector }, signal),
  ]);
  const known = new Map(pods.map((pod) => [keyOf(pod.metadata), pod]));
  return measured?.flatMap(({ metadata, containers = [] }) => {
    const pod = known.get(keyOf(metadata));
    // One that has gone meanwhile.
    if (!pod) return [];
    const asked = new Map(running(pod).map((container) => [container.name ?? '', container]));
    const { namespace: where = '', name = '', labels = {} } = pod.metadata ?? {};
    return [{ namespace: where, name, labels, containers: containers.map((one) => usageOf(one, asked)) }];
  });
}

/** `undefined` when the cluster has no metrics. */
export async function nodeUsage(
  rest: Rest,
  { selector }: Pick<PodQuery, 'selector'>,
  signal: AbortSignal,
): Promise<readonly NodeUsage[] | undefined> {
  const [measured, { items: nodes }, pods] = await Promise.all([
    metricsOf(rest, `${METRICS}/nodes`, selector, signal),
    firstRows<Node>(rest, { path: listPath('api/v1', 'nodes'), selector, limit: MOST, count: false }, signal),
    podsOf(rest, {}, signal),
  ]);
  if (!measured) return undefined;
  const used = new Map(measured.map(({ metadata, usage }) => [metadata?.name, amountsOf(usage)]));
  const placed = new Map<string, Pod[]>();
  for (const pod of pods.filter(({ status }) => !/^(Succeeded|Failed)$/.test(status?.phase ?? ''))) {
    const node = pod.spec?.nodeName ?? '';
    const there = placed.get(node);
    if (there) there.push(pod);
    else placed.set(node, [pod]);
  }
  return nodes.flatMap(({ metadata: { name = '', labels = {} } = {}, status }) => {
    const now = used.get(name);
    const containers = (placed.get(name) ?? []).flatMap(running);
    const sumOf = (which: 'requests' | 'limits'): Amounts =>
      containers.map(({ resources }) => amountsOf(resources?.[which])).reduce(plus, NONE);
    const sums = { requests: sumOf('requests'), limits: sumOf('limits') };
    return now ? [{ name, labels, used: now, allocatable: amountsOf(status?.allocatable), ...sums }] : [];
  });
}

/** No such API: 404; one whose server (metrics-server) is away: 503, while the API server answers everything else. */
async function metricsOf(
  rest: Rest,
  path: string,
  labelSelector: string | undefined,
  signal: AbortSignal,
): Promise<readonly Metrics[] | undefined> {
  try {
    return (await rest.get<List<Metrics>>(path, { labelSelector }, signal)).items ?? [];
  } catch (error) {
    if (error instanceof HttpError && (error.statusCode === 404 || error.statusCode === 503)) return undefined;
    throw error;
  }
}

async function podsOf(rest: Rest, { namespace, selector }: PodQuery, signal: AbortSignal): Promise<readonly Pod[]> {
  const path = listPath('api/v1', 'pods', namespace);
  return (await firstRows<Pod>(rest, { path, selector, limit: MOST, count: false }, signal)).items;
}

function usageOf(
  { name = '', usage }: { readonly name?: string; readonly usage?: Quantities },
  asked: ReadonlyMap<string, Container>,
): ContainerUsage {
  const { requests, limits } = asked.get(name)?.resources ?? {};
  return { name, used: amountsOf(usage), requests: amountsOf(requests), limits: amountsOf(limits) };
}

const keyOf = (metadata: Meta | undefined): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
