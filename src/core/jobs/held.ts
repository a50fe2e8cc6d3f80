import { randomBytes } from 'node:crypto';
import { assertKnown, NewerVersion, versionOf } from '../newer.ts';
import { type HeldClaim, holdClaim, LostClaim } from './claimed.ts';
import type { Job, JobDeps } from './define.ts';
import { type JobRow, renewLeases } from './rows.ts';

export interface HoldingOptions<Deps extends JobDeps> {
  readonly deps: Deps;
  /** Job types by name. */
  readonly jobs: ReadonlyMap<string, Job<unknown, Deps>>;
  readonly owner: string;
  readonly leaseMs: number;
}

/** The claims that this process works on. */
export interface Holding {
  /** One step of a job that was just claimed. Never rejects. */
  run(row: JobRow): Promise<void>;
  /** Prolongs all leases; a claim that is no longer ours has its signal ended. */
  renew(): Promise<void>;
  /** Ends the signals of all claims, of later ones at once. Answers when all are given back. */
  handOver(): Promise<void>;
}

const RETRY_MS = 5_000;

interface Held {
  readonly claim: HeldClaim;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export function createHolding<Deps extends JobDeps>(options: HoldingOptions<Deps>): Holding {
  const { deps, owner, leaseMs } = options;
  const held = new Set<Held>();
  const stopping = new AbortController();
  const handedOver = new Error('this process stops: the job is handed over');

  return {
    run(row) {
      const abort = new AbortController();
      if (stopping.signal.aborted) abort.abort(handedOver);
      const claim = holdClaim(row, { db: deps.db, leaseMs, now: () => deps.clock.now(), signal: abort.signal });
      const entry: Held = { claim, abort, done: runClaim(claim, options).finally(() => held.delete(entry)) };
      held.add(entry);
      return entry.done;
    },
    async renew() {
      const mine = [...held].filter(({ claim }) => !claim.settled);
      const claims = mine.map(({ claim: { row } }) => ({ id: row.id, attempt: row.attempt }));
      const kept = await renewLeases(deps.db, owner, leaseMs, claims);
      for (const { claim, abort } of mine) {
        if (claim.settled || kept.has(claim.row.id)) continue;
        abort.abort(new LostClaim(`JOB-${claim.row.number}: the lease is somebody else's`));
      }
    },
    async handOver() {
      stopping.abort(handedOver);
      for (const { abort } of held) abort.abort(handedOver);
      await Promise.all([...held].map(({ done }) => done));
    },
  };
}

/** What goes wrong is logged and tried again, or left to whoever has the job now. */
async function runClaim<Deps extends JobDeps>(claim: HeldClaim, { deps, jobs }: HoldingOptions<Deps>): Promise<void> {
  const { row, signal } = claim;
  const log = deps.log.child({ job: row.number, kind: row.kind, attempt: row.attempt });
  try {
    await step(claim, jobs.get(row.kind)!, deps);
    deps.wakeOutbox?.();
  } catch (error) {
    if (error instanceof LostClaim) return log.warn('somebody else has claimed the job');
    if (error instanceof NewerVersion) log.warn({ err: error }, 'the job is left to a newer replica');
    else if (!signal.aborted) log.error({ err: error }, 'the step failed and is tried again');
  }
  if (claim.settled) return;
  const due = signal.aborted ? undefined : new Date(deps.clock.now().getTime() + RETRY_MS);
  await claim
    .release(due)
    .catch((error: unknown) => log.warn({ err: error }, 'the lease was not given back; it runs out'));
}

/** A payload that its own version cannot read will never be readable: the job ends, loudly. @throws NewerVersion */
async function step<Deps extends JobDeps>(claim: HeldClaim, job: Job<unknown, Deps>, deps: Deps): Promise<void> {
  assertKnown(`the payload of JOB-${claim.row.number}`, versionOf(claim.row.payload) ?? 0, job.v);
  const payload = job.payload.safeParse(claim.row.payload);
  if (payload.success) return job.step(claim, payload.data, deps);
  const id = randomBytes(2).toString('hex');
  deps.log.error({ err: payload.error, id, job: claim.row.number }, 'the payload of a job cannot be read');
  return claim.finish('failed', { kind: 'error', id, executed: claim.row.executed });
}
