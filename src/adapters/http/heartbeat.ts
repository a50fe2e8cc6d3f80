import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
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

/** Only a connection, with TLS where the URL has it: whoever watches is told nothing. */
export function connectionTo(url: string): SendHeartbeat {
  return (signal) =>
    new Promise((resolve) => {
      const { protocol, hostname, port } = new URL(url);
      const host = hostname.replace(/^\[|\]$/g, '');
      const secure = protocol === 'https:';
      const at = { host, port: Number(port || (secure ? 443 : 80)) };
      const socket = secure ? connectTls({ ...at, ...(isIP(host) === 0 && { servername: host }) }) : connect(at);
      const late = (): void => end({ failed: 'timeout' });
      const end = (answer: Awaited<ReturnType<SendHeartbeat>>): void => {
        signal.removeEventListener('abort', late);
        socket.destroy();
        resolve(answer);
      };
      signal.addEventListener('abort', late, { once: true });
      socket.once(secure ? 'secureConnect' : 'connect', () => end('ok'));
      socket.on('error', (cause) => end({ failed: codeOf(new Error('no connection', { cause })) }));
    });
}

/** The code and never the message, in which the URL may be. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'failed';
}
