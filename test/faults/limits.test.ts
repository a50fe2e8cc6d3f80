import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { limits } from './cases/limits.ts';
import { type Bench, openBench } from './support/bench.ts';

/** The bundled program in a process of its own, at its real pace, against a Slack with its real limits. */
describe.skipIf(!hasRedis())('the outbox', { timeout: 120_000 }, () => {
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
  limits(given);
});
