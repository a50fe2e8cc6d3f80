import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIKO, BEN, type Bench, openBench, TARGET } from './bench.ts';

/** An environment that takes one change at a time. */

const CART = { ...TARGET, name: 'cart' };

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  bench.setRules({ atOnce: 1 });
  bench.cluster.world.create({ namespace: 'shop', name: 'cart', replicas: 1 });
});
afterEach(() => bench.close());

async function workUntil(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 50 && !(await holds()); i++) {
    await bench.work();
    bench.cluster.world.tick(5);
    bench.advance(1_000);
  }
  expect(await holds()).toBe(true);
}

const waits = async (id: string): Promise<boolean> => (await bench.job(id)).progress.waitsFor !== undefined;
const restarts = (name: string): unknown =>
  bench.cluster.world.store.list('deployments').find(({ metadata }) => metadata.name === name)?.spec.template.metadata
    ?.annotations?.['hikeshi/run'];

describe('as many changes at once as the environment takes', () => {
  it('lets the next one wait until the first has ended, and says so', async () => {
    const first = await bench.confirmed(AIKO);
    const second = await bench.confirmed(BEN, { target: CART });
    await workUntil(() => waits(second));
    expect(await bench.job(first)).toMatchObject({ executed: true });
    expect(await bench.job(second)).toMatchObject({ executed: false });
    expect(restarts('cart')).toBeUndefined();
    expect((await bench.post(second)).slice(2)).toEqual([
      expect.stringMatching(/^Waits for its turn since .*: 1 change is under way in production/),
      '[Cancel]',
    ]);
    await bench.toEnd(first);
    await bench.toEnd(second);
    expect(await bench.action(second)).toMatchObject({ outcome: { kind: 'healthy' } });
    expect(restarts('cart')).toBe(second);
  });

  it('begins one only, however many workers begin at the same moment', async () => {
    const ids = [await bench.confirmed(AIKO), await bench.confirmed(BEN, { target: CART })];
    await Promise.all([bench.work(), bench.work()]);
    const executed = await Promise.all(ids.map(async (id) => (await bench.job(id)).executed));
    expect(executed.filter(Boolean)).toHaveLength(1);
  });

  it('can be cancelled while it waits, and its target is free then', async () => {
    await bench.confirmed(AIKO);
    const second = await bench.confirmed(BEN, { target: CART });
    await workUntil(() => waits(second));
    const [cancel] = await bench.postButtons(second);
    await bench.click(BEN, cancel!.id, cancel!.carries);
    await workUntil(async () => (await bench.job(second)).finished_at !== null);
    expect(await bench.action(second)).toMatchObject({ outcome: { kind: 'cancelled', executed: false } });
    expect(restarts('cart')).toBeUndefined();
    await bench.confirmed(BEN, { target: CART });
  });

  it('does not wait elsewhere, nor where any number may run', async () => {
    bench.setRules({ atOnce: 2 });
    const ids = [await bench.confirmed(AIKO), await bench.confirmed(BEN, { target: CART })];
    await workUntil(async () => (await Promise.all(ids.map((id) => bench.job(id)))).every(({ executed }) => executed));
  });
});
