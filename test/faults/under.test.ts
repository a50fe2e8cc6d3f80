import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { alertmanagers } from './cases/alertmanager.ts';
import { forgotten } from './cases/forgotten.ts';
import { scenarios } from './scenarios/index.ts';
import { type Bench, openBench } from './support/bench.ts';
import { play } from './support/scenario.ts';

/**
 * The bundled program while something around it fails: what it accepted is in the workspace afterwards, once, in its last
 * state, and whoever pressed a button was told what is true. Several at once, for they mostly wait.
 */
describe.skipIf(!hasRedis())('under', { concurrent: true, timeout: 240_000 }, () => {
  let bench: Bench;
  beforeAll(async () => {
    process.setMaxListeners(200);
    bench = await openBench();
  });
  afterAll(async () => {
    console.log(`\n${bench.report.text()}\n`);
    await bench.close();
  });

  forgotten(() => bench);
  alertmanagers(() => bench);
  for (const scenario of scenarios()) it(scenario.fault, () => play(bench, scenario));
});
