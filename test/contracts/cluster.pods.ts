import { expect, it } from 'vitest';
import type { PodRow, WorkloadRef } from '../../src/domain/workload.ts';
import { type ClusterBench, deployed, KINDS, refOf } from './cluster.bench.ts';

/** The pods of one workload, and deleting some. */
export function podsOf(reach: () => ClusterBench): void {
  const live = async (bench: ClusterBench, ref: WorkloadRef): Promise<readonly PodRow[]> =>
    ((await bench.cluster.podsOf(ref)) ?? []).filter(({ status }) => status !== 'Terminating');

  it.each(KINDS)('knows the pods of a %s by their owner, and none of another with the same labels', async (kind) => {
    const bench = reach();
    const ref = await deployed(bench, { kind, name: `owner-${kind.toLowerCase()}`, replicas: 2 });
    const twin = kind === 'DaemonSet' ? 'Deployment' : 'DaemonSet';
    await deployed(bench, { kind: twin, name: ref.name });
    const labelled = await bench.cluster.pods({ namespace: bench.namespace, selector: `app=${ref.name}` });
    const mine = await live(bench, ref);
    const others = await live(bench, refOf(bench, twin, ref.name));
    expect(mine.length).toBeGreaterThan(0);
    expect(others.length).toBeGreaterThan(0);
    expect([...mine, ...others].map(({ name }) => name).sort()).toEqual(labelled.pods.map(({ name }) => name).sort());
    expect(mine.map(({ uid }) => uid)).not.toEqual(expect.arrayContaining([others[0]!.uid]));
    expect(await bench.cluster.podsOf(refOf(bench, kind, 'nobody'))).toBeUndefined();
  });

  it.each(KINDS)('deletes a pod of a %s that is still the same one, and another comes', async (kind) => {
    const bench = reach();
    const ref = await deployed(bench, { kind, name: `bereft-${kind.toLowerCase()}`, replicas: 2 });
    const [{ name, uid }, ...rest] = (await live(bench, ref)) as [PodRow, ...PodRow[]];
    const uids = async (): Promise<readonly string[]> => (await live(bench, ref)).map((pod) => pod.uid);
    await bench.cluster.deletePods(ref, { pods: [{ name, uid }], dryRun: true });
    await bench.cluster.deletePods(ref, { pods: [{ name, uid: rest[0]?.uid ?? 'another' }], dryRun: false });
    await bench.cluster.deletePods(ref, { pods: [{ name: 'nobody', uid }], dryRun: false });
    expect(await uids()).toContain(uid);
    await bench.cluster.deletePods(ref, { pods: [{ name, uid }], dryRun: false });
    await bench.until(uids, (now) => !now.includes(uid) && now.length === rest.length + 1);
    const after = await uids();
    await bench.cluster.deletePods(ref, { pods: [{ name, uid }], dryRun: false });
    expect(await uids()).toEqual(after);
    for (const other of rest) expect(after).toContain(other.uid);
  });

  it('says which right is missing to delete a pod', async () => {
    const bench = reach();
    const nobody = refOf(bench, 'Deployment', 'nobody');
    await expect(
      bench.visitor.deletePods(nobody, { pods: [{ name: 'x', uid: 'u' }], dryRun: true }),
    ).rejects.toMatchObject({ kind: 'forbidden', message: expect.stringContaining('cannot delete resource "pods"') });
    await expect(bench.visitor.podsOf(nobody)).rejects.toMatchObject({ kind: 'forbidden' });
  });
}
