import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Scenario } from '../support/scenario.ts';
import type { Site } from '../support/site.ts';

/** Redis only wakes: without it things are later, and all there. */
export const redisFaults: readonly Scenario[] = [
  {
    fault: 'Redis stopped, started again empty',
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.restart(),
  },
  { fault: 'Redis restarted, empty', begin: ({ redis }) => redis.restart() },
  { fault: 'Redis flushed every 100 ms', during: flushes },
  {
    fault: 'Redis hangs',
    begin: ({ lines }) => lines.redis.hang(),
    end: ({ lines }) => lines.redis.heal(),
    lastsMs: 4_000,
  },
  {
    fault: 'Redis 300 ms away each way',
    begin: ({ lines }) => lines.redis.delay(300),
    end: ({ lines }) => lines.redis.heal(),
    lastsMs: 4_000,
  },
];

async function flushes({ redis }: Site): Promise<void> {
  const client = new Redis(redis.url, { maxRetriesPerRequest: 1 });
  client.on('error', () => undefined);
  for (let times = 0; times < 25; times++) {
    await client.flushall().catch(() => undefined);
    await pause(100);
  }
  client.disconnect();
}
