import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Block, Form, Message } from '../../../domain/content.ts';
import { inThread } from '../../../domain/in-thread.ts';
import { ChatError, type FormHandle, type Reply } from '../../../ports/chat.ts';
import { understood } from '../answers.ts';
import { bodyOf } from '../chat.ts';
import { renderForm, renderHome, renderMessage } from '../render.ts';
import type { Web } from '../web.ts';
import type { HomeAt, OpenBy, ReplyTo } from './received.ts';
import type { Respond } from './respond.ts';

export interface ReplyParts {
  readonly web: Web;
  readonly respond: Respond;
}

/** A form that a submission is to be answered with: sent in the acknowledgement, not by a call. */
export interface Pending {
  form?: Form;
}

const Opened = z.object({ view: z.object({ id: z.string() }) });
const TELL_MS = 5_000;
const UPDATE_MS = 5_000;

export function createReply(parts: ReplyParts, to: ReplyTo): Omit<Reply, 'openForm'> {
  return {
    private: (message) => patiently(() => tell(parts, to, message, false)),
    replace: (message) => patiently(() => tell(parts, to, message, true)),
    ...(to.by === 'response-url' && to.redraws ? { redraw: (message) => redraw(parts, to.url, message) } : {}),
  };
}

/** An answer waits this long in all for its turn, then it is lost: the asker asks again. */
const PATIENCE_MS = 10_000;
/** An address for answers takes five uses, and who knows whether a refused one counts. */
const TRIES = 3;

/** A 429 was surely not delivered, so that it may be sent again when Slack says so: people ask quicker than one post a second. */
async function patiently(work: () => Promise<void>): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      const waitMs =
        error instanceof ChatError && error.kind === 'rate-limited' ? (error.retryAfterMs ?? 1_000) : Infinity;
      if (left === 0 || performance.now() + waitMs > until) throw error;
      await pause(waitMs);
    }
  }
}

/** Works past the pace of chat.update, which the whole workspace shares. */
function redraw({ respond }: ReplyParts, url: string, message: Message): Promise<void> {
  return respond(
    url,
    { response_type: 'in_channel', replace_original: true, ...renderMessage(message) },
    { timeoutMs: TELL_MS },
  );
}

async function tell({ web, respond }: ReplyParts, to: ReplyTo, said: Message, replace: boolean): Promise<void> {
  const message = to.threadTs ? inThread(said) : said;
  const limit = { timeoutMs: TELL_MS };
  const thread = to.threadTs ? { thread_ts: to.threadTs } : {};
  if (to.by === 'whisper') {
    await web.call(
      'chat.postEphemeral',
      { channel: to.channelId, user: to.personId, ...thread, ...bodyOf(message) },
      limit,
    );
    return;
  }
  if (to.by === 'direct') {
    await web.call('chat.postMessage', { channel: to.to, ...thread, ...bodyOf(message) }, limit);
    return;
  }
  const replaces = replace && to.replaces;
  await respond(
    to.url,
    { response_type: 'ephemeral', replace_original: replaces, ...(replaces ? {} : thread), ...renderMessage(message) },
    limit,
  );
}

/**
 * A trigger lives 3 s, so opening has what is left of the answer's time. A submission has no use for its trigger: the new
 * form takes the place of the submitted one, which keeps its id.
 */
export function createOpenForm(
  web: Web,
  openBy: OpenBy,
  pending: Pending,
  msLeft: () => number,
): (form: Form) => Promise<FormHandle> {
  return async (form) => {
    if (openBy.by === 'acknowledgement') {
      pending.form = form;
      return formHandle(web, openBy.viewId);
    }
    const args = { trigger_id: openBy.triggerId, view: renderForm(form) };
    const answer = await web.call(`views.${openBy.by}`, args, { timeoutMs: Math.max(1, msLeft()) });
    return formHandle(web, understood(Opened, answer).view.id);
  };
}

/** Without a hash: what we say last is what is shown. */
export function formHandle(web: Web, viewId: string): FormHandle {
  return {
    id: viewId,
    async update(form) {
      await web.call('views.update', { view_id: viewId, view: renderForm(form) }, { timeoutMs: UPDATE_MS });
    },
  };
}

/**
 * Shows the home tab instead of the one that was seen when this was asked for. If another one was shown since, nobody knows whose
 * rows are the newer: they are read again, and the last word counts.
 */
export function createShowHome(
  web: Web,
  { personId, hash }: HomeAt,
): (draw: () => Promise<readonly Block[]>) => Promise<void> {
  return async (draw) => {
    const publish = (seen: string | undefined) =>
      patiently(async () => {
        const args = { user_id: personId, view: renderHome(await draw()), ...(seen && { hash: seen }) };
        await web.call('views.publish', args, { timeoutMs: UPDATE_MS });
      });
    try {
      await publish(hash);
    } catch (error) {
      if (!(error instanceof ChatError && error.code === 'hash_conflict')) throw error;
      await publish(undefined);
    }
  };
}
