import type { Logger } from 'pino';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';

const MEASURE_EVERY_MS = 30_000;
/** A smaller step back is a measurement's noise, or a standby's slightly slower clock: time waits for it instead of turning. */
const NOISE_MS = 1_000;

export interface ClockOptions {
  readonly database: Pick<Database, 'measureClock' | 'receiving'>;
  /** True with `--embedded` only: adds the value of the table `clock_offset`, by which the demo and tests move time. */
  readonly movable: boolean;
  readonly log: Logger;
  readonly measureEveryMs?: number;
  /** Monotonic milliseconds; default `performance.now`. */
  readonly monotonic?: (() => number) | undefined;
}

export interface DatabaseClock extends Clock {
  /**
   * Measures, then again every 30 s until `stop`. Until the first measurement the host's time at creation is carried on.
   * @throws what the database throws when the first measurement fails; the later ones go on all the same.
   */
  start(): Promise<void>;
  /** Measures now, and reads `clock_offset` where it is used; for whoever has just moved it. */
  refresh(): Promise<void>;
  stop(): void;
}

/** The database's time, carried between measurements by a monotonic clock, so that a stepped host clock changes nothing. */
export function createClock(options: ClockOptions): DatabaseClock {
  const monotonic = options.monotonic ?? (() => performance.now());
  let offsetMs = Date.now() - monotonic();
  let latestMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  async function refresh(): Promise<void> {
    const [measured, moved] = await Promise.all([
      options.database.measureClock(),
      options.movable ? movedBy(options.database) : 0,
    ]);
    offsetMs = measured + moved;
  }

  function repeat(): void {
    refresh().catch((error: unknown) => options.log.warn({ err: error }, 'the database clock could not be measured'));
  }

  return {
    now() {
      const ms = monotonic() + offsetMs;
      latestMs = latestMs - ms > NOISE_MS ? ms : Math.max(latestMs, ms);
      return new Date(latestMs);
    },
    start() {
      timer ??= setInterval(repeat, options.measureEveryMs ?? MEASURE_EVERY_MS).unref();
      return refresh();
    },
    refresh,
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

async function movedBy({ receiving }: Pick<Database, 'receiving'>): Promise<number> {
  const row = await receiving.selectFrom('clock_offset').select('ms').executeTakeFirst();
  return row?.ms ?? 0;
}
