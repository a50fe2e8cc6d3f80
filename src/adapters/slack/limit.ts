import { type CallLimit, ChatError } from '../../ports/chat.ts';

/**
 * Runs one outside call within a time limit. The signal given to `run` ends with the limit and with the caller's own signal,
 * and the promise ends then too, whether `run` listens or not.
 *
 * @throws ChatError `passing` (`aborted`) when it was over before it began; `ambiguous` (`timeout`, `aborted`) when it ended
 * under way, for then nobody knows what was done; and whatever `run` throws.
 */
export async function within<T>(
  limit: CallLimit,
  defaultMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (limit.signal?.aborted) throw new ChatError('passing', 'aborted');
  const ms = limit.timeoutMs ?? defaultMs;
  const controller = new AbortController();
  const over = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true });
  });
  const end = (code: string, detail?: string): void => controller.abort(new ChatError('ambiguous', code, { detail }));
  const aborted = (): void => end('aborted');
  const timer = setTimeout(() => end('timeout', `no answer within ${ms} ms`), ms);
  limit.signal?.addEventListener('abort', aborted, { once: true });
  try {
    return await Promise.race([run(controller.signal), over]);
  } finally {
    clearTimeout(timer);
    limit.signal?.removeEventListener('abort', aborted);
  }
}

/** Waits, unless the signal ends first; then it rejects with the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new ChatError('ambiguous', 'aborted'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
