import { expect, it } from 'vitest';
import type { WorkloadRef } from '../../src/domain/workload.ts';
import {
  type ClusterBench,
  deployed,
  done,
  GOOD_IMAGE,
  historyOf,
  historyWith,
  KINDS,
  MISSING_IMAGE,
  markOf,
  numbered,
  refOf,
  restart,
  rollBack,
  workloadOf,
} from './cluster.bench.ts';

const OTHER_IMAGE = 'registry.k8s.io/pause:3.9';

async function pause(bench: ClusterBench, { namespace, name }: WorkloadRef): Promise<void> {
  const body = JSON.stringify([{ op: 'add', path: '/spec/paused', value: true }]);
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  expect(await bench.wire('PATCH', path, { type: 'application/json-patch+json', body })).toMatchObject({ code: 200 });
}

export function rollingBack(reach: () => ClusterBench): void {
  it.each(KINDS)('rolls a %s back, and back again, to the very templates that it had', async (kind) => {
    const bench = reach();
    const name = `undone-${kind.toLowerCase()}`;
    const annotations = { 'kubernetes.io/change-cause': 'first', team: 'shop' };
    const ref = await deployed(bench, { kind, name, replicas: 2, annotations });
    const first = await historyWith(bench, ref, 1);
    expect(first.revisions).toMatchObject([{ number: 1, images: [GOOD_IMAGE], changeCause: 'first', current: true }]);
    await bench.revise(ref, { image: OTHER_IMAGE, env: { LEVEL: 'debug' }, changeCause: 'second' });
    await done(bench, ref);
    const second = await historyWith(bench, ref, 2);
    expect(second.revisions.map(({ number, changeCause, current }) => ({ number, changeCause, current }))).toEqual([
      { number: 2, changeCause: 'second', current: true },
      { number: 1, changeCause: 'first', current: false },
    ]);
    expect(second.workload).toMatchObject({ revision: 2, images: [OTHER_IMAGE] });
    expect(numbered(second, 2)).toMatchObject({ templateHash: second.workload.templateHash, differences: [] });
    expect(numbered(second, 1).templateHash).toBe(first.workload.templateHash);
    expect(numbered(second, 1).differences).toEqual([
      { what: 'image', container: 'app', from: OTHER_IMAGE, to: GOOD_IMAGE },
      { what: 'env', container: 'app', added: [], removed: ['LEVEL'], changed: [] },
    ]);

    const dry = await rollBack(bench, ref, 1, { dryRun: true });
    expect(dry).toEqual({ templateHash: first.workload.templateHash, warnings: [], stuck: [] });
    // Its controller may still be writing its status.
    const same = { ...second.workload, resourceVersion: expect.any(String) };
    expect(await historyOf(bench, ref)).toEqual({ ...second, workload: same });
    expect(await bench.cluster.rollbackHappened(ref, `${name}-1`)).toBe(false);
    expect(await rollBack(bench, ref, 1, { run: `${name}-1` })).toEqual(dry);
    expect(await bench.cluster.rollbackHappened(ref, `${name}-1`)).toBe(true);
    await done(bench, ref);
    const third = await historyWith(bench, ref, 3);
    expect(third.workload).toMatchObject({
      images: [GOOD_IMAGE],
      templateHash: first.workload.templateHash,
      annotations: { 'kubernetes.io/change-cause': 'first', team: 'shop' },
    });
    expect(third.revisions.map(({ number, changeCause }) => [number, changeCause])).toEqual([
      [3, 'first'],
      [2, 'second'],
    ]);
    expect(numbered(third, 2).templateHash).toBe(second.workload.templateHash);

    await rollBack(bench, ref, 2, { run: `${name}-2` });
    await done(bench, ref);
    const fourth = await historyWith(bench, ref, 4);
    expect(fourth.workload).toMatchObject({ images: [OTHER_IMAGE], templateHash: second.workload.templateHash });
    expect(await bench.cluster.rollbackHappened(ref, `${name}-2`)).toBe(true);
    expect(await bench.cluster.rollbackHappened(ref, `${name}-3`)).toBe(false);
  });

  it('takes the change-cause away with the template that it was of', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'causeless' });
    await bench.revise(ref, { image: OTHER_IMAGE, changeCause: 'why not' });
    await historyWith(bench, ref, 2);
    await rollBack(bench, ref, 1);
    const { annotations } = await workloadOf(bench, ref);
    expect(annotations).not.toHaveProperty(['kubernetes.io/change-cause']);
  });

  it('tells a restart from a change: only annotations differ', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'DaemonSet', name: 'same-but-restarted' });
    await restart(bench, ref, 'again');
    const { revisions } = await historyWith(bench, ref, 2);
    expect(revisions[1]?.differences).toEqual([{ what: 'other', container: '', fields: ['annotations'] }]);
  });

  it('does not roll back what is no longer as the plan saw it', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'moved-on' });
    await bench.revise(ref, { image: OTHER_IMAGE });
    const seen = await historyWith(bench, ref, 2);
    await bench.revise(ref, { env: { MORE: '1' } });
    await historyWith(bench, ref, 3);
    await expect(rollBack(bench, ref, 1, { seen })).rejects.toMatchObject({ kind: 'changed' });
    const { uid, templateHash } = (await historyOf(bench, ref)).workload;
    const change = { expect: { uid, templateHash }, mark: markOf('gone'), release: [], dryRun: false };
    await expect(bench.cluster.rollback(ref, { ...change, to: { number: 9, templateHash } })).rejects.toMatchObject({
      kind: 'changed',
      message: expect.stringContaining('revision 9'),
    });
    await expect(
      bench.cluster.rollback(ref, { ...change, to: { number: 1, templateHash: 'another' } }),
    ).rejects.toMatchObject({ kind: 'changed' });
  });

  it('does not roll back what is paused', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'Deployment', name: 'paused-back' });
    await bench.revise(ref, { image: OTHER_IMAGE });
    await historyWith(bench, ref, 2);
    await pause(bench, ref);
    await bench.revise(ref, { env: { NOT: 'yet' } });
    const { workload, revisions } = await historyOf(bench, ref);
    expect(workload).toMatchObject({ paused: true });
    expect(workload.revision).toBeUndefined();
    expect(revisions.map(({ number, current }) => [number, current])).toEqual([
      [2, false],
      [1, false],
    ]);
    await expect(rollBack(bench, ref, 1, { dryRun: true })).rejects.toMatchObject({ kind: 'paused' });
  });

  it('frees a StatefulSet whose new pod never becomes ready', async () => {
    const bench = reach();
    const ref = await deployed(bench, { kind: 'StatefulSet', name: 'stuck', replicas: 2 });
    await historyWith(bench, ref, 1);
    await bench.revise(ref, { image: MISSING_IMAGE });
    await bench.until(
      () => bench.cluster.rollout(ref),
      (seen) => seen.problems.some(({ pod }) => pod === 'stuck-1'),
    );
    const { stuck } = await rollBack(bench, ref, 1, { dryRun: true });
    expect(stuck).toEqual([{ name: 'stuck-1', uid: expect.any(String) }]);
    expect((await bench.cluster.rollout(ref)).state).toBe('progressing');
    expect((await rollBack(bench, ref, 1, { release: stuck.map(({ uid }) => uid) })).stuck).toEqual(stuck);
    await done(bench, ref);
    expect(await workloadOf(bench, ref)).toMatchObject({ images: [GOOD_IMAGE], revision: 3 });
  });

  it('knows nothing of what is not there, and may nothing that it may not', async () => {
    const bench = reach();
    const nobody = refOf(bench, 'Deployment', 'nobody');
    expect(await bench.cluster.history(nobody)).toBeUndefined();
    const gone = { expect: { uid: 'u', templateHash: 'h' }, to: { number: 1, templateHash: 'h' } };
    const change = { ...gone, mark: markOf('r'), release: [] };
    await expect(bench.cluster.rollback(nobody, { ...change, dryRun: true })).rejects.toMatchObject({
      kind: 'not-found',
    });
    await expect(bench.cluster.rollbackHappened(nobody, 'r')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(bench.visitor.history(nobody)).rejects.toMatchObject({ kind: 'forbidden' });
  });
}
