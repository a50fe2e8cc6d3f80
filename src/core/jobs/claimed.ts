import { sql } from 'kysely';
import type { JobState } from '../../domain/principal.ts';
import { storableJson } from '../../domain/storable.ts';
import type { Db, Tx } from '../../ports/database.ts';
import { interval, type JobRow } from './rows.ts';

/** Somebody else has the job: nothing of this claim counts any more. */
export class LostClaim extends Error {
  override readonly name = 'LostClaim';
}

export interface JobChange {
  readonly state?: Extract<JobState, 'running' | 'watching'>;
  readonly progress?: object;
  /** Committed before the world is changed: from here on only a probe may follow. */
  readonly executed?: true;
}

export type FinalState = Extract<JobState, 'done' | 'failed' | 'cancelled' | 'unknown'>;

/** Runs in the same transaction as the change of the job's row; `row` is as of then, cancel requests included. */
export type Also = (tx: Tx, row: JobRow) => Promise<void>;

/**
 * One claim of a job. Every save is fenced by the claim: one that somebody else has taken over throws `LostClaim` and
 * changes nothing.
 */
export interface Claimed {
  /** As it was claimed. */
  readonly row: JobRow;
  /** Ends when this process stops, or when the lease is lost. */
  readonly signal: AbortSignal;
  /** Saves and goes on holding the claim. */
  keep(change: JobChange, also?: Also): Promise<void>;
  /** Saves, gives the claim back; due again at `due` (business time). */
  later(due: Date, change: JobChange, also?: Also): Promise<void>;
  /** The end. */
  finish(state: FinalState, result: object, also?: Also): Promise<void>;
}

export interface HeldClaim extends Claimed {
  /** Whether the claim has been given back. */
  readonly settled: boolean;
  /** Gives it back as it is, for somebody else to claim at once. */
  release(due?: Date): Promise<void>;
}

export interface ClaimOptions {
  readonly db: Db;
  readonly leaseMs: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export function holdClaim(row: JobRow, options: ClaimOptions): HeldClaim {
  const state = { settled: false };
  const save = (values: object, settles: boolean, also?: Also): Promise<void> =>
    options.db
      .transaction()
      .execute(async (tx) => {
        const saved = await tx
          .updateTable('jobs')
          .set(values)
          .where('id', '=', row.id)
          .where('attempt', '=', row.attempt)
          .where('lease_owner', '=', row.lease_owner)
          .returningAll()
          .executeTakeFirst();
        if (!saved) throw new LostClaim(`JOB-${row.number} was claimed by somebody else`);
        await also?.(tx, saved);
      })
      .then(() => {
        state.settled = settles;
      });
  const giveBack = { lease_owner: null, lease_until: null };
  return {
    row,
    signal: options.signal,
    get settled() {
      return state.settled;
    },
    keep: (change, also) =>
      save({ ...columns(change), lease_until: sql`clock_timestamp() + ${interval(options.leaseMs)}` }, false, also),
    later: (due, change, also) => save({ ...columns(change), ...giveBack, due_at: due }, true, also),
    finish: (final, result, also) =>
      save(
        { ...giveBack, state: final, result: storableJson(result), due_at: null, finished_at: options.now() },
        true,
        also,
      ),
    release: (due) => save({ ...giveBack, ...(due && { due_at: due }) }, true),
  };
}

function columns({ state, progress, executed }: JobChange): object {
  return {
    ...(state && { state }),
    ...(progress && { progress: storableJson(progress) }),
    ...(executed && { executed }),
  };
}
