import type { SendHeartbeat } from '../../ports/heartbeat.ts';

/** One GET. A redirect is not followed: it would carry a secret path to somebody else. */
export function heartbeatTo(url: string, request: typeof fetch = fetch): SendHeartbeat {
  return async (signal) => {
    try {
      const answer = await request(url, { signal, redirect: 'manual', headers: { 'user-agent': 'hikeshi' } });
      await answer.body?.cancel();
      return answer.ok ? 'ok' : { failed: `http-${answer.status}` };
    } catch (error) {
      return { failed: codeOf(error) };
    }
  };
}

/** The code and never the message, in which the URL may be. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'failed';
}
