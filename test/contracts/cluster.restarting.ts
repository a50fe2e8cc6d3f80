import { expect, it } from 'vitest';
import { type ClusterBench, deployed, done, KINDS, markOf, refOf, restart, workloadOf } from './cluster.bench.ts';

export function restarting(reach: () => ClusterBench): void {
  it.each(KINDS)('restarts a %s to the end, and remembers each run', async (kind) => {
    const bench = reach();
    const name = `again-${kind.toLowerCase()}`;
    const ref = await deployed(bench, { kind, name, replicas: 2 });
    const before = await workloadOf(bench, ref);
    const query = { namespace: bench.namespace, selector: before.selector };
    const old = (await bench.cluster.pods(query)).pods.map((p) => p.uid);
    const hash = await restart(bench, ref, `${name}-1`);
    expect(await bench.cluster.restartHappened(ref, `${name}-1`)).toBe(true);
    await done(bench, ref);
    const after = await workloadOf(bench, ref);
    expect(after).toMatchObject({ uid: before.uid, templateHash: hash, revision: 2, generation: 2 });
    const { pods } = await bench.until(
      () => bench.cluster.pods(query),
      (list) => list.pods.length === old.length && list.pods.every((p) => p.status === 'Running'),
    );
    expect(pods.filter((p) => old.includes(p.uid))).toEqual([]);
    expect(await bench.cluster.rollout(ref)).toMatchObject({
      state: 'done',
      desired: old.length,
      updated: old.length,
      ready: old.length,
      available: old.length,
      problems: [],
    });
    await restart(bench, ref, `${name}-2`);
    await done(bench, ref);
    expect(await bench.cluster.restartHappened(ref, `${name}-2`)).toBe(true);
    expect(await bench.cluster.restartHappened(ref, `${name}-1`)).toBe(true);
    expect(await bench.cluster.restartHappened(ref, `${name}-3`)).toBe(false);
  });

  it('restarts a template whose strings JSON may write in two ways', async () => {
    const bench = reach();
    const ref = refOf(bench, 'Deployment', 'escapes');
    await bench.deploy({ kind: 'Deployment', name: 'escapes', command: ['/pause', 'a && b <c> "d" é \u2028'] });
    await bench.until(
      () => bench.cluster.workload(ref),
      (w) => w?.revision === 1,
    );
    const before = await workloadOf(bench, ref);
    expect(await restart(bench, ref, 'escapes-1', before)).toBe((await workloadOf(bench, ref)).templateHash);
  });

  it('changes nothing in a dry run, and foretells the template', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'dry' });
    const before = await workloadOf(bench, ref);
    const change = { expect: before, mark: markOf('dry-1') };
    const dry = await bench.cluster.restart(ref, { ...change, dryRun: true });
    expect(dry.templateHash).not.toBe(before.templateHash);
    expect(dry.warnings).toEqual([]);
    expect(await workloadOf(bench, ref)).toEqual(before);
    expect(await bench.cluster.restartHappened(ref, 'dry-1')).toBe(false);
    const real = await bench.cluster.restart(ref, { ...change, dryRun: false });
    expect(real.templateHash).toBe(dry.templateHash);
  });
}
