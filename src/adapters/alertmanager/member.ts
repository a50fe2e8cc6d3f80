import type { z } from 'zod';

/** One Alertmanager behind one base URL. */

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly date: Date | undefined }
  | { readonly ok: false; readonly why: string };

export interface Member {
  /** Never rejects; `path` from `/api/v2` on. */
  get<T>(path: string, shape: z.ZodType<T>, ask: Ask): Promise<Answer<T>>;
}

export interface Ask {
  /** Told to Alertmanager as user agent, for the access log before it. */
  readonly why: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** 5,000 alerts are some 5 MB: what is larger than this is no answer that we could hold. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * @param authorization the header's value
 * @param maxBytes of an answer, unpacked
 */
export function createMember(base: string, authorization: string | undefined, maxBytes: number = MAX_BYTES): Member {
  return {
    async get(path, shape, ask) {
      try {
        const headers = {
          accept: 'application/json',
          'user-agent': `Hikeshi (${ask.why})`,
          ...(authorization !== undefined && { authorization }),
        };
        const signal = AbortSignal.any([ask.signal, AbortSignal.timeout(ask.limitMs)]);
        // A redirect leads to a login page, not to alerts.
        const response = await fetch(`${base}/api/v2${path}`, { headers, signal, redirect: 'manual' });
        if (!response.ok) {
          await response.body?.cancel();
          return { ok: false, why: `HTTP ${response.status}` };
        }
        const parsed = shape.safeParse(JSON.parse(await textOf(response, maxBytes)));
        if (!parsed.success) return { ok: false, why: 'an answer that is not Alertmanager’s' };
        return { ok: true, value: parsed.data, date: dateOf(response) };
      } catch (error) {
        return { ok: false, why: wordsOf(error, ask.limitMs) };
      }
    },
  };
}

class TooLarge extends Error {}

async function textOf(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLarge(`an answer over ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function dateOf(response: Response): Date | undefined {
  const date = new Date(response.headers.get('date') ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Never the URL or a header: what is told here reaches logs and `/ready`. */
function wordsOf(error: unknown, limitMs: number): string {
  if (error instanceof TooLarge) return error.message;
  if (error instanceof SyntaxError) return 'an answer that is not JSON';
  if (error instanceof DOMException && error.name === 'TimeoutError') return `no answer within ${limitMs / 1000} s`;
  const code = ((error as Error | undefined)?.cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'no answer';
}
