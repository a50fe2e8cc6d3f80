import express, { type ErrorRequestHandler, type Express, type Request, type Response, type Router } from 'express';
import { isAuthorized, type SourceCredentials } from './authorize.ts';

/** What the HTTP side needs; all of it replaced or asked at the time, so that a reload counts at once. */
export interface HttpParts {
  readonly sources: () => ReadonlyMap<string, SourceCredentials>;
  readonly maxBody: () => number;
  readonly receive: (source: string, bytes: Uint8Array) => Promise<{ readonly status: number; readonly body: unknown }>;
  readonly refused: (source: string, reason: string, bytes: number, excerpt: string) => Promise<void>;
  readonly ready: () => Promise<Readiness>;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  /** Slack over HTTP; absent in Socket Mode, where `/slack/events` is 404. */
  readonly slack?: Router;
  readonly onError: (error: unknown, path: string) => void;
  readonly onRequest?: (done: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly ms: number;
  }) => void;
}

export interface Readiness {
  /** This process can take work. */
  readonly ready: boolean;
  /** Why not, in a word each. */
  readonly failing: readonly string[];
  /** By name: what does not answer, though work is taken. */
  readonly degraded: Readonly<Record<string, string>>;
}

/** Bytes of a body that is too large, for those who have to find out what it was. */
const HEAD = 4_000;

const WEBHOOKS = ['/webhooks/alertmanager', '/webhooks/alertmanager/:source'];

/** The express application. Listening and closing are `server.ts`. */
export function createHttpApp(parts: HttpParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((req, res, next) => {
    const since = performance.now();
    const { method, path } = req;
    res.on('finish', () =>
      parts.onRequest?.({ method, path: routeName(path), status: res.statusCode, ms: performance.now() - since }),
    );
    next();
  });
  app.get('/health', (_req, res) => void res.json({ status: 'healthy', time: new Date().toISOString() }));
  app.get('/ready', async (req, res) => answerReady(parts, req, res));
  app.get('/metrics', async (_req, res) => {
    const page = await parts.metrics();
    res.type(page.type).send(page.text);
  });
  app.post(WEBHOOKS, (req, res) => takeWebhook(parts, req, res));
  app.all(WEBHOOKS, (_req, res) => {
    res
      .set('Allow', 'POST')
      .status(405)
      .json({ error: 'method not allowed', remedy: 'Alertmanager sends its webhooks by POST' });
  });
  if (parts.slack) app.use(parts.slack);
  app.use((_req, res) => void res.status(404).json({ error: 'not found' }));
  app.use(errorHandler(parts));
  return app;
}

/** Bounded words for metrics: a path from outside is not a label. */
function routeName(path: string): string {
  if (path.startsWith('/webhooks/alertmanager')) return '/webhooks/alertmanager';
  return ['/health', '/ready', '/metrics', '/slack/events'].includes(path) ? path : 'other';
}

async function answerReady(parts: HttpParts, req: Request, res: Response): Promise<void> {
  const state = await parts.ready();
  const required = typeof req.query['require'] === 'string' ? req.query['require'].split(',') : [];
  const missing = required.filter((name) => name in state.degraded);
  const ok = state.ready && missing.length === 0;
  const time = new Date().toISOString();
  res.status(ok ? 200 : 503).json({
    status: ok ? 'ready' : 'not ready',
    failing: [...state.failing, ...missing],
    degraded: state.degraded,
    time,
  });
}

async function takeWebhook(parts: HttpParts, req: Request, res: Response): Promise<void> {
  const source = sourceOf(parts.sources(), req.params['source'] as string | undefined);
  if (!source) {
    res.status(404).json({
      error: 'no such source',
      remedy: 'use /webhooks/alertmanager/NAME with a name under `sources` in hikeshi.yaml',
    });
    return;
  }
  if (!isAuthorized(req.headers.authorization, source)) {
    res
      .set('WWW-Authenticate', 'Bearer')
      .status(401)
      .json({ error: 'wrong or missing credentials', source: source.name });
    return;
  }
  const body = await readBody(req, parts.maxBody());
  if (body.kind === 'too-large') {
    await parts.refused(source.name, 'too-large', body.seen, body.head.toString('utf8'));
    req.resume();
    res.set('Connection', 'close').status(413).json({ error: 'body too large', maxBody: parts.maxBody() });
    return;
  }
  if (body.kind === 'aborted') return;
  const answer = await parts.receive(source.name, body.bytes);
  res.status(answer.status).json(answer.body);
}

/** A path without a name is the only source's, or the one called `default`. */
function sourceOf(
  sources: ReadonlyMap<string, SourceCredentials>,
  name: string | undefined,
): SourceCredentials | undefined {
  if (name !== undefined) return sources.get(name);
  return sources.size === 1 ? [...sources.values()][0] : sources.get('default');
}

type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large'; readonly seen: number; readonly head: Buffer }
  | { readonly kind: 'aborted' };

/** Reads up to `max` bytes whatever the media type: Alertmanager's body is JSON, and curl's is called a form. */
async function readBody(req: Request, max: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let seen = 0;
  try {
    // Breaking off must not tear the connection down: the answer has yet to be read.
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      seen += chunk.length;
      chunks.push(chunk);
      if (seen > max) return { kind: 'too-large', seen, head: Buffer.concat(chunks).subarray(0, HEAD) };
    }
  } catch {
    return { kind: 'aborted' };
  }
  return { kind: 'whole', bytes: Buffer.concat(chunks, seen) };
}

/** Nothing of the error leaves: the log has it. A path that cannot be decoded is the sender's fault, and no news. */
function errorHandler(parts: HttpParts): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (error instanceof URIError && !res.headersSent) return void res.status(400).json({ error: 'not a path' });
    parts.onError(error, req.path);
    if (res.headersSent) return next(error);
    res.status(500).json({ error: 'internal error' });
  };
}
