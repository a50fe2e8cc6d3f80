import { expect, it } from 'vitest';
import type { Workload } from '../../src/domain/workload.ts';
import { type ClusterBench, deployed, done, GOOD_IMAGE, KINDS, refOf, restart, workloadOf } from './cluster.bench.ts';

export function reading(reach: () => ClusterBench): void {
  it('tells its version and its namespaces', async () => {
    const { cluster, namespace } = reach();
    expect(await cluster.version()).toMatch(/^v1\.\d+\.\d+/);
    expect(await cluster.namespaces()).toEqual(expect.arrayContaining(['default', 'kube-system', namespace]));
  });

  it('lists pods by namespace and selector, and counts what is over the limit', async () => {
    const bench = reach();
    await deployed(bench, { kind: 'Deployment', name: 'listed', replicas: 3 });
    const query = { namespace: bench.namespace, selector: 'app=listed' };
    const { pods, more } = await bench.cluster.pods(query);
    expect(more).toBe(0);
    expect(pods).toHaveLength(3);
    const names = pods.map((p) => p.name);
    expect(names).toEqual([...names].sort());
    expect(pods[0]).toMatchObject({
      namespace: bench.namespace,
      status: 'Running',
      readyContainers: 1,
      containers: 1,
      restarts: 0,
      images: [GOOD_IMAGE],
      labels: { app: 'listed' },
    });
    expect(pods[0]?.name).toMatch(/^listed-[a-z0-9]+-[a-z0-9]{5}$/);
    expect(pods[0]).toMatchObject({ node: expect.any(String), ip: expect.any(String), uid: expect.any(String) });
    expect(pods[0]?.problem).toBeUndefined();
    const first = await bench.cluster.pods({ ...query, limit: 1 });
    expect(first).toMatchObject({ pods: [{ name: names[0] }], more: 2 });
    const all = await bench.cluster.pods({ namespace: bench.namespace });
    const some = await bench.cluster.pods({ namespace: bench.namespace, limit: 2 });
    expect(some.pods.length + some.more).toBe(all.pods.length);
  });

  it('understands set-based selectors, and everywhere', async () => {
    const bench = reach();
    await deployed(bench, { kind: 'Deployment', name: 'sets-a' });
    await deployed(bench, { kind: 'Deployment', name: 'sets-b' });
    const count = async (selector: string, namespace?: string): Promise<number> =>
      (await bench.cluster.pods({ selector, ...(namespace && { namespace }) })).pods.length;
    expect(await count('app in (sets-a,sets-b)', bench.namespace)).toBe(2);
    expect(await count('app in (sets-a, sets-b),app notin (sets-b)', bench.namespace)).toBe(1);
    expect(await count('app!=sets-a,app==sets-b', bench.namespace)).toBe(1);
    expect(await count('app in (sets-a),!nope', bench.namespace)).toBe(1);
    expect(await count('pod-template-hash,app=sets-a')).toBe(1);
    await expect(count('a b')).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('unable to parse'),
    });
  });

  it.each(KINDS)('reads a %s: what a plan needs', async (kind) => {
    const bench = reach();
    const name = `read-${kind.toLowerCase()}`;
    const ref = await deployed(bench, { kind, name, replicas: 2 });
    const workload = await workloadOf(bench, ref);
    expect(workload).toMatchObject({
      ref,
      generation: 1,
      paused: false,
      selector: `app=${name}`,
      images: [GOOD_IMAGE],
      updateStrategy: 'RollingUpdate',
      progressDeadlineSeconds: 600,
      revision: 1,
    });
    expect(workload.templateHash).toMatch(/^[0-9a-f]{64}$/);
    expect(workload.desired).toBeGreaterThan(0);
    const rows = await bench.cluster.workloads({ namespace: bench.namespace, kind });
    const { desired } = workload;
    expect(rows.find((r) => r.ref.name === name)).toMatchObject({ ref, desired, ready: desired, images: [GOOD_IMAGE] });
    const every = await bench.cluster.workloads({ namespace: bench.namespace });
    expect(every.map((r) => r.ref)).toContainEqual(ref);
  });

  it('answers what is not there', async () => {
    const bench = reach();
    for (const kind of KINDS) {
      const ref = refOf(bench, kind, 'nobody');
      expect(await bench.cluster.workload(ref)).toBeUndefined();
      expect(await bench.cluster.rollout(ref)).toMatchObject({ state: 'gone' });
      await expect(restart(bench, ref, 'r', { uid: 'u', templateHash: 'h' } as Workload)).rejects.toMatchObject({
        kind: 'not-found',
      });
      await expect(bench.cluster.restartHappened(ref, 'r')).rejects.toMatchObject({ kind: 'not-found' });
    }
    const elsewhere = { ...refOf(bench, 'Deployment', 'nobody'), namespace: 'no-such-namespace' };
    expect(await bench.cluster.workload(elsewhere)).toBeUndefined();
    expect(await bench.cluster.pods({ namespace: 'no-such-namespace' })).toEqual({ pods: [], more: 0 });
  });

  it('reports OnDelete, under which a new template waits for hands', async () => {
    const bench = reach();
    const ref = refOf(bench, 'StatefulSet', 'by-hand');
    await bench.deploy({ kind: 'StatefulSet', name: 'by-hand', onDelete: true });
    await done(bench, ref);
    expect(await workloadOf(bench, ref)).toMatchObject({ updateStrategy: 'OnDelete' });
    await restart(bench, ref, 'by-hand-1');
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.reason === 'OnDelete' && r.updated === 0,
    );
    expect(seen.state).toBe('progressing');
  });
}
