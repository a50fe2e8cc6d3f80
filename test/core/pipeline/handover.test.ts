import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Action } from '../../../src/core/define.ts';
import type { Job } from '../../../src/core/jobs/define.ts';
import { type Runner, startRunner } from '../../../src/core/jobs/runner.ts';
import { job } from '../../../src/jobs/action.ts';
import { type Bench, openBench } from './bench.ts';
import { type FakeWorld, fakeAction, fakeWorld } from './fake-action.ts';

let world: FakeWorld;
let bench: Bench;
let runners: Runner[];
/** Resolves when the world is being changed or watched; what is under way then waits for `let go`. */
let inside: Promise<void>;
let letGo: () => void;

async function open(where: 'execute' | 'watch'): Promise<void> {
  world = fakeWorld();
  const action = fakeAction(world);
  let entered: () => void;
  inside = new Promise((resolve) => {
    entered = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const slow: Action = {
    ...action,
    async execute(plan, context) {
      if (where === 'execute') {
        entered();
        await gate;
      }
      return action.execute(plan, context);
    },
    async watch(plan, context) {
      if (where === 'watch') {
        entered();
        // A sweep under way may claim what was given back a moment ago: then it has been told to stop before it looks.
        context.signal.throwIfAborted();
        await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)));
      }
      return action.watch(plan, context);
    },
  };
  bench = await openBench({ action: slow });
}

beforeEach(() => {
  runners = [];
});
afterEach(async () => {
  await Promise.all(runners.map((r) => r.stop(1_000)));
  await bench.close();
});

async function startWorker(): Promise<{ runner: Runner; wake(id: number): Promise<void> }> {
  let handle = async (_id: string): Promise<void> => undefined;
  const runner = await startRunner({
    deps: bench.deps,
    jobs: new Map<string, Job>([['action', job]]),
    owner: randomUUID(),
    sweepMs: 60_000,
    queue: {
      work: async (handler) => {
        handle = (id) => handler(id, new AbortController().signal);
        return { stop: async () => undefined };
      },
    },
  });
  runners.push(runner);
  return { runner, wake: (id) => handle(String(id)) };
}

describe('a worker that is told to stop', () => {
  it('waits for the call that changes the world, and leaves the watching to the next', async () => {
    await open('execute');
    const worker = await startWorker();
    const id = await bench.confirmed();
    const { id: jobId } = await bench.job(id);
    const working = worker.wake(jobId);
    await inside;
    const stopped = worker.runner.stop(5_000);
    letGo();
    await Promise.all([working, stopped]);
    expect(await bench.job(id)).toMatchObject({ state: 'watching', executed: true, lease_owner: null });
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done' });
    expect(world.called).toEqual([id]);
  });

  it('gives the claim back in the middle of a look; the next claims at once', async () => {
    await open('watch');
    const id = await bench.confirmed();
    await bench.work();
    bench.advance(5_000);
    const worker = await startWorker();
    const working = worker.wake((await bench.job(id)).id);
    await inside;
    await worker.runner.stop(5_000);
    await working;
    const { due_at: due } = await bench.job(id);
    expect(await bench.job(id)).toMatchObject({ state: 'watching', lease_owner: null, lease_until: null });
    expect(due! <= bench.now()).toBe(true);
    expect((await bench.action(id)).outcome).toBeNull();
  });
});
