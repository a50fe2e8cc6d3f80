import { describe } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { limits } from './cases/limits.ts';
import { sharedBudget } from './cases/replicas.ts';
import { useBench } from './support/bench.ts';

/** The bundled program in a process of its own, at its real pace, against a Slack with its real limits. */
describe.skipIf(!hasRedis())('the outbox', { timeout: 120_000 }, () => {
  const given = useBench();
  limits(given);
  sharedBudget(given);
});
