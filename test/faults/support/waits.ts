import { setTimeout as pause } from 'node:timers/promises';

/** Many wait at the same time, and each look costs. */
const LOOK_EVERY_MS = 100;

/** What it resolves with, or an error that says what was waited for. */
export async function soon<T>(promise: Promise<T>, what: string, withinMs = 20_000): Promise<T> {
  const over = new AbortController();
  const late = pause(withinMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not within ${withinMs} ms: ${what}`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}

/** Looks again and again at what tells nobody when it changes, until nothing is left of it. */
export async function untilNone(
  look: () => Promise<readonly string[]>,
  withinMs = 30_000,
  everyMs = LOOK_EVERY_MS,
): Promise<void> {
  const until = performance.now() + withinMs;
  for (let left = await look(); left.length > 0; left = await look()) {
    if (performance.now() > until) throw new Error(`not within ${withinMs} ms; there is still: ${left.join(', ')}`);
    await pause(everyMs);
  }
}
