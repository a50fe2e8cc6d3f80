import { type CallLimit, ChatError } from '../../../ports/chat.ts';
import { chatErrorOf, type Seen } from '../errors.ts';
import { within } from '../limit.ts';
import type { Scrub } from '../secrets.ts';

/** Posts to a response_url: five uses in half an hour, sent once. @throws ChatError, which never holds the address. */
export type Respond = (url: string, body: Readonly<Record<string, unknown>>, limit?: CallLimit) => Promise<void>;

const RESPOND_MS = 5_000;

export function createRespond(scrub: Scrub): Respond {
  return (url, body, limit = {}) =>
    within(limit, RESPOND_MS, async (signal) => {
      const seen: Seen = {};
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify(body),
          redirect: 'error',
          signal,
        });
        seen.status = response.status;
        seen.retryAfter = response.headers.get('retry-after');
        const words = (await response.text()).slice(0, 200);
        if (!response.ok) throw refusalOf(response.status, words) ?? new Error(words);
      } catch (error) {
        throw chatErrorOf(error, seen, scrub);
      }
    });
}

/** Slack refuses here in plain text, with a status that its pages do not name. */
function refusalOf(status: number, words: string): ChatError | undefined {
  if (status === 404 || status === 410 || /^(?:used|expired)_url/.test(words)) {
    return new ChatError('expired', /^[a-z_]+$/.test(words) ? words : 'expired_url');
  }
  return status < 500 && status !== 429
    ? new ChatError('invalid', /^[a-z_]+$/.test(words) ? words : `http_${status}`)
    : undefined;
}
