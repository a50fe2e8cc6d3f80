import { describe } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { replicas } from './cases/replicas.ts';
import { surroundings } from './cases/surroundings.ts';
import { versions } from './cases/versions.ts';
import { useBench } from './support/bench.ts';
import { previousBundle } from './support/previous.ts';

const previous = await previousBundle();

/** The bundled program several times at once, each in a process of its own, on what they share in production. */
describe.skipIf(!hasRedis())('several at once', { timeout: 120_000 }, () => {
  const given = useBench();
  replicas(given);
  surroundings(given);
  versions(given, previous);
});
