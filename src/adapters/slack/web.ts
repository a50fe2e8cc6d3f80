import type { WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import { type CallLimit, ChatError } from '../../ports/chat.ts';
import { chatErrorOf, type Seen } from './errors.ts';
import { within } from './limit.ts';
import { sdkLogger } from './sdk-log.ts';
import type { Scrub } from './secrets.ts';

export interface WebOptions {
  readonly token: string;
  /** Default: Slack's. */
  readonly apiUrl?: string;
  readonly log: Logger;
  readonly scrub: Scrub;
}

/** Slack's answer, its fields not yet looked at. */
export type WebAnswer = Readonly<Record<string, unknown>>;

/** Calls of the Web API. Each is sent once, ends within its limit, and rejects with `ChatError` only. */
export interface Web {
  call(method: string, args: Readonly<Record<string, unknown>>, limit?: CallLimit): Promise<WebAnswer>;
  /** Puts bytes where an answer of Slack's said; the address is the right to do so, and no token goes with it. */
  upload(url: string, bytes: Uint8Array, limit?: CallLimit): Promise<void>;
}

const CALL_MS = 10_000;

/**
 * A client for each call (35 µs): so our fetch knows which call it serves, can really cancel it, and sees status and headers
 * that the SDK does not hand on. Its own retries, its queue and its pause on 429 are off: the outbox decides these.
 */
export function createWeb(options: WebOptions): Web {
  return {
    call: (method, args, limit = {}) =>
      within(limit, CALL_MS, async (signal) => {
        const seen: Seen = {};
        try {
          const { WebClient, LogLevel } = await import('@slack/web-api');
          const logger = sdkLogger(options.log, options.scrub, LogLevel.INFO);
          const client = new WebClient(options.token, { ...clientOptions(options.apiUrl, seen, signal), logger });
          return { ...(await client.apiCall(method, { ...args })) };
        } catch (error) {
          throw chatErrorOf(error, seen, options.scrub);
        }
      }),

    upload: (url, bytes, limit = {}) =>
      within(limit, CALL_MS, async (signal) => {
        const headers = { 'content-type': 'application/octet-stream' };
        const response = await fetch(url, { method: 'POST', headers, body: bytes, redirect: 'error', signal }).catch(
          (error: unknown) => {
            throw new ChatError('ambiguous', 'upload_failed', { cause: error });
          },
        );
        await response.body?.cancel();
        if (!response.ok) throw new ChatError('passing', 'upload_failed', { detail: `HTTP ${response.status}` });
      }),
  };
}

/** What every client of ours is made with, the socket clients' included. */
export function clientOptions(apiUrl: string | undefined, seen: Seen, signal: AbortSignal): WebClientOptions {
  return {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    fetch: async (url, init) => {
      const response = await fetch(url, { ...init, signal });
      seen.status = response.status;
      seen.retryAfter = response.headers.get('retry-after');
      return response;
    },
  };
}
