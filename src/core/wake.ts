import { once, setMaxListeners } from 'node:events';

/** Works now, not with its next sweep. */
export interface Wakeable {
  wake(): void;
}

/**
 * The only place with timers besides adapters. A loop runs its work when woken and at least every `everyMs`: the sweep that
 * finds what no wake-up reached. A wake-up sets a flag that is cleared before the work starts, so one that arrives while
 * work comes back empty is not lost.
 */
export interface Loop extends Wakeable {
  /** Waits for the work in hand; its signal is aborted after `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  readonly everyMs: number;
  /**
   * Answers whether there may be more at once, or in how many milliseconds there will be; never later than `everyMs`.
   * Rejections are reported and the loop goes on after `everyMs`.
   */
  readonly work: (signal: AbortSignal) => Promise<boolean | number>;
  readonly onError: (error: unknown, loop: string) => void;
}

export function startLoop(options: LoopOptions): Loop {
  const abort = new AbortController();
  const wakeUp = new EventTarget();
  const state = { woken: true, stopping: false, restMs: options.everyMs };

  const idle = async (): Promise<void> => {
    if (state.woken || state.stopping) return;
    await sleepUntil(state.restMs, wakeUp);
  };
  const next = (more: boolean | number): void => {
    if (more === true) state.woken = true;
    state.restMs = typeof more === 'number' ? Math.min(more, options.everyMs) : options.everyMs;
  };

  const run = async (): Promise<void> => {
    while (!state.stopping) {
      await idle();
      if (state.stopping) return;
      state.woken = false;
      try {
        next(await options.work(abort.signal));
      } catch (error) {
        next(false);
        if (!abort.signal.aborted) options.onError(error, options.name);
      }
    }
  };

  const running = run();
  const wake = (): void => {
    state.woken = true;
    wakeUp.dispatchEvent(new Event('wake'));
  };
  return {
    wake,
    async stop(withinMs) {
      state.stopping = true;
      wake();
      await within(running, withinMs, () => abort.abort(new Error(`${options.name} is stopping`)));
    },
  };
}

/** Resolves after `ms` or at the next `wake` event. */
async function sleepUntil(ms: number, wakeUp: EventTarget): Promise<void> {
  const done = new AbortController();
  const timer = setTimeout(() => done.abort(), ms);
  try {
    await once(wakeUp, 'wake', { signal: done.signal });
  } catch {
    // The sweep's time has come.
  } finally {
    clearTimeout(timer);
  }
}

/** Awaits `work`; when `ms` have passed, calls `late` and awaits it a last `graceMs`. Never rejects. */
export async function within(work: Promise<unknown>, ms: number, late: () => void, graceMs = 500): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  );
  if (await raceTimer(settled, ms)) return true;
  late();
  return graceMs > 0 && raceTimer(settled, graceMs);
}

async function raceTimer(settled: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const out = await Promise.race([
    settled,
    new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    }),
  ]);
  clearTimeout(timer);
  return out;
}

/** A signal that ends after `ms`, or with `parent`. For every outside call; many that are made side by side may share it. */
export function timeLimit(ms: number, parent?: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(ms);
  const signal = parent ? AbortSignal.any([parent, limit]) : limit;
  // Each call listens to it, and none stays: more than ten are no leak.
  setMaxListeners(0, signal);
  return signal;
}

/** Waits; for shutdown only. Whatever is due in business time is a column. */
export async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Lets everything else that waits have its turn, in the midst of long work. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
