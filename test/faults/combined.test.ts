import { describe, it } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { useBench } from './support/bench.ts';
import { type Combined, combined } from './support/combined.ts';
import { givenSeed, seedOf } from './support/dice.ts';
import { isLong, longIncidents } from './support/long.ts';

/** Everything at once, at random moments; `--long` is 10,000 incidents in 20 runs, with one, two and three replicas in turn. */
describe.skipIf(!hasRedis())('combined', { concurrent: true }, () => {
  const given = useBench();
  const seed = seedOf(process.env);
  console.log(`faults: seed ${seed}; the same again with HIKESHI_TEST_FAULT_SEED=${seed}`);
  for (const run of isLong() ? long(seed) : short(seed)) {
    const { incidents, replicas } = run;
    const name = `${incidents} incidents, ${replicas} of the program, seed ${run.seed}`;
    it(name, () => combined(given(), run), 2 * run.restMs + run.overMs);
  }
});

function short(seed: number): readonly Combined[] {
  const few = { seed, incidents: 40, overMs: 8_000, pokes: 5, kills: 1, restMs: 120_000 };
  return [
    { ...few, replicas: 3 },
    { ...few, replicas: 2 },
    { seed, incidents: 120, overMs: 15_000, pokes: 10, kills: 2, replicas: 1, restMs: 120_000 },
  ];
}

function long(seed: number): readonly Combined[] {
  const run = { incidents: 500, overMs: 90_000, pokes: 40, kills: 4, restMs: 400_000 };
  const runs = givenSeed(process.env) === undefined ? Math.ceil(longIncidents() / run.incidents) : 1;
  return Array.from({ length: runs }, (_, i) => ({ ...run, seed: seed + i, replicas: 1 + ((seed + i) % 3) }));
}
