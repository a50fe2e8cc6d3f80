import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkloadRef } from '../../src/domain/workload.ts';
import { KINDS, refOf } from '../contracts/cluster.bench.ts';
import { type RealBench, realBench } from './bench.ts';
import { kubectl, whyNotKubectl } from './kubectl.ts';

const absent = await whyNotKubectl();
if (absent) console.warn(`SKIPPED kubectl's own history: ${absent}`);

describe.skipIf(absent)('history beside kubectl', () => {
  let bench: RealBench;
  beforeAll(async () => {
    bench = await realBench();
  });
  afterAll(() => bench?.close());

  /** `REVISION  CHANGE-CAUSE`, oldest first. */
  async function printed({ kind, name }: WorkloadRef): Promise<readonly (readonly [number, string])[]> {
    const lines = (await kubectl(bench, 'rollout', 'history', `${kind.toLowerCase()}/${name}`)).split('\n');
    return lines.flatMap((line) => {
      const row = /^(\d+)\s+(.*\S)\s*$/.exec(line);
      return row ? [[Number(row[1]), row[2]!] as const] : [];
    });
  }

  async function ours(ref: WorkloadRef): Promise<readonly (readonly [number, string])[]> {
    const { revisions } = (await bench.cluster.history(ref))!;
    return revisions.map(({ number, changeCause = '<none>' }) => [number, changeCause] as const).toReversed();
  }

  const current = async (ref: WorkloadRef): Promise<number | undefined> =>
    (await bench.cluster.history(ref))!.revisions.find((revision) => revision.current)?.number;

  it.each(KINDS)('%s: the same revisions with the same causes, also after kubectl has undone one', async (kind) => {
    const ref = refOf(bench, kind, `told-${kind.toLowerCase()}`);
    await bench.deploy({ kind, name: ref.name });
    const until = (number: number): Promise<unknown> =>
      bench.until(
        () => current(ref),
        (seen) => seen === number,
      );
    await until(1);
    await bench.revise(ref, { image: 'registry.k8s.io/pause:3.9', changeCause: 'release 2' });
    await until(2);
    await bench.revise(ref, { env: { LEVEL: 'debug' }, changeCause: 'more logs' });
    await until(3);
    expect(await ours(ref)).toEqual([
      [1, '<none>'],
      [2, 'release 2'],
      [3, 'more logs'],
    ]);
    expect(await ours(ref)).toEqual(await printed(ref));
    await kubectl(bench, 'rollout', 'undo', `${kind.toLowerCase()}/${ref.name}`, '--to-revision=2');
    await until(4);
    expect((await bench.cluster.workload(ref))?.images).toEqual(['registry.k8s.io/pause:3.9']);
    expect((await ours(ref)).map(([number]) => number)).toEqual([1, 3, 4]);
    expect(await ours(ref)).toEqual(await printed(ref));
  });
});
