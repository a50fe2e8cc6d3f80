import { setTimeout as realTime } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Claimed } from '../../../src/core/jobs/claimed.ts';
import { defineJob, type JobDeps } from '../../../src/core/jobs/define.ts';
import { insertJob, type JobRow } from '../../../src/core/jobs/rows.ts';
import { type Runner, startRunner } from '../../../src/core/jobs/runner.ts';
import { NewerVersion } from '../../../src/core/newer.ts';
import type { Queue } from '../../../src/ports/queue.ts';
import { openTestDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let runners: Runner[];
beforeEach(async () => {
  database = await openTestDatabase();
  runners = [];
});
afterEach(async () => {
  await Promise.all(runners.map((r) => r.stop(1_000)));
  await database.close();
});

const NOW = new Date('2026-03-02T03:00:00Z');

/** Wakes by hand. */
function handQueue(): Pick<Queue, 'work'> & { wake(id: number): Promise<void> } {
  let handle: (id: string, signal: AbortSignal) => Promise<void> = async () => undefined;
  return {
    work: async (handler) => {
      handle = handler;
      return { stop: async () => undefined };
    },
    wake: (id) => handle(String(id), new AbortController().signal),
  };
}

type Step = (claimed: Claimed) => Promise<void>;

async function start(
  step: Step,
  options: { sweepMs?: number; leaseMs?: number; owner?: string; concurrency?: number } = {},
) {
  const payload = z.object({ v: z.literal(1) });
  const job = defineJob({ name: 'trial', v: 1, payload, step: (claimed) => step(claimed) });
  const queue = handQueue();
  const deps: JobDeps = { db: database.db, clock: { now: () => NOW }, log: pino({ level: 'silent' }) };
  const jobs = new Map([['trial', job]]);
  const runner = await startRunner({ deps, jobs, queue, owner: 'one', sweepMs: 60_000, ...options });
  runners.push(runner);
  return { runner, queue };
}

async function newJob(payload: { v: number } = { v: 1 }): Promise<number> {
  const principal = { kind: 'hikeshi', id: 'test' } as const;
  const job = await database.db
    .transaction()
    .execute((tx) => insertJob(tx, { kind: 'trial', payload, principal }, NOW));
  return job.id;
}

const rowOf = (id: number): Promise<JobRow> =>
  database.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** Resolves when it has been called; the step then waits for `go`. */
function gate() {
  let entered = (): void => undefined;
  let open = (): void => undefined;
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const go = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { inside, entered: () => entered(), open: () => open(), go };
}

async function until(ok: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await ok()) return;
    await realTime(10);
  }
  throw new Error('it never came to be');
}

