import type { Logger } from 'pino';
import type { Message } from '../../domain/content.ts';
import { inThread } from '../../domain/in-thread.ts';
import { type Language, sentences } from '../../messages/catalog.ts';
import { type CallLimit, type Chat, ChatError, type PostOptions, type Sent } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Db } from '../../ports/database.ts';
import { timeLimit } from '../wake.ts';
import type { Claim } from './claim.ts';
import type { SenderHooks } from './hooks.ts';
import { lookUp } from './look-up.ts';
import { languageIn, type OutboxWords, shortForm, standingAlone, withNotes } from './notes.ts';
import { afterCut, afterFailedSend, again, type Outcome } from './outcome.ts';
import { fenceHolds, type Scene } from './scene.ts';
import type { Subjects, Worded } from './subjects.ts';
import { UnknownSubject, word } from './word.ts';

export interface SendContext {
  readonly db: Db;
  readonly chat: Chat;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly fallbackChannel: string | undefined;
  readonly language: Language;
  readonly log: Logger;
  /** Of two messages for one row, the later: `removed` or still there. */
  readonly onDoubled: NonNullable<SenderHooks['onDoubled']>;
}

/** A renderer that rejects is tried so often before the message says only that there is one. */
const RENDER_TRIES = 4;
/** Rows that nobody here can word wait for a replica that can. */
const UNKNOWN_PAUSE_MS = 60_000;

/**
 * Sends one claim. No transaction is open, and each call to the chat is cut after a third of the lease.
 * @param stop aborted when the process ends: what is open then is left for a successor to look up
 * @throws what the store throws
 */
export async function send(context: SendContext, claim: Claim, stop: AbortSignal): Promise<Outcome> {
  const { scene } = claim;
  if (scene.threadPending) return { do: 'wait' };
  if (scene.place === '') return { do: 'fail', code: claim.lead.error ?? 'no_fallback_channel' };
  if (claim.lead.look_up_from) {
    const known = await lookUp(context, claim, scene, stop);
    if (known) return known;
  }
  const worded = await wordSafely(context, claim);
  if ('do' in worded) return worded;
  if (worded.kind === 'cancelled') return { do: 'cancel', reason: worded.reason };
  if (!(await fenceHolds(context.db, claim))) return { do: 'cancel', reason: 'fence moved' };
  return dispatch(context, { claim, scene, worded, stop });
}

interface Ready {
  readonly claim: Claim;
  readonly scene: Scene;
  readonly worded: Extract<Worded, { kind: 'message' }>;
  readonly stop: AbortSignal;
}

async function wordSafely(context: SendContext, claim: Claim): Promise<Worded | Outcome> {
  const { lead } = claim;
  try {
    return await word(
      context.db,
      context.subjects,
      claim,
      languageIn(claim.scene, context.language),
      context.clock.now(),
    );
  } catch (error) {
    const about = { err: error, row: lead.id, subject: lead.subject };
    if (error instanceof UnknownSubject) {
      context.log.warn(about, 'an outbox row is left to a replica that knows it');
      return again(claim, error.message, { afterMs: UNKNOWN_PAUSE_MS, counted: false });
    }
    context.log.error(about, 'an outbox row could not be put into words');
    if (lead.attempts <= RENDER_TRIES) return again(claim, 'not rendered');
    const text = outboxWords(context, claim.scene).unrenderable({ subject: lead.subject });
    return { kind: 'message', message: { text, blocks: [] } };
  }
}

function outboxWords(context: SendContext, scene: Scene): OutboxWords {
  return sentences(languageIn(scene, context.language)).outbox;
}

async function dispatch(context: SendContext, ready: Ready): Promise<Outcome> {
  const { claim, scene, stop } = ready;
  const timeoutMs = Math.floor(context.leaseMs / 3);
  const limit = { signal: timeLimit(timeoutMs, stop), timeoutMs };
  const words = outboxWords(context, scene);
  const astray = claim.lead.thread_post_id !== null && scene.threadTs === null;
  const worded = astray ? standingAlone(ready.worded.message) : ready.worded.message;
  const message = withNotes(worded, claim, words);
  try {
    const sent = await orShorter(context, claim, (form) => deliver(context, ready, form, limit), message, words);
    return { do: 'delivered', sent, shown: claim.lead.wanted, found: false };
  } catch (error) {
    if (stop.aborted) return afterCut(error, claim);
    const outcome = afterFailedSend(error, claim, scene);
    return outcome.do === 'anew' ? { ...outcome, before: await linkTo(context, scene, limit) } : outcome;
  }
}

/** A form that Slack refuses is our fault and would be refused for ever: once more, in words only. */
async function orShorter(
  context: SendContext,
  { lead }: Claim,
  deliverIt: (form: Message) => Promise<Sent>,
  message: Message,
  words: OutboxWords,
): Promise<Sent> {
  try {
    return await deliverIt(message);
  } catch (error) {
    if (!(error instanceof ChatError) || error.kind !== 'invalid') throw error;
    context.log.error(
      { err: error, row: lead.id, subject: lead.subject },
      'a message was refused: its short form is sent',
    );
    return deliverIt(shortForm(message, error.code, words));
  }
}

async function deliver(context: SendContext, ready: Ready, message: Message, limit: CallLimit): Promise<Sent> {
  const { claim, scene, worded } = ready;
  const { chat } = context;
  const mark = { row: claim.lead.id, attempt: claim.lead.attempt_id };
  const post = scene.post;
  const there = scene.threadTs === null ? message : inThread(message);
  if (post?.ts && post.channelId) {
    const at = { channelId: post.channelId, ts: post.ts };
    await chat.update(at, there, { ...limit, mark });
    return at;
  }
  if (scene.threadTs === null) return chat.post(scene.place, message, { ...limit, mark });
  const broadcast = worded.broadcast ? { broadcast: true } : {};
  return orOutsideThread(chat, scene, message, { ...limit, mark, threadTs: scene.threadTs, ...broadcast });
}

/** A thread whose first message was deleted takes no replies: what there is to say is said in the channel. */
async function orOutsideThread(chat: Chat, scene: Scene, message: Message, options: PostOptions): Promise<Sent> {
  try {
    return await chat.post(scene.place, inThread(message), options);
  } catch (error) {
    if (!(error instanceof ChatError) || error.kind !== 'gone') throw error;
    const { threadTs: _, broadcast: __, ...outside } = options;
    return chat.post(scene.place, standingAlone(message), outside);
  }
}

/** Empty when Slack does not link to it any more. */
async function linkTo({ chat }: SendContext, { post }: Scene, limit: CallLimit): Promise<string> {
  if (!post?.ts || !post.channelId) return '';
  return chat.permalink({ channelId: post.channelId, ts: post.ts }, limit).catch(() => '');
}
