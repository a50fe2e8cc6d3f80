import type { Logger } from 'pino';
import { within } from '../core/wake.ts';

/** First nothing more is taken, then what is under way is finished, then what both stand on goes. */
export type Phase = 'intake' | 'work' | 'base';

/** Named clean-ups: on a failed start for what had started, and at the end. */
export interface Cleanups {
  /** Those of `intake` and of `work` run at the same time; those of `base` (default) one by one, the last added first. */
  add(name: string, stop: Stop, phase?: Phase): void;
  /** Each gets a share of what is left of `withinMs`; one that fails or is late is logged and the others go on. */
  run(withinMs: number): Promise<void>;
}

type Stop = (withinMs: number) => Promise<void> | void;

const LEAST_MS = 250;
/** Of the time that is left, this part; the rest is for the phases after it. */
const SHARE = { intake: 0.4, work: 0.75 } as const;
/** What is aborted at the end of its time has this part of it to give back what it holds. */
const GOODBYE = 0.2;

export function createCleanups(log: Logger): Cleanups {
  const stops: { readonly name: string; readonly stop: Stop; readonly phase: Phase }[] = [];
  const take = (phase: Phase) => {
    const taken = stops.filter((one) => one.phase === phase).toReversed();
    for (const one of taken) stops.splice(stops.indexOf(one), 1);
    return taken;
  };
  const end = async ({ name, stop }: (typeof stops)[number], ms: number, graceMs?: number): Promise<void> => {
    const work = (async () => stop(ms))().catch((error: unknown) =>
      log.error({ err: error, part: name }, 'stopping failed'),
    );
    if (!(await within(work, ms, () => undefined, graceMs))) log.warn({ part: name }, 'stopping took too long');
  };
  return {
    add: (name, stop, phase = 'base') => void stops.push({ name, stop, phase }),
    async run(withinMs) {
      const until = performance.now() + withinMs;
      const left = (): number => Math.max(LEAST_MS, until - performance.now());
      for (const phase of ['intake', 'work'] as const) {
        const share = left() * SHARE[phase];
        await Promise.all(take(phase).map((one) => end(one, share * (1 - GOODBYE), share * GOODBYE)));
      }
      for (const one of take('base')) await end(one, left());
    },
  };
}
