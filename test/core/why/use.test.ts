import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/core/why/diagnose.ts';
import { showDiagnosis } from '../../../src/core/why/show.ts';
import { plainText } from '../../../src/core/wording.ts';
import type { ContainerFacts } from '../../../src/domain/why/facts.ts';
import { sentences } from '../../../src/messages/catalog.ts';
import { type Cluster, ClusterError, type PodQuery } from '../../../src/ports/cluster.ts';
import type { ContainerUsage, PodUsage } from '../../../src/ports/cluster-usage.ts';
import { fakeImages } from '../../fakes/images.ts';
import { ago, factsOf, failing, NOW, podOf, waiting, workloadOf } from '../../support/facts.ts';

const MI = 1024 * 1024;
const subject = { kind: 'Deployment' as const, namespace: 'shop', name: 'checkout' };
const killed: Partial<ContainerFacts> = {
  state: waiting('CrashLoopBackOff'),
  last: { exitCode: 137, reason: 'OOMKilled', message: '', at: ago(60) },
  restarts: 4,
  limits: { memory: '256Mi' },
};
const facts = factsOf({ pods: [failing(killed), podOf({ name: 'checkout-2' }), podOf({ name: 'checkout-3' })] });

const uses = (memory: number, name = 'app', limit = 256): ContainerUsage => ({
  name,
  used: { cpu: 0, memory: memory * MI },
  requests: { cpu: 0, memory: 0 },
  limits: { cpu: 0, memory: limit * MI },
});
const pod = (name: string, ...containers: readonly ContainerUsage[]): PodUsage => ({
  namespace: 'shop',
  name,
  labels: {},
  containers,
});

/** What stands under the cause, and what was asked for. */
async function told(podUsage: Cluster['podUsage'], of = facts, signal = new AbortController().signal) {
  const asked: PodQuery[] = [];
  const cluster = {
    facts: async () => of,
    logs: async () => undefined,
    podUsage: (query: PodQuery) => {
      asked.push(query);
      return podUsage(query);
    },
  };
  const diagnosis = await diagnose(cluster, subject, {
    images: fakeImages(),
    now: NOW,
    until: performance.now() + 10_000,
    signal,
  });
  const { blocks } = showDiagnosis(diagnosis!, { environment: 'production', cluster: 'main' }, NOW, sentences('en'));
  const lines = blocks.flatMap((block) => (block.kind === 'context' ? block.lines.map(plainText) : []));
  return { lines, asked };
}

describe('killed for its memory', () => {
  it('says the limit, and what the same container uses now in the pods that run', async () => {
    const others = [
      pod('checkout-2', uses(243), uses(900, 'proxy')),
      pod('checkout-3', uses(120)),
      pod('cart-1', uses(999)),
    ];
    const { lines, asked } = await told(async () => others);
    expect(lines).toEqual([
      'Memory now: 243 MiB of 256 MiB (95 %) at most in the 2 pods that could be measured; what it used when it was killed is not kept.',
      'OOMKilled, 1m ago: app: exit code 137',
    ]);
    expect(asked).toEqual([{ namespace: 'shop', selector: 'app=checkout' }]);
    expect((await told(async () => [pod('checkout-2', uses(400, 'app', 0))])).lines[0]).toBe(
      'Memory now: 400 MiB, without a limit in the 1 pod that could be measured; what it used when it was killed is not kept.',
    );
  });

  it('measures pods of older templates too: whatever labels the newest have, it is the workload that selects', async () => {
    const workload = workloadOf({ selector: 'app=checkout', labels: { app: 'checkout', track: 'new' } });
    const { lines, asked } = await told(async () => [pod('checkout-2', uses(243))], { ...facts, workload });
    expect(asked).toEqual([{ namespace: 'shop', selector: 'app=checkout' }]);
    expect(lines[0]).toMatch(/^Memory now: 243 MiB/);
    const { workload: _, ...alone } = facts;
    expect((await told(async () => [], alone)).asked).toEqual([{ namespace: 'shop', selector: 'app=checkout' }]);
  });

  it('says why there is nothing to compare', async () => {
    expect((await told(async () => [pod('checkout-2', uses(0))])).lines[0]).toMatch(
      /no pod of it has run for long enough/,
    );
    expect((await told(async () => undefined)).lines[0]).toMatch(/has no metrics API/);
    const refused = () => Promise.reject(new ClusterError('forbidden', 'main', 'pods.metrics.k8s.io is forbidden'));
    expect((await told(refused)).lines[0]).toMatch(/metrics could not be read/);
  });

  it('of what was not killed for its memory nothing is measured; nor for whom nobody waits', async () => {
    const { asked } = await told(async () => [], factsOf({ pods: [podOf()] }));
    expect(asked).toEqual([]);
    const stopping = AbortSignal.abort(new Error('stopping'));
    const away = () => Promise.reject(new ClusterError('away', 'main', 'stopped'));
    await expect(told(away, facts, stopping)).rejects.toThrow('stopping');
  });
});
