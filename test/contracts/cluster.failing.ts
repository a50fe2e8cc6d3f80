import { expect, it } from 'vitest';
import type { Cluster } from '../../src/ports/cluster.ts';
import { type ClusterBench, deployed, GOOD_IMAGE, MISSING_IMAGE, refOf } from './cluster.bench.ts';

export function failing(reach: () => ClusterBench): void {
  it('shows a pod whose image cannot be pulled, and a rollout past its deadline', async () => {
    const bench = reach();
    const ref = await deployed(bench, {
      kind: 'Deployment',
      name: 'bad-image',
      replicas: 2,
      progressDeadlineSeconds: 5,
    });
    await bench.setImage(ref, MISSING_IMAGE);
    const pulling = /^(ErrImagePull|ImagePullBackOff)$/;
    const early = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.problems.length > 0,
    );
    expect(early).toMatchObject({ state: 'progressing', desired: 2, available: 2, fresh: 0 });
    const late = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.state === 'failed',
    );
    expect(late).toMatchObject({ reason: 'ProgressDeadlineExceeded', updated: 1, ready: 2 });
    expect(late.problems).toEqual([
      {
        pod: expect.stringMatching(/^bad-image-/),
        reason: expect.stringMatching(pulling),
        message: expect.stringContaining(MISSING_IMAGE),
      },
    ]);
    const { pods } = await bench.cluster.pods({ namespace: bench.namespace, selector: 'app=bad-image' });
    const bad = pods.find((p) => p.images.includes(MISSING_IMAGE));
    expect(bad).toMatchObject({
      status: expect.stringMatching(pulling),
      readyContainers: 0,
      restarts: 0,
      problem: { container: 'app', reason: expect.stringMatching(pulling) },
    });
    expect(pods.filter((p) => p.status === 'Running')).toHaveLength(2);
  });

  it.each(['StatefulSet', 'DaemonSet'] as const)('lists the troubles of a %s, which has no deadline', async (kind) => {
    const bench = reach();
    const name = `stuck-${kind.toLowerCase()}`;
    const ref = await deployed(bench, { kind, name });
    await bench.setImage(ref, MISSING_IMAGE);
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.problems.length > 0,
    );
    expect(seen).toMatchObject({ state: 'progressing', fresh: 0 });
    expect(seen.complete).toBeUndefined();
    expect(seen.problems[0]).toMatchObject({
      pod: expect.stringMatching(new RegExp(`^${name}-`)),
      reason: expect.stringMatching(/^(ErrImagePull|ImagePullBackOff)$/),
    });
  });

  it.each(['StatefulSet', 'DaemonSet'] as const)(
    'says of a %s that crashes that nothing is left to replace',
    async (kind) => {
      const bench = reach();
      const name = `crashes-${kind.toLowerCase()}`;
      await bench.deploy({ kind, name, crash: true });
      const seen = await bench.until(
        () => bench.cluster.rollout(refOf(bench, kind, name)),
        (r) => r.complete === true,
      );
      expect(seen).toMatchObject({ state: 'progressing', reason: expect.stringMatching(/^(CrashLoopBackOff|Error)$/) });
      expect(seen.updated).toBe(seen.desired);
    },
  );

  it('holds a stateful set up behind a pod that never was ready, even when it is mended', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'StatefulSet', name: 'wedged' });
    await bench.setImage(ref, MISSING_IMAGE);
    const query = { namespace: bench.namespace, selector: 'app=wedged' };
    const stuck = (list: Awaited<ReturnType<Cluster['pods']>>): boolean =>
      list.pods.some((p) => p.problem?.reason === 'ImagePullBackOff');
    await bench.until(() => bench.cluster.pods(query), stuck);
    await bench.setImage(ref, GOOD_IMAGE);
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.problems.length > 0,
    );
    expect(seen).toMatchObject({ state: 'progressing', updated: 0, ready: 0 });
  });

  it('shows a crash loop with its exit code and restarts', async () => {
    const bench = reach();
    await bench.deploy({ kind: 'Deployment', name: 'crashing', crash: true });
    const query = { namespace: bench.namespace, selector: 'app=crashing' };
    const { pods } = await bench.until(
      () => bench.cluster.pods(query),
      (list) => list.pods[0]?.status === 'CrashLoopBackOff' && list.pods[0].restarts > 0,
    );
    expect(pods[0]).toMatchObject({
      readyContainers: 0,
      lastRestartAt: expect.any(Date),
      problem: { container: 'app', reason: 'CrashLoopBackOff', message: expect.stringMatching(/^exit code \d+ \(/) },
    });
    const rollout = await bench.until(
      () => bench.cluster.rollout(refOf(bench, 'Deployment', 'crashing')),
      (r) => r.problems.length > 0,
    );
    expect(rollout.problems[0]).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringContaining('exit code'),
    });
  });

  it('sees a workload go', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'going' });
    await bench.remove(ref);
    const seen = await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.state === 'gone',
    );
    expect(seen.problems).toEqual([]);
    expect(await bench.cluster.workload(ref)).toBeUndefined();
  });
}
