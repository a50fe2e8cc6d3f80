/** Work that goes on after Slack has its answer: counted, bounded, and waited for when we stop. */
export interface Tracked {
  /** Never throws. `work` gets a signal that ends with its time and with us. */
  run(about: string, work: (signal: AbortSignal) => Promise<unknown>): void;
  /** Waits for what runs; aborts it when a fifth of the time is left. True when nothing was left behind. */
  close(withinMs: number): Promise<boolean>;
  readonly running: number;
}

const WORK_MS = 60_000;

export function createTracked(onError: (error: unknown, about: string) => void): Tracked {
  const open = new Map<AbortController, Promise<void>>();

  const run = (about: string, work: (signal: AbortSignal) => Promise<unknown>): void => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error(`${about}: not done within ${WORK_MS} ms`)), WORK_MS);
    const task = async (): Promise<void> => {
      try {
        await work(controller.signal);
      } catch (error) {
        onError(error, about);
      } finally {
        clearTimeout(timer);
        open.delete(controller);
      }
    };
    open.set(controller, Promise.resolve().then(task));
  };

  const settled = async (ms: number): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([Promise.all(open.values()), over]);
    clearTimeout(timer);
    return open.size === 0;
  };

  return {
    run,
    get running() {
      return open.size;
    },
    async close(withinMs) {
      if (open.size === 0) return true;
      if (await settled(withinMs * 0.8)) return true;
      for (const controller of open.keys()) controller.abort(new Error('stopping'));
      return settled(withinMs * 0.2);
    },
  };
}
