import type { Queue } from '../../ports/queue.ts';
import { startLoop, within } from '../wake.ts';
import type { Job, JobDeps } from './define.ts';
import { createHolding } from './held.ts';
import { claimDue, claimJob } from './rows.ts';

export interface RunnerOptions<Deps extends JobDeps> {
  readonly deps: Deps;
  /** Job types by name. */
  readonly jobs: ReadonlyMap<string, Job<unknown, Deps>>;
  readonly queue: Pick<Queue, 'work'>;
  /** This process, unique: who holds a lease. */
  readonly owner: string;
  /** Claims at once, of the queue's and of the sweep's each; default 10. */
  readonly concurrency?: number;
  /** Default 30 s. What a step does to the world must end well within it. */
  readonly leaseMs?: number;
  /** Default 1 s. */
  readonly sweepMs?: number;
}

export interface Runner {
  /** Sweeps now. */
  wake(): void;
  /** Claims nothing more, hands over what can be handed over, waits for the rest up to `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

const LEASE_MS = 30_000;
const SWEEP_MS = 1_000;

/**
 * Runs jobs: those that the queue wakes at once, those that are due (or whose wake-up was lost) by a sweep. A worker claims
 * the row before it acts, and all leases of the process are renewed together.
 */
export async function startRunner<Deps extends JobDeps>(options: RunnerOptions<Deps>): Promise<Runner> {
  const { deps, jobs, owner, leaseMs = LEASE_MS, concurrency = 10 } = options;
  const { db, clock, log } = deps;
  const holding = createHolding({ deps, jobs, owner, leaseMs });
  const state = { swept: 0, stopping: false };
  const kinds = new Map([...jobs].map(([kind, job]) => [kind, job.v]));
  const claiming = () => ({ owner, leaseMs, kinds, now: clock.now() });
  const onError = (error: unknown, loop: string): void => log.error({ err: error, loop }, 'the sweep failed');

  const takeWoken = async (jobId: string): Promise<void> => {
    const row = state.stopping ? undefined : await claimJob(db, Number(jobId), claiming());
    if (row) await holding.run(row);
  };
  const workers = await options.queue.work(takeWoken, { concurrency });

  const takeDue = async (): Promise<boolean> => {
    const rows = await claimDue(db, concurrency - state.swept, claiming());
    for (const row of rows) {
      state.swept++;
      void holding.run(row).finally(() => {
        // It was full: there may be more.
        if (state.swept-- === concurrency) sweep.wake();
      });
    }
    return false;
  };
  const sweep = startLoop({ name: 'jobs', everyMs: options.sweepMs ?? SWEEP_MS, onError, work: takeDue });
  const renew = () => holding.renew().then(() => false);
  const renewal = startLoop({ name: 'job leases', everyMs: leaseMs / 3, onError, work: renew });

  return {
    wake: () => sweep.wake(),
    async stop(withinMs) {
      state.stopping = true;
      const handedOver = holding.handOver();
      await Promise.all([workers.stop(withinMs), sweep.stop(withinMs)]);
      await within(Promise.all([handedOver, holding.handOver()]), withinMs, () => undefined);
      await renewal.stop(withinMs);
    },
  };
}
