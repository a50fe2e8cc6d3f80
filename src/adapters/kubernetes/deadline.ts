import { setMaxListeners } from 'node:events';

/** Why a call ended before its answer: `code` is what an error message shows. */
class Ended extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * Runs `work` with a signal that fires after `ms` or when the caller's does, and leaves no timer and no listener behind
 * (`AbortSignal.any` keeps a listener on long-lived signals in Node 20). Work that ignores its signal is left behind.
 * @throws an error whose `code` is `TIMEOUT` or `CANCELLED`, else what `work` throws
 */
export async function withDeadline<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (outer?.aborted) throw new Ended('CANCELLED');
  const controller = new AbortController();
  // One call may make many requests side by side, each of which listens; none stays.
  setMaxListeners(0, controller.signal);
  const cancel = (): void => controller.abort(new Ended('CANCELLED'));
  const timer = setTimeout(() => controller.abort(new Ended('TIMEOUT')), ms);
  outer?.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([ended(controller.signal), work(controller.signal)]);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', cancel);
  }
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
