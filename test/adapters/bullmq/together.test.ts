import { expect, test } from 'vitest';
import { createQueue } from '../../../src/adapters/bullmq/queue.ts';
import { silent } from '../../contracts/queue.ts';
import { freshDatabase } from '../../support/postgres.ts';

test('processes that begin at the same moment on a new database all prepare it', async () => {
  for (let round = 0; round < 3; round++) {
    const database = await freshDatabase('template0');
    const backend = { kind: 'postgres', url: database.appUrl, migrateUrl: database.ownerUrl } as const;
    const queues = Array.from({ length: 6 }, () => createQueue({ backend, name: 'jobs', log: silent }));
    const woken = await Promise.allSettled(queues.map((queue, i) => queue.wake(String(i))));
    expect(woken.filter(({ status }) => status === 'rejected')).toEqual([]);
    await Promise.all(queues.map((queue) => queue.close()));
    await database.drop();
  }
});
