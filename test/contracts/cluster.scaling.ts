import { expect, it } from 'vitest';
import type { Surroundings } from '../../src/domain/workload.ts';
import { type ClusterBench, deployed, done, refOf, workloadOf } from './cluster.bench.ts';

export function scaling(reach: () => ClusterBench): void {
  it.each(['Deployment', 'StatefulSet'] as const)('scales a %s up, down, to zero and back', async (kind) => {
    const bench = reach();
    const ref = await deployed(bench, { kind, name: `sized-${kind.toLowerCase()}`, replicas: 2 });
    const { uid } = await workloadOf(bench, ref);
    let from = 2;
    for (const to of [3, 1, 0, 2]) {
      const change = { expect: { uid, replicas: from }, replicas: to };
      expect(await bench.cluster.scale(ref, { ...change, dryRun: true })).toEqual({ warnings: [] });
      expect(await workloadOf(bench, ref)).toMatchObject({ desired: from });
      await bench.cluster.scale(ref, { ...change, dryRun: false });
      await done(bench, ref);
      expect(await workloadOf(bench, ref)).toMatchObject({ uid, desired: to });
      const query = { namespace: bench.namespace, selector: `app=${ref.name}` };
      await bench.until(
        () => bench.cluster.pods(query),
        ({ pods }) => pods.length === to,
      );
      from = to;
    }
  });

  it('does not scale what is no longer as the plan saw it', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'resized', replicas: 2 });
    const { uid } = await workloadOf(bench, ref);
    const to = (expected: { uid: string; replicas: number }, replicas = 3) =>
      bench.cluster.scale(ref, { expect: expected, replicas, dryRun: false });
    await expect(to({ uid, replicas: 1 })).rejects.toMatchObject({ kind: 'changed' });
    await expect(to({ uid, replicas: 0 })).rejects.toMatchObject({ kind: 'changed' });
    await expect(to({ uid: 'other', replicas: 2 })).rejects.toMatchObject({ kind: 'changed' });
    await expect(to({ uid, replicas: 2 }, -1)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('must be greater than or equal to 0'),
    });
    await bench.cluster.scale(ref, { expect: { uid, replicas: 2 }, replicas: 0, dryRun: false });
    await expect(to({ uid, replicas: 2 })).rejects.toMatchObject({ kind: 'changed' });
    expect(await workloadOf(bench, ref)).toMatchObject({ desired: 0 });
  });

  it('refuses to scale what is not there, and what it may not', async () => {
    const bench = reach();
    const change = { expect: { uid: 'u', replicas: 1 }, replicas: 2, dryRun: false };
    const nobody = refOf(bench, 'Deployment', 'nobody');
    await expect(bench.cluster.scale(nobody, change)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(bench.cluster.budgets(nobody)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(bench.cluster.surroundings(nobody)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(bench.visitor.scale(nobody, change)).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('cannot patch resource "deployments/scale" in API group "apps"'),
    });
  });

  it('sees what else has a say in the replicas', async () => {
    const bench = reach();
    const annotations = {
      'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:x/watched',
      'meta.helm.sh/release-name': 'shop',
    };
    const ref = await deployed(bench, { kind: 'Deployment', name: 'watched', replicas: 2, annotations });
    const other = await deployed(bench, { kind: 'Deployment', name: 'unwatched' });
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'watched' };
    await bench.beside('horizontalpodautoscalers', 'watched', {
      spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 6 },
    });
    const selector = { matchExpressions: [{ key: 'app', operator: 'In', values: ['watched'] }] };
    await bench.beside(
      'poddisruptionbudgets',
      'watched',
      { spec: { minAvailable: 2, selector } },
      { desiredHealthy: 2 },
    );
    const hard = { pods: '500' };
    await bench.beside('resourcequotas', 'team', { spec: { hard } }, { hard, used: { pods: '3' } });
    const seen = await bench.until(
      () => bench.cluster.surroundings(ref),
      (s: Surroundings) => s.budgets[0]?.wants === 2 && s.quota !== undefined,
    );
    expect(seen).toEqual({
      autoscaler: { name: 'watched', min: 2, max: 6, keda: false },
      budgets: [{ name: 'watched', wants: 2 }],
      quota: { name: 'team', resource: 'pods', room: expect.any(Number) },
      owners: [
        { kind: 'argocd', name: 'shop' },
        { kind: 'helm', name: 'shop' },
      ],
      unseen: [],
    });
    expect(await bench.cluster.budgets(ref)).toEqual(seen.budgets);
    expect(await bench.cluster.budgets(other)).toEqual([]);
    expect(seen.quota?.room).toBeGreaterThan(0);
    expect(seen.quota?.room).toBeLessThan(500);
    expect(await bench.cluster.surroundings(other)).toMatchObject({ budgets: [], owners: [], unseen: [] });
    expect((await bench.cluster.surroundings(other)).autoscaler).toBeUndefined();
  });
}
