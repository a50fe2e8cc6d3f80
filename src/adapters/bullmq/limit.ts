import type { Logger } from 'pino';

/** @throws Error saying `what` was not done, when `work` takes longer than `ms`; the work itself is left to end by itself. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took over ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

const LOG_EVERY_MS = 10_000;

/** Logs the first error at once, then at most one every 10 s with the count of those between: a store that is away repeats itself. */
export function throttledWarn(log: Logger): (error: Error, what: string) => void {
  let quietUntil = Number.NEGATIVE_INFINITY;
  let kept = 0;
  return (error, what) => {
    const now = performance.now();
    if (now < quietUntil) {
      kept++;
      return;
    }
    log.warn({ err: error, ...(kept > 0 && { sinceLast: kept }) }, what);
    quietUntil = now + LOG_EVERY_MS;
    kept = 0;
  };
}
