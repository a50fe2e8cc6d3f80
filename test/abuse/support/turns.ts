import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Turns {
  /** By the clock: the longest that a timer was late. Other work on the machine counts. */
  readonly longestDelayMs: number;
  /** By its own processor time: the longest that this process kept its event loop from turning. */
  readonly longestBusyMs: number;
}

const LOOK_EVERY_MS = 10;

/** From now on. */
export function longestTurn(): () => Turns {
  const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  delay.enable();
  let longest = 0;
  let clock = performance.now();
  let spent = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(spent);
    const passed = performance.now() - clock;
    longest = Math.max(longest, Math.min(passed, (user + system) / 1_000) - LOOK_EVERY_MS);
    clock = performance.now();
    spent = process.cpuUsage();
  }, LOOK_EVERY_MS).unref();
  return () => ({ longestDelayMs: delay.max / 1e6, longestBusyMs: longest });
}
