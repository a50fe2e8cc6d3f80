import type { Logger } from 'pino';
import { within } from '../core/wake.ts';

/** Named clean-ups, run last in, first out: on a failed start for what had started, and at the end. */
export interface Cleanups {
  add(name: string, stop: (withinMs: number) => Promise<void> | void): void;
  /** Each gets what is left of `withinMs`; one that fails or is late is logged and the others go on. */
  run(withinMs: number): Promise<void>;
}

const LEAST_MS = 250;

export function createCleanups(log: Logger): Cleanups {
  const stops: { name: string; stop: (withinMs: number) => Promise<void> | void }[] = [];
  return {
    add: (name, stop) => void stops.push({ name, stop }),
    async run(withinMs) {
      const until = performance.now() + withinMs;
      for (let last = stops.pop(); last; last = stops.pop()) {
        const { name, stop } = last;
        const left = Math.max(LEAST_MS, until - performance.now());
        const work = (async () => stop(left))().catch((error: unknown) =>
          log.error({ err: error, part: name }, 'stopping failed'),
        );
        if (!(await within(work, left, () => undefined))) log.warn({ part: name }, 'stopping took too long');
      }
    },
  };
}
