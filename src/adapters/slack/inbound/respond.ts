import { type CallLimit, ChatError } from '../../../ports/chat.ts';
import { kindOfCode } from '../codes.ts';
import { chatErrorOf, type Seen } from '../errors.ts';
import { isRecord, parseJson, stringAt } from '../json.ts';
import { within } from '../limit.ts';
import type { Scrub } from '../secrets.ts';

/** Posts to a response_url: five uses in half an hour, sent once. @throws ChatError, which never holds the address. */
export type Respond = (url: string, body: Readonly<Record<string, unknown>>, limit?: CallLimit) => Promise<void>;

const RESPOND_MS = 5_000;

/** Slack's own, and that of its cloud for authorities. */
const HOSTS = /^https:\/\/(?:[a-z0-9-]+\.)*slack(?:-gov)?\.com$/;

/**
 * An address for answers comes with the request; what is signed is Slack's word, but it is never a way to anywhere else.
 * @param apiUrl where another address of the Web API is set, its origin counts as well
 */
export function createRespond(scrub: Scrub, apiUrl?: string): Respond {
  return (url, body, limit = {}) =>
    within(limit, RESPOND_MS, async (signal) => {
      if (!isSlacks(url, apiUrl)) throw new ChatError('expired', 'foreign_url');
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
        const words = (await response.text()).slice(0, 500);
        const refused = refusalOf(response.status, saidIn(words));
        if (refused) throw refused;
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
      } catch (error) {
        throw chatErrorOf(error, seen, scrub);
      }
    });
}

function isSlacks(url: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { origin } = new URL(url);
  return HOSTS.test(origin) || (apiUrl !== undefined && origin === new URL(apiUrl).origin);
}

/** Slack refuses here in plain text, or as its methods do; `undefined` for an answer without a code. */
function saidIn(words: string): string | undefined {
  const json = parseJson(words);
  if (isRecord(json)) return json['ok'] === false ? stringAt(json, 'error') : undefined;
  const word = words.trim();
  return /^[a-z][a-z_]{2,60}$/.test(word) && word !== 'ok' ? word : undefined;
}

/** The status of a refusal is on no page of Slack's; its word says more. */
function refusalOf(status: number, said: string | undefined): ChatError | undefined {
  if (status === 404 || status === 410) return new ChatError('expired', said ?? 'expired_url');
  if (said !== undefined && status < 500 && status !== 429) return new ChatError(kindOfCode(said), said);
  return undefined;
}