describe('the runner', () => {
  it('runs what the queue wakes, once, however often it is woken', async () => {
    const seen: number[] = [];
    const { queue } = await start(async (claimed) => {
      seen.push(claimed.row.id);
      await claimed.finish('done', { kind: 'fine' });
    });
    const id = await newJob();
    await Promise.all([queue.wake(id), queue.wake(id), queue.wake(id)]);
    await queue.wake(id);
    expect(seen).toEqual([id]);
    expect(await rowOf(id)).toMatchObject({
      state: 'done',
      due_at: null,
      lease_owner: null,
      attempt: 1,
      started_at: NOW,
    });
  });

  it('finds by its sweep what no wake-up reached', async () => {
    const id = await newJob();
    await start((claimed) => claimed.finish('done', {}), { sweepMs: 20 });
    await until(async () => (await rowOf(id)).state === 'done');
  });

  it('sweeps on when it was full', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => newJob()));
    await start((claimed) => claimed.finish('done', {}), { sweepMs: 60_000, concurrency: 1 });
    await until(async () => (await Promise.all(ids.map(rowOf))).every((r) => r.state === 'done'));
  });

  it('leaves alone what another has claimed, what is due later, and what is of a newer version', async () => {
    const [claimed, later, newer] = await Promise.all([newJob(), newJob(), newJob()]);
    const set = (id: number, values: object) =>
      database.db.updateTable('jobs').set(values).where('id', '=', id).execute();
    await set(claimed, { lease_owner: 'two', lease_until: new Date(Date.now() + 60_000) });
    await set(later, { due_at: new Date(NOW.getTime() + 60_000) });
    await set(newer, { v: 2 });
    expect(await rowOf(newer)).toMatchObject({ payload: { v: 1 }, attempt: 0 });
    const seen: number[] = [];
    const { queue } = await start(async (job) => {
      seen.push(job.row.id);
    });
    for (const id of [claimed, later, newer]) await queue.wake(id);
    expect(seen).toEqual([]);
  });

  it('gives the row the version of its payload, and leaves a newer one as it is', async () => {
    const newer = await newJob({ v: 2 });
    const { runner, queue } = await start((claimed) => claimed.finish('done', {}));
    await queue.wake(newer);
    const older = await newJob();
    await queue.wake(older);
    runner.wake();
    await until(async () => (await rowOf(older)).state === 'done');
    expect(await rowOf(newer)).toMatchObject({ v: 2, state: 'queued', attempt: 0, lease_until: null });
  });

  it('comes back later to a job that turns out to be for a newer replica, and fails nothing', async () => {
    const [byStep, byPayload] = [await newJob(), await newJob()];
    await database.db.updateTable('jobs').set({ payload: '{"v": 2}' }).where('id', '=', byPayload).execute();
    const stepped: number[] = [];
    await start(async ({ row }) => {
      stepped.push(row.id);
      throw new NewerVersion('its action is of version 2');
    });
    for (const id of [byStep, byPayload]) {
      await until(async () => (await rowOf(id)).due_at!.getTime() > NOW.getTime());
      expect(await rowOf(id)).toMatchObject({
        state: 'running',
        finished_at: null,
        lease_owner: null,
        due_at: new Date(NOW.getTime() + 5_000),
      });
    }
    expect(stepped).toEqual([byStep]);
  });

  it('tries a step that throws again later, with the claim given back', async () => {
    const { queue } = await start(async () => {
      throw new Error('no luck');
    });
    const id = await newJob();
    await queue.wake(id);
    // The first sweep may have been quicker than the queue.
    await until(async () => (await rowOf(id)).due_at!.getTime() > NOW.getTime());
    expect(await rowOf(id)).toMatchObject({
      state: 'running',
      lease_owner: null,
      due_at: new Date(NOW.getTime() + 5_000),
    });
  });

  it('ends a job whose payload cannot be read, instead of trying for ever', async () => {
    const id = await newJob();
    await database.db.updateTable('jobs').set({ payload: '{"v": "one"}' }).where('id', '=', id).execute();
    await start(async () => undefined);
    await until(async () => (await rowOf(id)).finished_at !== null);
    expect(await rowOf(id)).toMatchObject({ state: 'failed', result: { kind: 'error' } });
  });

  it('renews its leases, and ends the signal of a claim that somebody else has taken', async () => {
    const door = gate();
    const { queue } = await start(
      async (claimed) => {
        door.entered();
        await new Promise((resolve) => claimed.signal.addEventListener('abort', resolve));
        await claimed.finish('done', {});
      },
      { leaseMs: 300 },
    );
    const id = await newJob();
    const working = queue.wake(id);
    await door.inside;
    const first = (await rowOf(id)).lease_until!;
    await until(async () => (await rowOf(id)).lease_until! > first);
    await database.db.updateTable('jobs').set({ lease_owner: 'two', attempt: 9 }).where('id', '=', id).execute();
    await working;
    expect(await rowOf(id)).toMatchObject({ state: 'running', lease_owner: 'two', attempt: 9 });
  });

  it('hands over when it stops: the lease is given back and another claims at once', async () => {
    const door = gate();
    const { queue, runner } = await start(async (claimed) => {
      door.entered();
      // A sweep that was under way may bring it once more while the runner stops.
      claimed.signal.throwIfAborted();
      await new Promise((_, reject) => claimed.signal.addEventListener('abort', () => reject(claimed.signal.reason)));
    });
    const id = await newJob();
    const working = queue.wake(id);
    await door.inside;
    await runner.stop(10_000);
    await working;
    expect(await rowOf(id)).toMatchObject({ state: 'running', lease_owner: null, due_at: NOW });
    const other = await start((claimed) => claimed.finish('done', {}), { owner: 'two' });
    await other.queue.wake(id);
    await until(async () => (await rowOf(id)).state === 'done');
    expect((await rowOf(id)).attempt).toBeGreaterThanOrEqual(2);
  });

  it('claims nothing more once it stops', async () => {
    const { queue, runner } = await start((claimed) => claimed.finish('done', {}));
    await runner.stop(10_000);
    const id = await newJob();
    await queue.wake(id);
    expect(await rowOf(id)).toMatchObject({ state: 'queued', attempt: 0 });
  });

  it('keeps a slow loser from saving over the one who came after', async () => {
    const door = gate();
    const slowly = async (claimed: Claimed): Promise<void> => {
      door.entered();
      await door.go;
      await claimed.finish('failed', { by: 'the slow one' });
    };
    // Without a sweep that would be quicker than the quick one.
    const slow = await start(slowly, { sweepMs: 3_600_000 });
    const id = await newJob();
    const working = slow.queue.wake(id);
    await door.inside;
    const quick = await start((claimed) => claimed.finish('done', { by: 'the quick one' }), { owner: 'two' });
    // The slow one may renew its lease in between.
    await until(async () => {
      await database.db
        .updateTable('jobs')
        .set({ lease_until: new Date(0) })
        .where('id', '=', id)
        .execute();
      await quick.queue.wake(id);
      return (await rowOf(id)).state === 'done';
    });
    door.open();
    await working;
    expect(await rowOf(id)).toMatchObject({ state: 'done', result: { by: 'the quick one' } });
  });
});
