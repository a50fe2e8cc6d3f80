import { sql } from 'kysely';
import type { Logger } from 'pino';
import { type ChangedRequest, ChatError, type Directory } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Db } from '../../ports/database.ts';
import { startLoop } from '../wake.ts';
import { type PartFailed, type RefreshContext, refreshAll, refreshChanged } from './refresh.ts';

export interface KeeperOptions {
  readonly db: Db;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Logger;
  /** Channels that config names; their members are wanted before the first post. */
  readonly channels?: () => readonly string[];
  /** Slack could not be reached, or was: told besides; the error is then not logged here. */
  readonly onAway?: (error: ChatError) => void;
  readonly onRead?: () => void;
  /** `false`: only what events name; another process refreshes everything. Default true. */
  readonly full?: boolean;
  /** How often it looks whether a refresh is due; default 10 s. */
  readonly lookMs?: number;
}

export interface Keeper {
  /** Refreshes what an event names, soon; repeats that wait are one. */
  changed(change: Pick<ChangedRequest, 'what' | 'subject'>): void;
  wake(): void;
  stop(withinMs: number): Promise<void>;
}

/** By business time. */
const EVERY_MS = 600_000;
/** After a failure, and for a process that died over it. */
const RETRY_MS = 60_000;
const LOOK_MS = 10_000;
/** The row of `schedule_runs` by which processes take turns. */
const RUN = 'directory';

/** Keeps the rows of people, groups and channels: all every ten minutes, by one process at a time, and single ones by event. */
export function startKeeper(options: KeeperOptions): Keeper {
  const { db, clock, log } = options;
  const wanted = new Map<string, Pick<ChangedRequest, 'what' | 'subject'>>();

  const contextNow = (signal: AbortSignal): RefreshContext => ({
    db,
    directory: options.directory,
    now: clock.now(),
    signal,
    channels: options.channels?.() ?? [],
  });

  async function single(signal: AbortSignal): Promise<void> {
    for (const [key, change] of wanted) {
      wanted.delete(key);
      const request = { kind: 'changed', id: key, ...change } as const;
      await refreshChanged(contextNow(signal), request).catch((error: unknown) =>
        log.warn({ err: error, ...change }, 'a change of the workspace could not be read; the next refresh will tell'),
      );
    }
  }

  async function turn(signal: AbortSignal): Promise<boolean> {
    await single(signal);
    if (options.full === false || !(await claimRun(db, clock.now()))) return false;
    const failed = await refreshAll(contextNow(signal));
    for (const { part, error } of failed) {
      if (options.onAway && isAway(error)) options.onAway(error);
      else log.warn({ err: error, part }, 'the workspace could not be read');
    }
    if (failed.length === 0) options.onRead?.();
    await finishRun(db, clock.now(), failed);
    return false;
  }

  const loop = startLoop({
    name: 'directory',
    everyMs: options.lookMs ?? LOOK_MS,
    work: turn,
    onError: (error) => log.warn({ err: error }, 'the directory could not be refreshed'),
  });
  return {
    changed(change) {
      wanted.set(`${change.what}:${change.subject ?? ''}`, change);
      loop.wake();
    },
    wake: () => loop.wake(),
    stop: (withinMs) => loop.stop(withinMs),
  };
}

/** What the clocks of two processes may differ by, and then some. */
const SKEW_MS = 120_000;

/** Whoever moves the due time has the run. One much further ahead than it may be was written before the clock was moved back. */
async function claimRun(db: Db, now: Date): Promise<boolean> {
  const retry = new Date(now.getTime() + RETRY_MS);
  const furthest = new Date(now.getTime() + EVERY_MS + SKEW_MS);
  const { rows } = await sql`
    insert into schedule_runs as r (name, due_at) values (${RUN}, ${retry})
    on conflict (name) do update set due_at = excluded.due_at
      where r.due_at <= ${now} or r.due_at > ${furthest}
    returning r.name`.execute(db);
  return rows.length > 0;
}

async function finishRun(db: Db, now: Date, failed: readonly PartFailed[]): Promise<void> {
  const due = new Date(now.getTime() + (failed.length > 0 ? retryMs(failed) : EVERY_MS));
  const outcome = failed.length > 0 ? failed.map((f) => `${f.part}: ${codeOf(f.error)}`).join(', ') : 'ok';
  await sql`update schedule_runs set due_at = ${due}, last_run_at = ${now}, last_outcome = ${outcome}
    where name = ${RUN}`.execute(db);
}

function retryMs(failed: readonly PartFailed[]): number {
  const asked = failed.map(({ error }) => (error instanceof ChatError ? (error.retryAfterMs ?? 0) : 0));
  return Math.min(EVERY_MS, Math.max(RETRY_MS, ...asked));
}

function isAway(error: unknown): error is ChatError {
  return error instanceof ChatError && (error.kind === 'passing' || error.kind === 'ambiguous');
}

function codeOf(error: unknown): string {
  return error instanceof ChatError ? error.code : 'failed';
}
