import type { Clock } from '../clock.ts';
import type { Fields } from '../json.ts';
import { parseJson } from '../json.ts';
import { type Posted, post, sign } from './post.ts';

export const ANSWER_WITHIN_MS = 3000;
const REDIRECTS = 2;

/** What became of one delivery. `body` is what the app answered, if it answered with one. */
export type Answer =
  | { readonly outcome: 'acked'; readonly body?: unknown }
  | { readonly outcome: 'timeout' }
  | { readonly outcome: 'failed'; readonly reason: RetryReason; readonly status?: number; readonly noRetry?: boolean };

export type RetryReason =
  | 'http_timeout'
  | 'http_error'
  | 'connection_failed'
  | 'too_many_redirects'
  | 'timeout'
  | 'unknown_error';
export type What = 'command' | 'interaction' | 'event' | 'other';

/** Signed HTTP to the app's one request URL. Every answer has three seconds on the fake's clock. */
export class HttpDelivery {
  readonly #clock: Clock;
  readonly #secret: string;
  readonly #signWith: 'wall' | 'fake';
  readonly #open = new Set<AbortController>();

  constructor(clock: Clock, secret: string, signWith: 'wall' | 'fake') {
    this.#clock = clock;
    this.#secret = secret;
    this.#signWith = signWith;
  }

  async send(url: string, what: What, payload: Fields, extra: Record<string, string> = {}): Promise<Answer> {
    const abort = new AbortController();
    this.#open.add(abort);
    let late = false;
    const cancel = this.#clock.after(ANSWER_WITHIN_MS, () => {
      late = true;
      abort.abort();
    });
    try {
      return judge(await this.#post(url, what, payload, extra, abort.signal), what);
    } catch {
      return late ? { outcome: 'timeout' } : { outcome: 'failed', reason: 'connection_failed' };
    } finally {
      cancel();
      this.#open.delete(abort);
    }
  }

  /** Cuts what is still under way. */
  close(): void {
    for (const abort of this.#open) abort.abort();
  }

  /** Events follow two redirects; nothing else follows any. */
  async #post(
    url: string,
    what: What,
    payload: Fields,
    extra: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Posted> {
    const { type, body } = encode(what, payload);
    let target = url;
    for (let hop = 0; ; hop += 1) {
      const stamp = Math.floor((this.#signWith === 'fake' ? this.#clock.now() : Date.now()) / 1000);
      const signed = {
        'x-slack-request-timestamp': String(stamp),
        'x-slack-signature': sign(this.#secret, stamp, body),
      };
      const posted = await post(
        target,
        { 'content-type': type, 'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)', ...signed, ...extra },
        body,
        signal,
      );
      const next = posted.headers['location'];
      if (
        what !== 'event' ||
        posted.status < 300 ||
        posted.status > 399 ||
        typeof next !== 'string' ||
        hop >= REDIRECTS
      )
        return posted;
      target = new URL(next, target).href;
    }
  }
}

function encode(what: What, payload: Fields): { type: string; body: string } {
  const form = 'application/x-www-form-urlencoded';
  if (what === 'interaction')
    return { type: form, body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString() };
  if (what === 'event' || payload['type'] === 'url_verification')
    return { type: 'application/json', body: JSON.stringify(payload) };
  return {
    type: form,
    body: new URLSearchParams(
      Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString(),
  };
}

/** Any 2xx will do for an event; a command or an interaction needs a 200. */
function judge(posted: Posted, what: What): Answer {
  const fine = what === 'event' ? posted.status >= 200 && posted.status < 300 : posted.status === 200;
  if (fine) {
    const isJson = String(posted.headers['content-type'] ?? '').includes('json');
    return posted.body === ''
      ? { outcome: 'acked' }
      : { outcome: 'acked', body: isJson ? parseJson(posted.body) : (parseJson(posted.body) ?? posted.body) };
  }
  const reason = posted.status >= 300 && posted.status < 400 ? 'too_many_redirects' : 'http_error';
  return { outcome: 'failed', reason, status: posted.status, noRetry: posted.headers['x-slack-no-retry'] === '1' };
}
