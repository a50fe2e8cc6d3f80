import { cut } from '../domain/content.ts';
import { type Origin, principalKey } from '../domain/principal.ts';
import type { AskRequest, ClickRequest, SubmitRequest } from '../ports/chat.ts';
import type { Tx } from '../ports/database.ts';
import { audit } from './audit.ts';

export type PersonRequest = AskRequest | ClickRequest | SubmitRequest;

/**
 * Takes a request, once: its row goes into the transaction of whatever it changes, so a repeat that comes at the same time
 * waits for that transaction and then finds the row. Answers false for a repeat.
 */
export async function takeOnce(tx: Tx, request: PersonRequest, now: Date): Promise<boolean> {
  const rows = await tx
    .insertInto('requests')
    .values({
      id: request.id,
      kind: request.kind,
      principal: JSON.stringify(request.principal),
      received_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Notes that a person was refused before anything was looked at. In the refusal's own transaction. */
export async function auditRefusal(tx: Tx, request: PersonRequest, rule: string, now: Date): Promise<void> {
  const { principal } = request;
  const about = { verb: cut(verbOf(request), 100), target: typedOf(request), principal, origin: originOf(request) };
  await audit(tx, { stage: 'refused', outcome: 'refused', ...about, rule }, now);
}

const TYPED = 200;

/** What was typed after the verb: all that is known of a target that was not looked for. */
export function typedOf(request: PersonRequest): string | undefined {
  if (request.kind !== 'ask') return undefined;
  const typed = request.text.trim().replace(/^\S+\s*/, '');
  return typed === '' ? undefined : cut(typed, TYPED);
}

/** What was asked, in a word: the first one typed, or the button's or form's id. */
export function verbOf(request: PersonRequest): string {
  if (request.kind === 'click') return request.button;
  if (request.kind === 'submit') return request.form;
  return request.text.trim().split(/\s+/, 1)[0] ?? '';
}

export function originOf(request: PersonRequest): Origin {
  if (request.kind === 'submit') return { kind: 'button' };
  return {
    kind: request.kind === 'click' ? 'button' : request.via,
    ...(request.channelId !== undefined && { channel: request.channelId }),
    ...(request.threadTs !== undefined && { thread: request.threadTs }),
  };
}

/** `click ack by slack:U1`: for the log. */
export function requestName(request: PersonRequest): string {
  return `${request.kind} ${cut(verbOf(request), 100)} by ${principalKey(request.principal)}`;
}
