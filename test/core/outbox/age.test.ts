import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bench } from './support.ts';

/** `wanted_at`: since when there has been something to show, which trying again does not move. */

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const ageMs = async (post: number): Promise<number> => {
  const { rows } = await sql<{ at: Date }>`select wanted_at as at from outbox where post_id = ${post}`.execute(
    bench.db,
  );
  return bench.clock.now().getTime() - rows[0]!.at.getTime();
};

test('a message that Slack refuses gets older with each try', async () => {
  const post = await bench.post('main');
  bench.chat.fail('passing', { times: 3 });
  const sender = bench.start();
  for (let tries = 1; tries <= 3; tries++) {
    await bench.ended('again', tries);
    bench.advance(60_000);
  }
  await bench.ended('delivered');
  await sender.stop(1_000);
  expect(await ageMs(post)).toBe(180_000);
});

test('a change is as old as itself, not as its post', async () => {
  const post = await bench.post('main');
  const sender = bench.start();
  await bench.ended('delivered');
  await sender.stop(1_000);
  bench.clock.advance(600_000);
  await bench.change('incident:1', 'changed');
  bench.clock.advance(5_000);
  await bench.change('incident:1', 'changed again');
  expect(await ageMs(post)).toBe(5_000);
});

test('a change that comes while the message before is being sent is as old as itself', async () => {
  const post = await bench.post('main');
  const held = bench.chat.hold('post', { done: true });
  const again = bench.chat.hold('update');
  bench.start();
  await held.arrived;
  bench.clock.advance(30_000);
  await bench.change('incident:1', 'changed');
  expect(await ageMs(post)).toBe(30_000);
  held.release();
  await bench.ended('delivered');
  bench.wake();
  await again.arrived;
  expect(await ageMs(post)).toBe(0);
  again.release();
  await bench.ended('delivered', 2);
});
