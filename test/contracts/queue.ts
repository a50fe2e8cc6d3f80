import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Queue, Workers } from '../../src/ports/queue.ts';

/** A queue's store as the contract needs it. */
export interface QueueStore {
  /** Another handle on the queue of this name, as another process has. */
  open(name: string): Queue;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const silent = pino({ level: 'silent' });

/** Calls that a handler got, to be awaited in order. */
class Calls {
  readonly seen: string[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  readonly record = async (jobId: string): Promise<void> => {
    this.seen.push(jobId);
    for (const { resolve } of this.#waiting.filter(({ count }) => this.seen.length >= count)) resolve();
    this.#waiting = this.#waiting.filter(({ count }) => this.seen.length < count);
  };

  /** Resolves with the first calls once there are so many. */
  async first(count: number): Promise<string[]> {
    if (this.seen.length < count) await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    return this.seen.slice(0, count);
  }
}

/** What every queue keeps, whatever carries its wake-ups. */
export function queueContract(backend: string, start: () => Promise<QueueStore>): void {
  describe(`queue on ${backend}`, () => {
    let store: QueueStore;
    let queue: Queue;
    let names = 0;
    const open: Queue[] = [];
    const another = (): Queue => {
      const handle = store.open(`contract-${names}`);
      open.push(handle);
      return handle;
    };

    beforeAll(async () => {
      store = await start();
    });
    beforeEach(() => {
      names++;
      queue = another();
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((handle) => handle.close()));
    });
    afterAll(() => store.stop());

    async function work(from: Queue, calls: Calls, concurrency = 1): Promise<Workers> {
      return from.work(calls.record, { concurrency });
    }

    test('each wake-up runs the handler once', async () => {
      const calls = new Calls();
      await work(queue, calls, 3);
      await Promise.all(['1', '2', '3', '4'].map((id) => queue.wake(id)));
      await queue.wake('last', { priority: 1_000 });
      expect((await calls.first(5)).sort()).toEqual(['1', '2', '3', '4', 'last']);
      await queue.wake('more');
      await calls.first(6);
      expect(calls.seen).toHaveLength(6);
    });

    test('wake-ups sent before anybody works are kept, by priority, then age', async () => {
      await queue.wake('normal');
      await queue.wake('late', { priority: 20 });
      await queue.wake('urgent', { priority: 1 });
      await queue.wake('normal too', { priority: 10 });
      const calls = new Calls();
      await work(another(), calls);
      expect(await calls.first(4)).toEqual(['urgent', 'normal', 'normal too', 'late']);
    });

    test('a delayed wake-up comes after its delay', async () => {
      const calls = new Calls();
      await work(queue, calls);
      const sent = performance.now();
      await queue.wake('later', { delayMs: 300 });
      await queue.wake('now');
      expect(await calls.first(2)).toEqual(['now', 'later']);
      expect(performance.now() - sent).toBeGreaterThanOrEqual(290);
    });

    test('a wake-up that comes while its job runs leads to another run', async () => {
      const calls = new Calls();
      const { promise: running, resolve: began } = deferred();
      const { promise: may, resolve: letEnd } = deferred();
      await queue.work(
        async (jobId) => {
          began();
          await may;
          await calls.record(jobId);
        },
        { concurrency: 1 },
      );
      await queue.wake('7');
      await running;
      await queue.wake('7');
      letEnd();
      expect(await calls.first(2)).toEqual(['7', '7']);
    });

    test('stop ends the signal, waits for the handler and hands the job to another worker', async () => {
      const { promise: running, resolve: began } = deferred();
      let ended = false;
      const workers = await queue.work(
        async (_, signal) => {
          began();
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          ended = true;
        },
        { concurrency: 1 },
      );
      await queue.wake('8');
      await running;
      await workers.stop(5_000);
      expect(ended).toBe(true);
      const calls = new Calls();
      await work(another(), calls);
      expect(await calls.first(1)).toEqual(['8']);
    });

    test('stop does not wait for ever, and takes nothing more', async () => {
      const { promise: running, resolve: began } = deferred();
      const workers = await queue.work(
        () => {
          began();
          return new Promise<void>(() => undefined);
        },
        { concurrency: 1 },
      );
      await queue.wake('stuck');
      await running;
      const asked = performance.now();
      await workers.stop(100);
      expect(performance.now() - asked).toBeLessThan(3_000);
      await queue.wake('next');
      const calls = new Calls();
      await work(another(), calls);
      expect(await calls.first(1)).toEqual(['next']);
    });

    test('a handler that throws takes nothing with it', async () => {
      const calls = new Calls();
      await queue.work(
        async (jobId) => {
          await calls.record(jobId);
          if (jobId === 'bad') throw new Error('thrown by the handler');
        },
        { concurrency: 1 },
      );
      await queue.wake('bad');
      await queue.wake('good');
      await queue.wake('end', { delayMs: 500 });
      expect(await calls.first(3)).toEqual(['bad', 'good', 'end']);
    });

    test('two processes share the work', async () => {
      const [here, there] = [new Calls(), new Calls()];
      const both = new Calls();
      const slowly = (calls: Calls) => async (jobId: string) => {
        await calls.record(jobId);
        await both.record(jobId);
        if (both.seen.length === 1) await both.first(2);
      };
      await queue.work(slowly(here), { concurrency: 1 });
      await another().work(slowly(there), { concurrency: 1 });
      await Promise.all(Array.from({ length: 20 }, (_, i) => queue.wake(String(i))));
      const all = await both.first(20);
      expect(new Set(all).size).toBe(20);
      expect(here.seen.length).toBeGreaterThan(0);
      expect(there.seen.length).toBeGreaterThan(0);
    });

    test('healthy says whether the store answers; a store killed and restarted is found again by all', async () => {
      const calls = new Calls();
      await work(queue, calls);
      await queue.wake('before');
      await calls.first(1);
      expect(await queue.healthy()).toBe(true);

      await store.kill();
      const asked = performance.now();
      await expect(queue.wake('lost')).rejects.toThrow(/did not take the wake-up/);
      await expect(another().wake('lost')).rejects.toMatchObject({ name: 'RetryableError', system: 'queue' });
      expect(performance.now() - asked).toBeLessThan(2 * 1_500);
      expect(await queue.healthy()).toBe(false);
      const late = another();
      const lateCalls = new Calls();
      const lateWorkers = await work(late, lateCalls);

      await store.restart();
      await eventually(() => queue.wake('after'));
      await Promise.race([calls.first(2), lateCalls.first(1)]);
      expect(await queue.healthy()).toBe(true);
      await lateWorkers.stop(1_000);
      const before = calls.seen.length;
      await queue.wake('by the old worker');
      await calls.first(before + 1);
      expect(calls.seen.at(-1)).toBe('by the old worker');
    });

    test('close is bounded while the store is away', async () => {
      const calls = new Calls();
      await work(queue, calls);
      await queue.wake('before');
      await calls.first(1);
      await store.kill();
      const asked = performance.now();
      await queue.close();
      expect(performance.now() - asked).toBeLessThan(6_000);
      await store.restart();
    });
  });
}

export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let settle: (() => void) | undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: () => settle?.() };
}

/** Tries again until it works; each try is itself bounded. */
async function eventually(attempt: () => Promise<void>): Promise<void> {
  const end = performance.now() + 15_000;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
