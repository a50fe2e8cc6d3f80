import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { replicas } from './cases/replicas.ts';
import { surroundings } from './cases/surroundings.ts';
import { versions } from './cases/versions.ts';
import { type Bench, openBench } from './support/bench.ts';
import { previousBundle } from './support/previous.ts';

const previous = await previousBundle();

/** The bundled program several times at once, each in a process of its own, on what they share in production. */
describe.skipIf(!hasRedis())('several at once', { timeout: 120_000 }, () => {
  let bench: Bench;
  beforeAll(async () => {
    // Every program and every Redis hangs on the end of this process.
    process.setMaxListeners(100);
    bench = await openBench();
  });
  afterEach(() => bench.closeSites());
  afterAll(async () => {
    console.log(`\n${bench.report.text()}\n`);
    await bench.close();
  });

  const given = (): Bench => bench;
  replicas(given);
  surroundings(given);
  versions(given, previous);
});
