import { expect, it } from 'vitest';
import { type ClusterBench, deployed, KINDS, markOf, refOf, restart, workloadOf } from './cluster.bench.ts';

export function refusing(reach: () => ClusterBench): void {
  it('refuses when uid or template are not those of the plan', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'moved' });
    const plan = await workloadOf(bench, ref);
    await expect(restart(bench, ref, 'r', { ...plan, uid: 'other' })).rejects.toMatchObject({ kind: 'changed' });
    await bench.setImage(ref, 'registry.k8s.io/pause:3.9');
    await expect(restart(bench, ref, 'r', plan)).rejects.toMatchObject({ kind: 'changed' });
    await expect(bench.cluster.restart(ref, { expect: plan, mark: markOf('r'), dryRun: true })).rejects.toMatchObject({
      kind: 'changed',
    });
    expect(await bench.cluster.restartHappened(ref, 'r')).toBe(false);
  });

  it('goes on when only something else of the spec has moved', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'scaled' });
    const plan = await workloadOf(bench, ref);
    await bench.scale(ref, 2);
    await restart(bench, ref, 'scaled-1', plan);
    expect(await bench.cluster.restartHappened(ref, 'scaled-1')).toBe(true);
  });

  it.each(KINDS)('lets exactly one of several restarts of a %s win', async (kind) => {
    const bench = reach();
    const name = `race-${kind.toLowerCase()}`;
    const ref = await deployed(bench, { kind, name });
    const plan = await workloadOf(bench, ref);
    const runs = ['a', 'b', 'c', 'd'].map((id) => `${name}-${id}`);
    const results = await Promise.allSettled(runs.map((run) => restart(bench, ref, run, plan)));
    const won = results.flatMap((r, i) => (r.status === 'fulfilled' ? [runs[i]] : []));
    expect(won).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'ClusterError', kind: 'changed' });
    }
    const happened = await Promise.all(runs.map((run) => bench.cluster.restartHappened(ref, run)));
    expect(runs.filter((_, i) => happened[i])).toEqual(won);
  });

  it('refuses a paused deployment', async () => {
    const bench = reach();
    const ref = refOf(bench, 'Deployment', 'paused');
    await bench.deploy({ kind: 'Deployment', name: 'paused', paused: true });
    const plan = await workloadOf(bench, ref);
    expect(plan.paused).toBe(true);
    await expect(restart(bench, ref, 'r', plan)).rejects.toMatchObject({ kind: 'paused' });
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.reason === 'DeploymentPaused',
    );
    expect(seen.state).toBe('progressing');
  });

  it('says what right is missing', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'guarded' });
    const plan = await workloadOf(bench, ref);
    const { visitor, visitorName, namespace } = bench;
    expect(await visitor.version()).toMatch(/^v1\./);
    await expect(visitor.pods({ namespace })).rejects.toMatchObject({
      name: 'ClusterError',
      kind: 'forbidden',
      message: `pods is forbidden: User "${visitorName}" cannot list resource "pods" in API group "" in the namespace "${namespace}"`,
    });
    await expect(visitor.pods({})).rejects.toMatchObject({ message: expect.stringContaining('at the cluster scope') });
    const change = { expect: plan, mark: markOf('r'), dryRun: false };
    await expect(visitor.restart(ref, change)).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining(`deployments.apps "guarded" is forbidden: User "${visitorName}" cannot get`),
    });
    await expect(visitor.workload(ref)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('says that the credentials are wrong', async () => {
    const { stranger } = reach();
    await expect(stranger.namespaces()).rejects.toMatchObject({ name: 'ClusterError', kind: 'unauthorized' });
  });
}
