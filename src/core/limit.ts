/**
 * Awaits `work`, but no longer than `signal` lasts: rejects with the signal's reason then, whatever becomes of the work.
 * For code that may not honour the signal it was given.
 */
export async function whileOpen<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const left = new AbortController();
  const closed = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: left.signal });
  });
  try {
    return await Promise.race([work, closed]);
  } finally {
    left.abort();
  }
}
