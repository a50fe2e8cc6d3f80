import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseJson } from '../json.ts';
import { METHODS } from '../methods/index.ts';
import { perform } from '../methods/perform.ts';
import { Refusal, TooMany } from '../refusal.ts';
import { refusalOf } from '../response-url.ts';
import { takeUpload } from '../uploads.ts';
import type { World } from '../world.ts';
import { isLoopback, type Parsed, parseCall, rawBody, uploadedBytes } from './body.ts';
import { guarded, type Reply, replyOf, send } from './guarded.ts';

/** Handles what is not Slack itself; answers whether it did. */
export type Extra = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>;

/** Slack's three kinds of address on one loopback port: `/api/<method>`, `/response/...`, `/upload/...`. */
export function createSlackServer(world: World, extra: Extra): Server {
  const server = createServer((request, response) => {
    handle(world, extra, request, response).catch((error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`fake slack: ${text}\n`);
      if (!response.headersSent) send(response, { status: 500, body: `bug in the fake: ${text}` });
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (isLoopback(request)) world.sockets.accept(request, socket, head);
    else socket.destroy();
  });
  return server;
}

async function handle(world: World, extra: Extra, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isLoopback(request)) return send(response, { status: 403, body: 'loopback only' });
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [, area, ...rest] = url.pathname.split('/');
  if (area === 'api') return handleApi(world, request, response, url, rest.join('/'));
  if (area === 'response') return handleResponseUrl(world, request, response, rest.at(-1) ?? '');
  if (area === 'upload') return handleUpload(world, request, response, rest.at(-1) ?? '');
  if (!(await extra(request, response, url))) send(response, { status: 404, body: 'not found' });
}

async function handleApi(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  method: string,
): Promise<void> {
  const body = await rawBody(request);
  let parsed: Parsed | undefined;
  let unreadable: unknown;
  try {
    parsed = parseCall(request, url, body);
  } catch (error) {
    unreadable = error;
  }
  await guarded({ world, response, method, args: parsed?.args ?? {} }, async () => {
    try {
      if (!parsed) throw unreadable;
      return await perform(world, METHODS, method, parsed);
    } catch (error) {
      return replyOf(error);
    }
  });
}

async function handleResponseUrl(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
): Promise<void> {
  const body = parseJson((await rawBody(request)).toString());
  await guarded(
    { world, response, method: 'response_url', args: typeof body === 'object' && body !== null ? { ...body } : {} },
    async (): Promise<Reply> => {
      try {
        world.replies.use(secret, body);
        return { status: 200, body: 'ok' };
      } catch (error) {
        if (error instanceof TooMany) return replyOf(error);
        const { status, body: text } = refusalOf(error, world);
        return { status, body: text, refused: true, error: text };
      }
    },
  );
}

async function handleUpload(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
): Promise<void> {
  const bytes = uploadedBytes(request.headers['content-type'] ?? '', await rawBody(request));
  await guarded({ world, response, method: 'upload', args: { length: bytes.length } }, async (): Promise<Reply> => {
    try {
      takeUpload(world, secret, bytes);
      return { status: 200, body: `OK - ${bytes.length}` };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: 404, body: error.code, refused: true, error: error.code };
    }
  });
}
