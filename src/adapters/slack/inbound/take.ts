import type { Logger } from 'pino';
import type { Message } from '../../../domain/content.ts';
import type { Answer, Inbound, InboundHandler } from '../../../ports/chat.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Web } from '../web.ts';
import { ackBody, failureBody } from './answer.ts';
import type { Outcome } from './outcome.ts';
import type { Received } from './received.ts';
import { createOpenForm, createReply, createShowHome, formHandle, type Pending } from './reply.ts';
import type { Respond } from './respond.ts';
import type { Tracked } from './tracked.ts';

export interface TakeParts {
  readonly web: Web;
  readonly respond: Respond;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracked: Tracked;
  readonly handler: InboundHandler;
  /** What the asker is told when the handler failed, or took too long (`HandlerTooLate`). */
  readonly failed: (error: unknown) => Message;
  readonly onError: (error: unknown, about: string) => void;
  /** ms. Slack waits 3 s from its side of the network. */
  readonly limitMs: number;
}

/** The handler did not answer in time: as far as the asker can know, nothing is recorded. */
class HandlerTooLate extends Error {
  override readonly name = 'HandlerTooLate';

  constructor(ms: number) {
    super(`the request was not recorded within ${ms} ms`);
  }
}

type Person = Extract<Received, { kind: 'person' }>;
type Done =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'late' };

/** Hands one delivery to the handler and says what Slack is told, which is nothing before the handler is done. Never rejects. */
export async function take(parts: TakeParts, received: Received): Promise<Outcome> {
  if (received.kind === 'ignored') return { kind: 'ack' };
  const pending: Pending = {};
  const request = received.kind === 'changed' ? received.draft : requestOf(parts, received, pending);
  const about = aboutOf(request);
  const running = settled(parts.handler, request);
  const done = await Promise.race([running, late(parts.limitMs, running)]);
  if (done.kind === 'answered') return answered(parts, received, pending, about, done.answer);
  if (done.kind === 'late') afterAll(parts, about, running);
  const error = done.kind === 'late' ? new HandlerTooLate(parts.limitMs) : done.error;
  parts.onError(error, about);
  return refused(parts, received, request, about, error);
}

function requestOf(parts: TakeParts, received: Person, pending: Pending): Inbound {
  const { draft, openBy, viewId, home } = received;
  const began = performance.now();
  const msLeft = (): number => parts.limitMs * 0.9 - (performance.now() - began);
  const reply = {
    ...createReply(parts, received.replyTo),
    ...(home ? { showHome: createShowHome(parts.web, home) } : {}),
    ...(openBy ? { openForm: createOpenForm(parts.web, openBy, pending, msLeft) } : {}),
  };
  const shown = viewId ? { shown: formHandle(parts.web, viewId) } : {};
  return { ...draft, ...shown, reply, receivedAt: parts.clock.now() };
}

async function settled(handler: InboundHandler, request: Inbound): Promise<Done> {
  try {
    return { kind: 'answered', answer: await handler(request) };
  } catch (error) {
    return { kind: 'threw', error };
  }
}

function late(ms: number, unless: Promise<Done>): Promise<Done> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'late' }), ms);
    void unless.then(() => clearTimeout(timer));
  });
}

function answered(parts: TakeParts, received: Received, pending: Pending, about: string, answer: Answer): Outcome {
  const { after, ack } = answer;
  const run = after ? { after: () => parts.tracked.run(about, after) } : {};
  if (received.kind !== 'person') return { kind: 'ack', ...run };
  if (answer.failed) return { kind: 'failed', ...run };
  try {
    const body = ackBody(received, ack, pending.form);
    return { kind: 'ack', ...(body ? { body } : {}), ...run };
  } catch (error) {
    parts.onError(error, `${about}: rendering the answer`);
    return { kind: 'ack', ...bodyFor(parts, received, error), ...run };
  }
}

/** What was decided too late is decided all the same: its work is done, so that a repeat finds nothing missing. */
function afterAll(parts: TakeParts, about: string, running: Promise<Done>): void {
  parts.tracked.run(`${about}: late`, async (signal) => {
    const done = await running;
    if (done.kind === 'threw') parts.onError(done.error, `${about}: late`);
    if (done.kind === 'answered') await done.answer.after?.(signal);
  });
}

/** Commands and forms are told in the acknowledgement, clicks by its absence and then in words; an event that took too long comes again. */
function refused(parts: TakeParts, received: Received, request: Inbound, about: string, error: unknown): Outcome {
  if (received.kind !== 'person' || request.kind === 'changed' || request.kind === 'home') return { kind: 'retry' };
  if (received.retried && error instanceof HandlerTooLate) return { kind: 'retry' };
  const told = bodyFor(parts, received, error);
  if (told.body) return { kind: 'ack', ...told };
  const tell = (): Promise<void> => request.reply.private(parts.failed(error));
  const after = (): void => parts.tracked.run(`${about}: telling a failure`, tell);
  return { kind: request.kind === 'click' ? 'failed' : 'ack', after };
}

function bodyFor(parts: TakeParts, received: Person, error: unknown): { body?: Readonly<Record<string, unknown>> } {
  const body = failureBody(received, parts.failed(error));
  return body ? { body } : {};
}

/** For logs: what it was and its id; never what was said. */
function aboutOf(request: Inbound): string {
  if (request.kind === 'ask') return `${request.via} ${request.id}`;
  if (request.kind === 'click') return `click ${request.button} ${request.id}`;
  if (request.kind === 'home') return `home ${request.id}`;
  return request.kind === 'submit' ? `form ${request.form} ${request.id}` : `${request.what} changed ${request.id}`;
}
