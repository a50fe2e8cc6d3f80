import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiRequest, answer, placeOf, verbOf } from './api.ts';
import { reviewed } from './reviews.ts';
import { type Answer, forbidden, type Place, unauthorized, unavailable } from './status.ts';
import type { World } from './world.ts';

/** Bearer tokens and whom they stand for. The visitor may do nothing. */
export const TOKENS = { operator: 'sandbox-operator-token', visitor: 'sandbox-visitor-token' } as const;
const OPERATOR = 'system:serviceaccount:hikeshi:hikeshi';
const VISITOR = 'system:serviceaccount:default:visitor';
const ANONYMOUS = 'system:anonymous';

export function createApiServer(world: World): Server {
  return createServer((request, response) => {
    serve(world, request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await textOf(request);
  if (world.faults.slowMs > 0) await sleep(world.faults.slowMs, undefined, { ref: false });
  if (world.faults.away === true) {
    request.socket.destroy();
    return;
  }
  const answered = world.faults.away ? unavailable() : handle(world, request, body);
  if (request.method === 'PATCH' && world.faults.lostAnswers > 0) {
    world.faults.lostAnswers -= 1;
    request.socket.destroy();
  } else {
    const sent = send(response, answered);
    world.served.requests += 1;
    world.served.bytes += sent;
  }
}

function handle(world: World, request: IncomingMessage, body: string): Answer {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const user = userOf(request.headers.authorization);
  if (user === undefined) return unauthorized();
  const parsed: ApiRequest = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    accept: request.headers.accept ?? '',
    contentType: request.headers['content-type'] ?? '',
    body,
  };
  const mayEverything = user === OPERATOR;
  const review = reviewed(parsed, { user, mayEverything, forbidden: world.faults.forbidden });
  if (review) return review;
  const place = placeOf(parsed.path);
  if (place && (user !== OPERATOR || world.faults.forbidden.has(rightOf(parsed.method, place)))) {
    return forbidden(user, verbOf(parsed.method, place), place);
  }
  return answer(world.store, parsed, place);
}

/** `patch deployments/scale` */
function rightOf(method: string, place: Place): string {
  const { resource, subresource } = place;
  return `${verbOf(method, place)} ${subresource ? `${resource}/${subresource}` : resource}`;
}

/** `undefined` for a token that nobody has. */
function userOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return ANONYMOUS;
  if (authorization === `Bearer ${TOKENS.operator}`) return OPERATOR;
  return authorization === `Bearer ${TOKENS.visitor}` ? VISITOR : undefined;
}

/** Answers how many bytes the body has. */
function send(response: ServerResponse, { code, body, text, type = 'text/plain; charset=utf-8' }: Answer): number {
  const contentType = text === undefined ? 'application/json' : type;
  response.writeHead(code, { 'content-type': contentType, 'cache-control': 'no-cache, private' });
  const whole = Buffer.from(text ?? encode(body));
  response.end(whole);
  return whole.length;
}

/** As Go writes JSON: `&`, `<` and `>` are escapes. */
function encode(body: unknown): string {
  return JSON.stringify(body).replace(/[&<>]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
