import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkloadRef } from '../../src/domain/workload.ts';
import { markOf } from '../contracts/cluster.bench.ts';
import { type RealBench, realBench } from './bench.ts';
import { whyNot } from './guard.ts';

/** Only a real API server admits: what its PodSecurity says, as a warning and as a refusal of pods. */
describe.skipIf(whyNot(process.env))('admission by PodSecurity', () => {
  let bench: RealBench;
  beforeAll(async () => {
    bench = await realBench();
    const labels = Object.fromEntries(
      ['warn', 'enforce'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
    );
    await bench.write(
      'PATCH',
      `/api/v1/namespaces/${bench.namespace}`,
      { metadata: { labels } },
      'application/merge-patch+json',
    );
    await bench.deploy({ kind: 'Deployment', name: 'refused' });
  });
  afterAll(() => bench?.close());
  const ref = (): WorkloadRef => ({ kind: 'Deployment', namespace: bench.namespace, name: 'refused' });

  it('is shown as what keeps the rollout from going on', async () => {
    const seen = await bench.until(
      () => bench.cluster.rollout(ref()),
      (r) => r.problems.length > 0,
    );
    expect(seen).toMatchObject({ state: 'progressing', reason: 'FailedCreate' });
    expect(seen.problems[0]).toMatchObject({
      pod: '',
      message: expect.stringContaining('violates PodSecurity "restricted:latest"'),
    });
  });

  it('comes back as warnings of a dry run', async () => {
    const plan = await bench.cluster.workload(ref());
    const change = { expect: plan ?? expect.unreachable(), mark: markOf('warned'), dryRun: true };
    const { warnings } = await bench.cluster.restart(ref(), change);
    expect(warnings).toEqual([expect.stringContaining('would violate PodSecurity "restricted:latest"')]);
  });
});
