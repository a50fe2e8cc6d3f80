import { type Request, type Response, Router } from 'express';
import type { Clock } from '../../../ports/clock.ts';
import { isRecord, parseJson, stringAt } from '../json.ts';
import type { Outcome, Process } from './outcome.ts';
import { isSigned } from './signature.ts';

export interface HttpParts {
  readonly signingSecret: string;
  readonly clock: Clock;
  /** `undefined` until started, and once stopping. */
  readonly process: () => Process | undefined;
  readonly onError: (error: unknown, about: string) => void;
}

const BODY_MAX = 1_048_576;
const BODY_MS = 10_000;

/**
 * `POST /slack/events`: events, interactions and commands, as Slack signs them. Needs the raw body, so no body parser may
 * stand before it. Slack is answered when the handler is done, and not earlier.
 */
export function createRouter(parts: HttpParts): Router {
  const router = Router();
  router.post('/slack/events', (request, response) => {
    receive(parts, request, response).catch((error: unknown) => {
      parts.onError(error, 'a request of Slack');
      refuse(response, 500);
    });
  });
  return router;
}

async function receive(parts: HttpParts, request: Request, response: Response): Promise<void> {
  const process = parts.process();
  if (!process) return refuse(response, 503, 'starting or stopping');
  const rawBody = await readBody(request);
  if (typeof rawBody === 'number') return refuse(response, rawBody);
  const signed = isSigned({
    secret: parts.signingSecret,
    timestamp: request.get('x-slack-request-timestamp'),
    signature: request.get('x-slack-signature'),
    rawBody,
    now: parts.clock.now(),
  });
  if (!signed) return refuse(response, 401);
  const body = bodyOf(request, rawBody.toString('utf8'));
  if (!body) return refuse(response, 400);
  if (body['ssl_check'] !== undefined) return send(response, { kind: 'ack' });
  if (body['type'] === 'url_verification')
    return void response.type('text/plain').send(stringAt(body, 'challenge') ?? '');
  const num = Number(request.get('x-slack-retry-num'));
  const reason = request.get('x-slack-retry-reason');
  send(response, await process(body, { ...(num > 0 ? { num } : {}), ...(reason ? { reason } : {}) }));
}

/** The bytes as they came, or the status to refuse with. */
async function readBody(request: Request): Promise<Buffer | number> {
  if (Number(request.get('content-length') ?? 0) > BODY_MAX) return 413;
  const parts: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => request.destroy(), BODY_MS);
  try {
    for await (const part of request) {
      const bytes = part as Buffer;
      size += bytes.length;
      if (size > BODY_MAX) return 413;
      parts.push(bytes);
    }
  } catch {
    return 400;
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(parts);
}

/** Events are JSON; interactions are JSON in a form's field `payload`; commands are the form itself. */
function bodyOf(request: Request, text: string): Record<string, unknown> | undefined {
  if (request.is('application/json')) {
    const json = parseJson(text);
    return isRecord(json) ? json : undefined;
  }
  if (!request.is('application/x-www-form-urlencoded')) return undefined;
  const form = Object.fromEntries(new URLSearchParams(text));
  if (form['payload'] === undefined) return form;
  const payload = parseJson(form['payload']);
  return isRecord(payload) ? payload : undefined;
}

function send(response: Response, outcome: Outcome): void {
  if (outcome.kind === 'ack') {
    acknowledge(response, outcome);
    return;
  }
  if (outcome.kind === 'failed' && outcome.after) onceOut(response, outcome.after);
  refuse(response, STATUS[outcome.kind], CAUSE[outcome.kind]);
}

const STATUS = { failed: 503, retry: 503, unknown: 404 } as const;
const CAUSE = { failed: 'not recorded', retry: 'not taken; send again', unknown: undefined } as const;

function acknowledge(response: Response, { after, body }: Extract<Outcome, { kind: 'ack' }>): void {
  if (after) onceOut(response, after);
  if (body) response.status(200).json(body);
  else response.status(200).end();
}

/** When the answer has left, or whoever asked has gone: the work is to be done in either case. */
function onceOut(response: Response, after: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    after();
  };
  response.once('finish', once).once('close', once);
  if (response.destroyed) once();
}

/** Without a word where it may not be Slack that asks: whoever is not learns nothing. */
function refuse(response: Response, status: number, cause?: string): void {
  if (response.headersSent || response.destroyed) return;
  response.status(status).set('connection', 'close');
  if (cause === undefined) response.end();
  else response.json({ error: cause });
}
