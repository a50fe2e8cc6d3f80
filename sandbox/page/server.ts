import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Bundle, bundleClient } from './bundle.ts';
import type { Behind, BehindQuestion } from './client/model/behind.ts';

/** What a person's client may ask of the workspace; its switches and faults are not for the page. */
const WORKSPACE = /^(?:GET \/sandbox\/(?:state|events|file\/\w+)|POST \/sandbox\/act)$/;
const BODY_MAX = 64 * 1024;

/** The demo's own part of the page: the world outside of Slack. */
export interface PageControls {
  /** JSON that the page shows: people and roles, workloads, alerts, the clock. */
  state(): object;
  /** Calls the listener when `state` has changed; the answer ends it. */
  listen(listener: () => void): () => void;
  /** A sentence where it could not be done. */
  perform(what: string, body: Readonly<Record<string, unknown>>): Promise<string | undefined>;
}

/** A command that the composer suggests, in each language of the page. */
export interface CommandHint {
  /** `/ops pods [target] [-n NS]` */
  readonly usage: string;
  readonly summary: Readonly<Record<'en' | 'ja', string>>;
}

export interface Page {
  readonly url: string;
  close(): Promise<void>;
}

export interface PageOptions {
  /** The workspace's address at this moment. */
  readonly slackUrl: () => string;
  readonly controls: PageControls;
  readonly commands?: readonly CommandHint[];
  /** What the app did behind a message of its own; `undefined` for any other. */
  readonly behind?: (question: BehindQuestion) => Promise<Behind | undefined>;
  /** Where it is being made already. */
  readonly bundle?: Promise<Bundle>;
  /** 0: any free one. */
  readonly port: number;
}

/** Serves the page on loopback, and behind the same address what it needs of the workspace and of the demo. */
export async function startPage(options: PageOptions): Promise<Page> {
  const bundle = await (options.bundle ?? bundleClient());
  const server = createServer((request, response) => {
    answer(options, bundle, request, response).catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, { ok: false, error: String(error) });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  options: PageOptions,
  bundle: Bundle,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOurs(request)) return json(response, 403, { ok: false, error: 'this page is for this machine only' });
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const asked = `${request.method} ${url.pathname}`;
  if (WORKSPACE.test(asked)) return passOn(options.slackUrl(), request, response);
  if (asked === 'GET /demo/state') return json(response, 200, options.controls.state());
  if (asked === 'GET /demo/commands') return json(response, 200, options.commands ?? []);
  if (asked === 'GET /demo/behind') return behind(options, url.searchParams, response);
  if (asked === 'GET /demo/events') return follow(options.controls, response);
  if (asked === 'POST /demo/do') return perform(options.controls, request, response);
  if (request.method !== 'GET') return json(response, 404, { ok: false, error: 'not found' });
  return file(bundle, url.pathname === '/' ? 'index.html' : url.pathname.slice(1), response);
}

/** Other pages in the same browser can reach loopback too: by a name of their own, or with a request of theirs. */
function isOurs({ headers, method }: IncomingMessage): boolean {
  const host = headers.host ?? '';
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return false;
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) return false;
  return method === 'GET' || headers['content-type'] === 'application/json';
}

function passOn(slackUrl: string, request: IncomingMessage, response: ServerResponse): void {
  const { host: _host, ...headers } = request.headers;
  const onward = httpRequest(new URL(request.url ?? '/', slackUrl), { method: request.method, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  onward.once('error', () => response.destroy());
  response.once('close', () => onward.destroy());
  request.pipe(onward);
}

function follow(controls: PageControls, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const write = (): void => void response.write(`event: state\ndata: ${JSON.stringify(controls.state())}\n\n`);
  write();
  response.once('close', controls.listen(write));
}

async function behind(options: PageOptions, asked: URLSearchParams, response: ServerResponse): Promise<void> {
  const of = (name: string): string => asked.get(name) ?? '';
  const lang = of('lang') === 'ja' ? 'ja' : 'en';
  const found = await options.behind?.({ channel: of('channel'), ts: of('ts'), as: of('as'), lang });
  json(response, found ? 200 : 404, found ?? { ok: false, error: 'nothing is known of this message' });
}

async function perform(controls: PageControls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (!body) return json(response, 400, { ok: false, error: 'the body must be a JSON object' });
  const trouble = await controls.perform(String(body['what']), body);
  json(
    response,
    trouble === undefined ? 200 : 409,
    trouble === undefined ? { ok: true } : { ok: false, error: trouble },
  );
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) {
    text += String(part);
    if (text.length > BODY_MAX) return undefined;
  }
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...body } : undefined;
  } catch {
    return undefined;
  }
}

function file(bundle: Bundle, name: string, response: ServerResponse): void {
  const found = bundle.get(name);
  if (!found) {
    json(response, 404, { ok: false, error: 'not found' });
    return;
  }
  response.writeHead(200, {
    'content-type': found.type,
    'cache-control': 'no-cache',
    'content-security-policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(found.bytes);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
