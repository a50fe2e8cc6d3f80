import { z } from 'zod';
import { type CallLimit, ChatError } from '../../ports/chat.ts';
import { pause, within } from './limit.ts';
import type { Web } from './web.ts';

export interface Listing {
  readonly web: Web;
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The answer's field that holds the items. */
  readonly list: string;
  /** Items asked for at once; Slack may give fewer. */
  readonly size: number;
  /** Of all pages together. */
  readonly limit: CallLimit;
}

const ALL_PAGES_MS = 60_000;
const PAGE_MS = 15_000;
const MOST_PAGES = 500;
const Cursor = z.object({ response_metadata: z.object({ next_cursor: z.string().optional() }).optional() });

/**
 * All items of a listing. Reading may be repeated, so a 429 in the middle waits as told, as long as the limit allows: a large
 * workspace has more pages than one minute's budget.
 *
 * @throws ChatError
 */
export async function followPages(listing: Listing): Promise<unknown[]> {
  const until = performance.now() + (listing.limit.timeoutMs ?? ALL_PAGES_MS);
  return within(listing.limit, ALL_PAGES_MS, async (signal) => {
    const items: unknown[] = [];
    let cursor = '';
    for (let n = 0; n < MOST_PAGES; n += 1) {
      const page = await patiently(() => onePage(listing, cursor, signal), until, signal);
      const found = page[listing.list];
      if (Array.isArray(found)) items.push(...(found as unknown[]));
      cursor = Cursor.safeParse(page).data?.response_metadata?.next_cursor ?? '';
      if (cursor === '') return items;
    }
    return items;
  });
}

function onePage(
  { web, method, args, size }: Listing,
  cursor: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  return web.call(method, { ...args, limit: size, ...(cursor ? { cursor } : {}) }, { signal, timeoutMs: PAGE_MS });
}

async function patiently<T>(ask: () => Promise<T>, until: number, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const wait = error instanceof ChatError && error.kind === 'rate-limited' ? error.retryAfterMs : undefined;
      if (wait === undefined || performance.now() + wait > until) throw error;
      await pause(wait, signal);
    }
  }
}
