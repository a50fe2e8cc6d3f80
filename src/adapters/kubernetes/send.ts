import { type Dispatcher, request } from 'undici';
import type { Connection } from './connection.ts';
import { HttpError, type Status } from './errors.ts';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** One HTTP request: a GET, with `patch` a JSON patch (RFC 6902), with `review` a POST that changes nothing, with `remove` a DELETE. */
export interface Call {
  readonly path: string;
  readonly query: Query;
  readonly patch?: readonly PatchOperation[];
  readonly review?: object;
  /** `DeleteOptions` of meta.k8s.io/v1. */
  readonly remove?: object;
  /** Lists: their items without spec and status, or as rows of kubectl's. */
  readonly as?: 'metadata' | 'table';
}

export interface PatchOperation {
  readonly op: 'test' | 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

export interface Answer<T> {
  readonly body: T;
  /** The texts of `Warning: 299` headers. */
  readonly warnings: readonly string[];
}

const JSON_ONLY = 'application/json';
const LISTS_AS = {
  metadata: `application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,${JSON_ONLY}`,
  // Nothing else will do: objects instead of rows would look like an empty table.
  table: 'application/json;as=Table;g=meta.k8s.io;v=v1',
} as const;

/** The beginning of an answer that is no JSON. */
export interface Excerpt {
  readonly text: string;
  /** Whether it goes on. */
  readonly cut: boolean;
}

/** @throws HttpError for every answer but a 2xx with JSON; undici's errors, or the signal's reason, when there is none */
export async function send(connection: Connection, call: Call, signal: AbortSignal): Promise<Answer<unknown>> {
  const response = await ask(connection, call, signal);
  const body = parse(await response.body.text());
  if (response.statusCode >= 300 || body === undefined) throw refusal(response, body);
  return { body, warnings: warningsOf(response) };
}

/** Reads no more than `maxBytes`, whatever is sent. @throws as `send` does, but takes any 2xx */
export async function sendForText(
  connection: Connection,
  call: Call,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Excerpt> {
  const response = await ask(connection, call, signal);
  if (response.statusCode >= 300) throw refusal(response, parse(await response.body.text()));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= maxBytes) break;
  }
  return { text: Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8'), cut: size >= maxBytes };
}

async function ask(connection: Connection, call: Call, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const { server, dispatcher, headers } = await connection.access();
  return request(`${server}${call.path}${search(call.query)}`, {
    dispatcher,
    signal,
    method: methodOf(call),
    headers: {
      ...headers,
      'user-agent': 'hikeshi',
      accept: call.as ? LISTS_AS[call.as] : JSON_ONLY,
      ...(call.patch && { 'content-type': 'application/json-patch+json' }),
      ...((call.review ?? call.remove) && { 'content-type': JSON_ONLY }),
    },
    body: bodyOf(call),
  });
}

function refusal({ statusCode }: Dispatcher.ResponseData, body: unknown): HttpError {
  return new HttpError(statusCode, isStatus(body) ? body : undefined);
}

function methodOf({ patch, review, remove }: Call): 'GET' | 'PATCH' | 'POST' | 'DELETE' {
  if (patch) return 'PATCH';
  if (review) return 'POST';
  return remove ? 'DELETE' : 'GET';
}

function bodyOf({ patch, review, remove }: Call): string | undefined {
  const body = patch ?? review ?? remove;
  return body && JSON.stringify(body);
}

function search(query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value));
  return params.size > 0 ? `?${params.toString()}` : '';
}

/** `undefined` for what is not JSON: an unknown group is answered in plain text, a proxy's error in HTML. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isStatus(body: unknown): body is Status {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status';
}

/** `299 - "text"`, where the text's quotes and backslashes are escaped (RFC 7234, 5.5). */
function warningsOf(response: Dispatcher.ResponseData): string[] {
  const header = response.headers['warning'];
  const joined = Array.isArray(header) ? header.join(', ') : (header ?? '');
  return [...joined.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((m) => (m[1] ?? '').replace(/\\(.)/g, '$1'));
}
