import { z } from 'zod';
import type { Form, Message } from '../../../domain/content.ts';
import type { FormHandle, Reply } from '../../../ports/chat.ts';
import { understood } from '../answers.ts';
import { bodyOf } from '../chat.ts';
import { renderForm, renderMessage } from '../render.ts';
import type { Web } from '../web.ts';
import type { OpenBy, ReplyTo } from './received.ts';
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
    private: (message) => tell(parts, to, message, false),
    replace: (message) => tell(parts, to, message, true),
    ...(to.by === 'response-url' && to.redraws ? { redraw: (message) => redraw(parts, to.url, message) } : {}),
  };
}

/** Works past the pace of chat.update, which the whole workspace shares. */
function redraw({ respond }: ReplyParts, url: string, message: Message): Promise<void> {
  return respond(
    url,
    { response_type: 'in_channel', replace_original: true, ...renderMessage(message) },
    { timeoutMs: TELL_MS },
  );
}

async function tell({ web, respond }: ReplyParts, to: ReplyTo, message: Message, replace: boolean): Promise<void> {
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
