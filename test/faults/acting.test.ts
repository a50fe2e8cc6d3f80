import { describe } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { acting } from './cases/actions.ts';
import { timetable } from './cases/timetable.ts';
import { useBench } from './support/bench.ts';

/** As in `faults.test.ts`, while it changes the cluster. A file of its own, for each takes long. */
describe.skipIf(!hasRedis())('killed', { timeout: 90_000 }, () => {
  const given = useBench();
  acting(given);
  timetable(given);
});
