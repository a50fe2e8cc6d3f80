import { describe } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { asking } from './cases/actions.ts';
import { processes } from './cases/processes.ts';
import { useBench } from './support/bench.ts';

/** As in `faults.test.ts`, while it is asked to change the cluster, and where it is several. A file of its own, for each takes long. */
describe.skipIf(!hasRedis())('killed', { timeout: 90_000 }, () => {
  const given = useBench();
  asking(given);
  processes(given);
});
