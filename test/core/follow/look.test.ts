import { afterEach, beforeEach, expect, it } from 'vitest';
import { lookAgain } from '../../../src/core/follow/look.ts';
import type { Followed, FollowState } from '../../../src/core/follow/rows.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from '../../support/simulated.ts';

/** One look after the other at logs that go on, on simulated kubelets. */

const NOW = new Date('2026-11-20T03:00:00Z');

let simulated: SimulatedEnvironments;
beforeEach(async () => {
  simulated = await simulatedEnvironments({ production: ['main'] }, () => NOW);
  world().create({ namespace: 'shop', name: 'checkout', replicas: 2, prints: ['ready'] });
});
afterEach(() => simulated.close());

const world = () => simulated.worlds.get('production/main')!;
const SECRET = 'ghp_0123456789abcdefghij';

function followed(words: Followed['words'] = {}): Followed {
  return {
    v: 1,
    words: { target: 'production/main/shop/deployment/checkout', ...words },
    environment: 'production',
    title: 'production/main/shop/deployment/checkout',
    container: 'app',
    say: 'logs production/main/shop/deployment/checkout',
    from: NOW,
    until: new Date(NOW.getTime() + 180_000),
  };
}

const look = (before?: FollowState, words?: Followed['words']): Promise<FollowState> =>
  lookAgain(followed(words), before, {
    environments: simulated.environments,
    now: NOW,
    signal: AbortSignal.timeout(10_000),
  });

const textsOf = ({ lines }: FollowState): string[] => lines.map((line) => line.split(' ').slice(2).join(' ')).sort();

it('begins with the last lines, and goes on with what was written since, masked and filtered', async () => {
  world().print(
    'shop',
    'checkout',
    Array.from({ length: 30 }, (_, i) => `old ${i}`),
  );
  const first = await look();
  expect(first).toMatchObject({ found: 40, older: true, gaps: 0, left: [] });
  expect(await look(first)).toMatchObject({ found: 40, gaps: 0 });
  world().print('shop', 'checkout', ['GET /cart 200', `ERROR no stock ${SECRET}`]);
  world().tick(2);
  world().print('shop', 'checkout', ['GET /pay 200']);
  const second = await look(first);
  expect(second).toMatchObject({ found: 46, gaps: 0 });
  expect(second.lines.slice(-6).join('\n')).not.toContain('old');
  expect(JSON.stringify(second)).not.toContain('ghp_');
  expect(textsOf(await look(first, { errors: true })).filter((text) => text.includes('ERROR'))).toHaveLength(2);
  expect((await look(first, { grep: 'GET /(cart|nothing)' })).found).toBe(42);
});

it('reads what a container wrote before it was restarted, and what it wrote after that', async () => {
  const first = await look();
  world().print('shop', 'checkout', ['before the end']);
  world().crash('shop', 'checkout', { until: 'mended', says: ['FATAL out of memory'] });
  world().tick(1);
  world().mend('shop', 'checkout');
  world().tick(60);
  const second = await look(first);
  const [before, fatal, ready] = ['before the end', 'FATAL out of memory', 'ready'].map(
    (text) => textsOf(second).filter((one) => one === text).length,
  );
  expect({ before, fatal, gaps: second.gaps }).toEqual({ before: 2, fatal: 2, gaps: 0 });
  expect(ready).toBeGreaterThan(2);
  expect(await look(second)).toMatchObject({ found: second.found, gaps: 0 });
});

it('goes on from one run to the next while a container crashes again and again: nothing is missing', async () => {
  world().tick(30);
  world().crash('shop', 'checkout', { until: 'mended', says: ['FATAL no stock'] });
  let state = await look();
  const restarts: number[] = [];
  for (let second = 0; second < 200; second += 10) {
    world().tick(10);
    state = await look(state);
    restarts.push(...Object.values(state.logs).map((log) => log.restarts));
  }
  expect(Math.max(...restarts)).toBeGreaterThan(3);
  const times = Math.max(...restarts);
  expect({ gaps: state.gaps, found: state.found }).toEqual({ gaps: 0, found: 2 * 2 * times });
});

it('says where lines are missing when it cannot read them', async () => {
  const first = await look();
  for (let i = 0; i < 3; i++) {
    world().crash('shop', 'checkout', { until: 'mended' });
    world().tick(1);
    world().mend('shop', 'checkout');
    world().tick(400);
  }
  expect((await look(first)).gaps).toBe(2);
});

it('follows pods that come, names those that go, and counts looks without any', async () => {
  const first = await look();
  world().setImage('shop', 'checkout', 'registry.example/shop/checkout:2');
  world().tick(120);
  const second = await look(first);
  expect(Object.keys(second.logs)).toHaveLength(2);
  expect(second.left).toHaveLength(2);
  expect(second.found).toBe(4);
  // Nothing that merely has the name in its own is meant.
  world().create({ namespace: 'shop', name: 'checkout-worker', prints: ['other'] });
  world().scale('shop', 'checkout', 0);
  world().tick(120);
  const third = await look(second);
  expect(third).toMatchObject({ absent: 1, logs: {}, found: 4 });
  expect(await look(third)).toMatchObject({ absent: 2 });
  expect(third.left).toHaveLength(4);
  world().scale('shop', 'checkout', 1);
  world().tick(60);
  expect(await look(third)).toMatchObject({ absent: 0, found: 5, gaps: 0 });
});

it('loses nothing of a log that was empty, nor of one that could not be read for a while', async () => {
  world().create({ namespace: 'shop', name: 'quiet' });
  const target = { target: 'production/main/shop/deployment/quiet' };
  const first = await look(undefined, target);
  expect(first).toMatchObject({ found: 0, lines: [] });
  world().print('shop', 'quiet', ['one']);
  world().forbid('get', 'pods/log');
  await expect(look(first, target)).rejects.toMatchObject({ kind: 'forbidden' });
  world().forbid('get', 'pods/log', false);
  world().print('shop', 'quiet', ['two']);
  expect((await look(first, target)).lines.map((line) => line.slice(9))).toEqual(['one', 'two']);
});

it('keeps what fits a phone, and counts the rest', async () => {
  const first = await look();
  world().print(
    'shop',
    'checkout',
    Array.from({ length: 100 }, (_, i) => `line ${i} ${'x'.repeat(60)}`),
  );
  const second = await look(first);
  expect(second.found).toBe(202);
  expect(second.lines.join('\n').length).toBeLessThanOrEqual(2_800);
  expect(second.lines.at(-1)).toContain('line 99');
});
