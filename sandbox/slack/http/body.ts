import type { IncomingMessage } from 'node:http';
import { type Fields, isFields, parseJson } from '../json.ts';
import { refuse } from '../refusal.ts';

export interface Parsed {
  readonly args: Fields;
  readonly token: string | undefined;
}

export async function rawBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Arguments and token of an API call: a form (token in it or in the header), JSON (token in the header only), or a query. */
export function parseCall(request: IncomingMessage, url: URL, body: Buffer): Parsed {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) {
    const json = parseJson(body.toString());
    if (json === undefined) refuse('invalid_json');
    if (!isFields(json)) refuse('json_not_object');
    return { args: json, token: bearer };
  }
  if (body.length > 0 && !type.startsWith('application/x-www-form-urlencoded')) refuse('invalid_post_type');
  const form = Object.fromEntries([...url.searchParams, ...new URLSearchParams(body.toString())]);
  const { token, ...args } = form;
  return { args, token: bearer ?? token };
}

/** An upload's bytes, from a raw body or from the first part of a multipart form. */
export function uploadedBytes(type: string, body: Buffer): Buffer {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/.exec(type)?.[1];
  if (!boundary) return body;
  const start = body.indexOf('\r\n\r\n');
  const end = body.indexOf(`\r\n--${boundary}`, start);
  return start < 0 || end < 0 ? Buffer.alloc(0) : body.subarray(start + 4, end);
}

const LOOPBACK = /^(https?:\/\/)?(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** A page elsewhere gets nothing: neither by pointing its own name at this machine, nor by sending from its own origin. */
export function isLoopback(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  return LOOPBACK.test(host ?? '') && (origin === undefined || LOOPBACK.test(origin));
}
