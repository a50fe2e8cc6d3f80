import { sentences } from '../../messages/catalog.ts';
import { ChatError } from '../../ports/chat.ts';
import { kindOfCode, kindOfNetworkFault, kindOfStatus } from './codes.ts';
import { isRecord, stringAt } from './json.ts';
import type { Scrub } from './secrets.ts';

/** What our own fetch saw of a call, whatever the SDK made of it. */
export interface Seen {
  status?: number;
  retryAfter?: string | null;
  /** Why Slack sent a socket away; the SDK says nothing of it. */
  sentAway?: string;
}

/** Slack always says when to come back; a proxy may not. */
const RETRY_AFTER_UNKNOWN_MS = 30_000;
const RETRY_AFTER_MOST_MS = 3_600_000;
const DETAIL_MAX = 500;
/** The socket client gives no error when Slack sends it away before it is connected. */
const NEVER_BEGAN = 'the connection ended before it began';
const CODE = /^[a-z0-9_]{1,80}$/;

/** The one place where a failed call gets its kind: first what HTTP said, then Slack's code, then the network's. */
export function chatErrorOf(error: unknown, seen: Seen, scrub: Scrub): ChatError {
  if (error instanceof ChatError) return error;
  if (error === undefined && seen.sentAway !== undefined) return sentAway(seen.sentAway);
  if (seen.status === 429)
    return new ChatError('rate-limited', 'ratelimited', { retryAfterMs: retryAfterMs(seen.retryAfter) });
  if (seen.status !== undefined && seen.status !== 200)
    return new ChatError(kindOfStatus(seen.status), `http_${seen.status}`);
  const answer = isRecord(error) && isRecord(error['data']) ? error['data'] : undefined;
  if (answer) return refusal(answer, scrub);
  return networkFault(error, seen, scrub);
}

/** For logs and /ready, which are English; `hikeshi check` says the same in its reader's language. */
function sentAway(reason: string): ChatError {
  if (!CODE.test(reason)) return new ChatError('ambiguous', 'unreadable_answer');
  const { sockets } = sentences('en').found.slack;
  const why = isRefusal(reason) ? sockets[reason] : undefined;
  return new ChatError(kindOfCode(reason), reason, { detail: why && `${why.detail}: ${why.remedy}` });
}

/** Whether it is a reason with which Slack refuses a socket, and that people can do something about. */
export function isRefusal(reason: string): reason is 'link_disabled' | 'too_many_websockets' {
  return reason === 'link_disabled' || reason === 'too_many_websockets';
}

function refusal(answer: Record<string, unknown>, scrub: Scrub): ChatError {
  const said = stringAt(answer, 'error') ?? '';
  if (!CODE.test(said)) return new ChatError('ambiguous', 'unreadable_answer');
  const kind = kindOfCode(said);
  const retry = kind === 'rate-limited' ? { retryAfterMs: RETRY_AFTER_UNKNOWN_MS } : {};
  return new ChatError(kind, said, { ...retry, detail: scrub(detailOf(answer)).slice(0, DETAIL_MAX) });
}

/** Slack's own explanation: which block is wrong, which scope is missing. */
function detailOf(answer: Record<string, unknown>): string {
  const needed = stringAt(answer, 'needed');
  // A token that is not valid at all lacks every scope; that is not what is wrong with it.
  if (needed && answer['error'] === 'missing_scope') return `needs ${needed}`;
  const metadata = answer['response_metadata'];
  const messages = isRecord(metadata) ? metadata['messages'] : undefined;
  return Array.isArray(messages) ? messages.filter((line) => typeof line === 'string').join('; ') : '';
}

function networkFault(error: unknown, seen: Seen, scrub: Scrub): ChatError {
  const root: unknown = rootOf(error) ?? new Error(NEVER_BEGAN);
  const code = isRecord(root) ? stringAt(root, 'code') : undefined;
  const words = root instanceof Error ? root.message : String(root);
  const kind = seen.status === undefined ? kindOfNetworkFault(code) : 'ambiguous';
  return new ChatError(kind, code?.toLowerCase() ?? 'no_answer', { detail: scrub(words).slice(0, DETAIL_MAX) });
}

/** fetch says "fetch failed"; the reason is the innermost cause, or the first of several addresses tried. */
function rootOf(error: unknown): unknown {
  let at = error;
  for (let depth = 0; depth < 8; depth += 1) {
    const next =
      at instanceof AggregateError ? at.errors[0] : isRecord(at) ? (at['cause'] ?? at['original']) : undefined;
    if (next === undefined || next === null) return at;
    at = next;
  }
  return at;
}

function retryAfterMs(header: string | null | undefined): number {
  const seconds = header?.trim() ? Number(header) : Number.NaN;
  if (!Number.isFinite(seconds) || seconds < 0) return RETRY_AFTER_UNKNOWN_MS;
  return Math.min(Math.ceil(seconds * 1_000), RETRY_AFTER_MOST_MS);
}
