import type { Queue, Workers } from '../../ports/queue.ts';
import type { PipelineDeps } from '../pipeline/deps.ts';
import { startLoop, within } from '../wake.ts';
import { type HeldClaim, holdClaim, LostClaim } from './claimed.ts';
import type { Job } from './define.ts';
import { claimDue, claimJob, type JobRow, renewLeases } from './rows.ts';

export interface RunnerOptions {
  readonly deps: PipelineDeps;
  /** Job types by name. */
  readonly jobs: ReadonlyMap<string, Job>;
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
const RETRY_MS = 5_000;

interface Held {
  readonly claim: HeldClaim;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Runs jobs: those that the queue wakes at once, those that are due (or whose wake-up was lost) by a sweep. A worker claims
 * the row before it acts, and all leases of the process are renewed together.
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { deps, owner, leaseMs = LEASE_MS, concurrency = 10 } = options;
  const { db, clock, log } = deps;
  const held = new Set<Held>();
  const stopping = new AbortController();
  let swept = 0;
  const claiming = () => ({ owner, leaseMs, kinds: [...options.jobs.keys()], now: clock.now() });
  const onError = (error: unknown, loop: string): void => log.error({ err: error, loop }, 'the sweep failed');

  const run = (row: JobRow): Promise<void> => {
    const abort = new AbortController();
    if (stopping.signal.aborted) abort.abort(stopping.signal.reason);
    const claim = holdClaim(row, { db, leaseMs, now: () => clock.now(), signal: abort.signal });
    const entry: Held = {
      claim,
      abort,
      done: runClaim(claim, options).finally(() => held.delete(entry)),
    };
    held.add(entry);
    return entry.done;
  };

  const sweep = startLoop({
    name: 'jobs',
    everyMs: options.sweepMs ?? SWEEP_MS,
    onError,
    async work() {
      const free = concurrency - swept;
      const rows = await claimDue(db, free, claiming());
      for (const row of rows) {
        swept++;
        void run(row).finally(() => {
          swept--;
          if (swept === concurrency - 1) sweep.wake();
        });
      }
      return false;
    },
  });

  const renewal = startLoop({
    name: 'job leases',
    everyMs: leaseMs / 3,
    onError,
    async work() {
      const mine = [...held].filter(({ claim }) => !claim.settled);
      const kept = await renewLeases(
        db,
        owner,
        leaseMs,
        mine.map(({ claim: { row } }) => ({ id: row.id, attempt: row.attempt })),
      );
      for (const { claim, abort } of mine) {
        if (!kept.has(claim.row.id) && !claim.settled)
          abort.abort(new LostClaim(`JOB-${claim.row.number}: lease lost`));
      }
      return false;
    },
  });

  const workers: Workers = await options.queue.work(
    async (jobId) => {
      const row = stopping.signal.aborted ? undefined : await claimJob(db, Number(jobId), claiming());
      if (row) await run(row);
    },
    { concurrency },
  );

  return {
    wake: () => sweep.wake(),
    async stop(withinMs) {
      stopping.abort(new Error('stopping: the job is handed over'));
      for (const { abort } of held) abort.abort(stopping.signal.reason);
      await Promise.all([workers.stop(withinMs), sweep.stop(withinMs)]);
      await within(Promise.all([...held].map(({ done }) => done)), withinMs, () => undefined);
      await renewal.stop(withinMs);
    },
  };
}

/** One step of one claim. Never rejects: what goes wrong is logged and tried again, or left to whoever has the job now. */
async function runClaim(claim: HeldClaim, { deps, jobs }: RunnerOptions): Promise<void> {
  const { row, signal } = claim;
  const log = deps.log.child({ job: row.number, kind: row.kind, attempt: row.attempt });
  try {
    const job = jobs.get(row.kind)!;
    await job.step(claim, job.payload.parse(row.payload), deps);
  } catch (error) {
    if (error instanceof LostClaim) return log.warn('somebody else has claimed the job');
    if (!signal.aborted) log.error({ err: error }, 'the step failed and is tried again');
  }
  if (claim.settled) return;
  const due = signal.aborted ? undefined : new Date(deps.clock.now().getTime() + RETRY_MS);
  await claim
    .release(due)
    .catch((error: unknown) => log.warn({ err: error }, 'the lease was not given back; it runs out'));
}
