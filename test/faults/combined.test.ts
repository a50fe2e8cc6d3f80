import { describe, it } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { useBench } from './support/bench.ts';
import { combined } from './support/combined.ts';
import { givenSeed, seedOf } from './support/dice.ts';
import { isLong } from './support/long.ts';

/** Everything at once, at random moments; `--long` is 10,000 incidents in 20 runs. */
describe.skipIf(!hasRedis())('combined', { concurrent: isLong() }, () => {
  const given = useBench();
  const seed = seedOf(process.env);
  console.log(`faults: seed ${seed}; the same again with HIKESHI_TEST_FAULT_SEED=${seed}`);
  if (!isLong()) {
    const short = { seed, incidents: 120, overMs: 15_000, pokes: 10, kills: 2, replicas: 1, restMs: 90_000 };
    it(`120 incidents, seed ${seed}`, () => combined(given(), short), 240_000);
  } else {
    const runs = givenSeed(process.env) === undefined ? 20 : 1;
    for (let i = 0; i < runs; i++) {
      const long = { seed: seed + i, incidents: 500, overMs: 90_000, pokes: 40, kills: 4, restMs: 400_000 };
      it(
        `500 incidents, seed ${seed + i}`,
        () => combined(given(), { ...long, replicas: 1 + (long.seed % 3) }),
        900_000,
      );
    }
  }
});
