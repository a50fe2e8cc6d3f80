import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIKO, BEN, type Bench, openBench } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

describe('who asked hears how it ended', () => {
  it('not while they look on: soon healthy, the post says so', async () => {
    const id = await bench.confirmed(AIKO);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'healthy' } });
    expect(await bench.saidToAsker()).toEqual([]);
  });

  it('once, when it took its time', async () => {
    const id = await bench.confirmed(AIKO);
    bench.advance(11_000);
    await bench.toEnd(id);
    expect(await bench.saidToAsker()).toEqual([
      expect.stringMatching(/^@U0AIKO Restart Deployment checkout \(JOB-1\)\. Healthy: all 3 pods are new and ready/),
    ]);
    const [said] = await bench.database.db.selectFrom('outbox').selectAll().where('kind', '=', 'say').execute();
    const post = await bench.database.db.selectFrom('posts').selectAll().executeTakeFirstOrThrow();
    expect(said).toMatchObject({ thread_post_id: post.id, channel: post.channel });
  });

  it('at once, when it went wrong', async () => {
    const id = await bench.confirmed(AIKO);
    bench.cluster.world.setImage('shop', 'checkout', 'registry.example/checkout:2.0');
    await bench.toEnd(id);
    expect(await bench.saidToAsker()).toEqual([expect.stringContaining('Nothing was done: it has changed')]);
  });

  it.each([
    [AIKO, 0],
    [BEN, 1],
  ])('of a cancel only when it was somebody else: %o', async (who, times) => {
    const id = await bench.confirmed(AIKO);
    await bench.click(who, 'job-cancel', { v: 1, job: (await bench.job(id)).id });
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'cancelled' } });
    expect(await bench.saidToAsker()).toHaveLength(times);
  });
});
