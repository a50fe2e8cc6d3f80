import { z } from 'zod';

/** One Alertmanager behind one base URL. */

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly date: Date | undefined }
  | {
      readonly ok: false;
      readonly why: string;
      /** Of an answer that was none of 200. */
      readonly status?: number;
      /** Nobody was there to take it. */
      readonly unsent?: true;
    };

export interface Member {
  /** Never rejects; `path` from `/api/v2` on. */
  get<T>(path: string, shape: z.ZodType<T>, ask: Ask): Promise<Answer<T>>;
  /** Changes something. The same rules; what is refused says so in Alertmanager's words. */
  send<T>(change: Change, shape: z.ZodType<T>, ask: Ask): Promise<Answer<T>>;
}

export interface Change {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
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
  const call = async <T>(path: string, init: RequestInit, shape: z.ZodType<T>, ask: Ask): Promise<Answer<T>> => {
    try {
      const headers = {
        accept: 'application/json',
        'user-agent': `Hikeshi (${ask.why})`,
        ...(init.body != null && { 'content-type': 'application/json' }),
        ...(authorization !== undefined && { authorization }),
      };
      const signal = AbortSignal.any([ask.signal, AbortSignal.timeout(ask.limitMs)]);
      // A redirect leads to a login page, not to alerts.
      const response = await fetch(`${base}/api/v2${path}`, { ...init, headers, signal, redirect: 'manual' });
      if (!response.ok) return await refused(response, init.method !== undefined);
      const text = await textOf(response, maxBytes);
      const parsed = shape.safeParse(text === '' ? undefined : JSON.parse(text));
      if (!parsed.success) return { ok: false, why: 'an answer that is not Alertmanager’s' };
      return { ok: true, value: parsed.data, date: dateOf(response) };
    } catch (error) {
      const unsent = UNSENT.has(codeOf(error) ?? '');
      return { ok: false, why: wordsOf(error, ask.limitMs), ...(unsent && { unsent }) };
    }
  };
  return {
    get: (path, shape, ask) => call(path, {}, shape, ask),
    send: ({ method, path, body }, shape, ask) =>
      call(path, { method, ...(body && { body: JSON.stringify(body) }) }, shape, ask),
  };
}

/** The connection was never there. */
const UNSENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const REASON_MAX = 2_000;

/** Why it does not want a change is told; what else stands in such an answer is a proxy's page. */
async function refused(response: Response, wantsReason: boolean): Promise<Answer<never>> {
  const { status } = response;
  const code = `HTTP ${status}`;
  if (!wantsReason || status >= 500) {
    await response.body?.cancel();
    return { ok: false, why: code, status };
  }
  const said = Reason.safeParse(await textOf(response, REASON_MAX).catch(() => undefined));
  return { ok: false, why: said.success ? `${said.data} (${code})` : code, status };
}

/** A string of JSON, or an object with one, as its versions have it. */
const Reason = z.string().transform((text, ctx) => {
  try {
    return z.union([z.string(), z.object({ message: z.string() }).transform((o) => o.message)]).parse(JSON.parse(text));
  } catch {
    ctx.addIssue('not in JSON');
    return z.NEVER;
  }
});

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
  return codeOf(error) ?? 'no answer';
}

function codeOf(error: unknown): string | undefined {
  const code = ((error as Error | undefined)?.cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
