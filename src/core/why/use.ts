import type { Facts } from '../../domain/why/facts.ts';
import type { Finding, UseSaid } from '../../domain/why/finding.ts';
import { type Cluster, ClusterError } from '../../ports/cluster.ts';
import type { ContainerUsage } from '../../ports/cluster-usage.ts';
import { timeLimit } from '../wake.ts';
import type { TimeLeft } from './time-left.ts';

const USE_MS = 3_000;

/** The findings, those of memory with what the same container uses now in the pods that run: what it used when it was killed nobody keeps. */
export async function withUse(
  findings: readonly Finding[],
  facts: Facts,
  cluster: Pick<Cluster, 'podUsage'>,
  time: TimeLeft,
): Promise<readonly Finding[]> {
  if (!findings.some(({ cause }) => cause.id === 'oom-killed')) return findings;
  const seen = await measured(facts, cluster, time);
  return findings.map((finding) => {
    const { cause, evidence } = finding;
    if (cause.id !== 'oom-killed') return finding;
    return { ...finding, evidence: [{ use: seen(cause.container) }, ...evidence] };
  });
}

/** What there is to say of a container's memory, by its name. */
async function measured(
  facts: Facts,
  cluster: Pick<Cluster, 'podUsage'>,
  { signal, ms }: TimeLeft,
): Promise<(container: string) => UseSaid> {
  const { namespace } = facts;
  const names = new Set(facts.pods.map(({ name }) => name));
  try {
    const query = { namespace, ...selectorOf(facts) };
    const pods = await cluster.podUsage(query, { signal: timeLimit(Math.min(USE_MS, ms), signal) });
    if (!pods) return () => ({ is: 'no-metrics' });
    const all = pods.filter(({ name }) => names.has(name)).flatMap(({ containers }) => containers);
    return (container) => useOf(all.filter(({ name, used }) => name === container && used.memory > 0));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClusterError) return () => ({ is: 'failed' });
    throw error;
  }
}

function useOf(containers: readonly ContainerUsage[]): UseSaid {
  const [most] = [...containers].sort((a, b) => b.used.memory - a.used.memory);
  if (!most) return { is: 'unmeasured' };
  return { is: 'measured', bytes: most.used.memory, limit: most.limits.memory, pods: containers.length };
}

/** The workload's own, which finds pods of older templates too. All pods of the namespace are measured where a lone pod has no label. */
function selectorOf({ workload, pods }: Facts): { readonly selector?: string } {
  const ofPod = Object.entries(pods[0]?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const selector = workload?.selector ?? ofPod.join(',');
  return selector === '' ? {} : { selector };
}
