import { describe } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { people } from './cases/people.ts';
import { random } from './cases/random.ts';
import { sends } from './cases/sends.ts';
import { webhooks } from './cases/webhooks.ts';
import { useBench } from './support/bench.ts';

/**
 * The bundled program in a process of its own, killed by SIGKILL at chosen points and started again; judged by what people see
 * in the workspace and by what happened to the cluster. The program has no hooks for this: what is around it holds still.
 */
describe.skipIf(!hasRedis())('killed', { timeout: 90_000 }, () => {
  const given = useBench();
  webhooks(given);
  sends(given);
  people(given);
  random(given);
});
