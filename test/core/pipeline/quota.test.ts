import { expect, it } from 'vitest';
import { openBench } from './bench.ts';

it('says that it waits for room in a quota, which one, and has the way to the cause at once', async () => {
  const bench = await openBench();
  const hard = { pods: '3' };
  bench.cluster.world.putBeside('resourcequotas', 'shop', 'compute', { spec: { hard }, status: { hard, used: hard } });
  const id = await bench.confirmed();
  for (let i = 0; i < 4; i++) {
    await bench.work();
    bench.advance(2_000);
    bench.cluster.world.tick(1);
  }
  expect((await bench.post(id)).join('\n')).toContain('Waits for room in the quota compute');
  expect((await bench.post(id, 'ja')).join('\n')).toContain('待ち: クォータ compute の空き');
  expect((await bench.postButtons(id)).map(({ label }) => label)).toEqual(['Why checkout?', 'Stop watching']);
  await bench.close();
});
