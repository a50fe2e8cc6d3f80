import type { ServerResponse } from 'node:http';
import type { Fault } from '../faults.ts';
import type { Fields } from '../json.ts';
import { Refusal, TooMany } from '../refusal.ts';
import type { World } from '../world.ts';

export interface Reply {
  readonly status: number;
  readonly body: Fields | string;
  readonly headers?: Record<string, string>;
  readonly refused?: boolean;
  readonly error?: string;
}

export interface Incoming {
  readonly world: World;
  readonly response: ServerResponse;
  /** The method's name, or `response_url`, or `upload`. */
  readonly method: string;
  readonly args: Fields;
}

/** Does the work as the switchboard lets it, writes it down, answers. */
export async function guarded(incoming: Incoming, work: () => Promise<Reply>): Promise<void> {
  const { world, method, args } = incoming;
  const fault = world.faults.take(method, args);
  await world.faults.pause(method, args, 'before');
  if (fault?.kind === 'delay')
    await new Promise<void>((resolve) => {
      world.clock.after(fault.ms ?? 1000, resolve);
    });
  const reply = (fault && faultyReply(fault)) ?? (lost(fault) ? undefined : await work());
  const after = fault?.kind === 'accept-then-error' ? errorReply(fault.code ?? 'internal_error') : reply;
  log(incoming, reply, answered(fault) ? after : undefined, fault);
  await world.faults.pause(method, args, 'after');
  if (fault && !answered(fault)) return abandon(incoming, fault);
  if (after) send(incoming.response, after);
}

const SILENT = new Set(['hang', 'reset', 'accept-then-reset', 'accept-then-hang']);

function answered(fault: Fault | undefined): boolean {
  return !fault || !SILENT.has(fault.kind);
}

function lost(fault: Fault | undefined): boolean {
  return fault?.kind === 'hang' || fault?.kind === 'reset';
}

/** What a fault answers instead of doing the work. */
function faultyReply(fault: Fault): Reply | undefined {
  if (fault.kind === 'rate-limited') return limited(fault.retryAfter === undefined ? 1 : fault.retryAfter);
  if (fault.kind === 'http500') return { status: 500, body: 'Internal Server Error', refused: true, error: 'http500' };
  if (fault.kind === 'http503') return { status: 503, body: 'Service Unavailable', refused: true, error: 'http503' };
  if (fault.kind === 'error') return errorReply(fault.code ?? 'internal_error');
  return undefined;
}

function errorReply(code: string): Reply {
  return { status: 200, body: { ok: false, error: code }, refused: true, error: code };
}

/** @param seconds `null`: without the header */
function limited(seconds: number | null): Reply {
  return {
    status: 429,
    ...(seconds !== null && { headers: { 'retry-after': String(Math.ceil(seconds)) } }),
    body: { ok: false, error: 'ratelimited' },
    refused: true,
    error: 'ratelimited',
  };
}

/** Turns a thrown refusal into what Slack answers; anything else is a bug of the fake and stays one. */
export function replyOf(error: unknown): Reply {
  if (error instanceof TooMany) return limited(error.retryAfter);
  if (error instanceof Refusal)
    return { status: 200, body: { ok: false, error: error.code, ...error.extra }, refused: true, error: error.code };
  throw error;
}

function log(incoming: Incoming, done: Reply | undefined, answer: Reply | undefined, fault: Fault | undefined): void {
  incoming.world.journal.append({
    kind: 'call',
    method: incoming.method,
    args: incoming.args,
    refused: done === undefined || done.refused === true,
    ...(answer ? { status: answer.status, answer: answer.body } : {}),
    ...((answer?.error ?? done?.error) ? { error: answer?.error ?? done?.error } : {}),
    ...(fault ? { fault: fault.kind } : {}),
  });
}

function abandon({ world, response }: Incoming, fault: Fault): void {
  const cut = (): void => {
    response.socket?.destroy();
  };
  if (fault.kind === 'reset' || fault.kind === 'accept-then-reset') cut();
  else world.faults.whenCleared(cut);
}

export function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  const json = typeof reply.body !== 'string';
  const type = json ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
  response.writeHead(reply.status, { 'content-type': type, ...reply.headers });
  response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
}
