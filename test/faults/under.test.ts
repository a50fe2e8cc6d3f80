import { describe, it } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { alertmanagers } from './cases/alertmanager.ts';
import { forgotten } from './cases/forgotten.ts';
import { reconciling } from './cases/reconcile.ts';
import { scenarios } from './scenarios/index.ts';
import { useBench } from './support/bench.ts';
import { play } from './support/scenario.ts';

/**
 * The bundled program while something around it fails: what it accepted is in the workspace afterwards, once, in its last
 * state, and whoever pressed a button was told what is true. Several at once, for they mostly wait.
 */
describe.skipIf(!hasRedis())('under', { concurrent: true, timeout: 240_000 }, () => {
  const given = useBench();
  forgotten(given);
  alertmanagers(given);
  reconciling(given);
  for (const scenario of scenarios()) it(scenario.fault, () => play(given(), scenario));
});
