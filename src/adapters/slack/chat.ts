import { z } from 'zod';
import type { Message } from '../../domain/content.ts';
import {
  type CallLimit,
  type Chat,
  ChatError,
  type Files,
  type Identity,
  type PostOptions,
  type SendMark,
} from '../../ports/chat.ts';
import { MARK_TYPE, understood } from './answers.ts';
import { sendFile } from './files.ts';
import { findMarked } from './find.ts';
import { isPersonId } from './render/ids.ts';
import { type RenderedMessage, renderMessage } from './render.ts';
import type { Web } from './web.ts';

const Posted = z.object({ channel: z.string(), ts: z.string() });
const Opened = z.object({ channel: z.object({ id: z.string() }) });
const Permalink = z.object({ permalink: z.string() });

export interface ChatOptions {
  readonly web: Web;
  /** Who we are: a message of another app is never taken for ours. */
  readonly identity: (limit?: CallLimit) => Promise<Identity>;
}

/** Sending to Slack. Nothing is tried twice here: who asked knows whether it may be. */
export function createChat({ web, identity }: ChatOptions): Chat & Files {
  const directChannel = async (personId: string, limit: CallLimit = {}): Promise<string> =>
    understood(Opened, await web.call('conversations.open', { users: personId }, limit)).channel.id;

  /** Edits, look-ups and deletions take a conversation's id only; posting takes a person's too. */
  const conversation = async (id: string, limit: CallLimit): Promise<string> =>
    isPersonId(id) ? directChannel(id, limit) : id;

  return {
    directChannel,

    async post(to, message, options) {
      const sent = understood(
        Posted,
        await web.call('chat.postMessage', postArgs(to, message, options), callLimit(options)),
      );
      return { channelId: sent.channel, ts: sent.ts };
    },

    async update(at, message, limit = {}) {
      const channel = await conversation(at.channelId, callLimit(limit));
      const metadata = limit.mark ? { metadata: metadataOf(limit.mark) } : {};
      await web.call('chat.update', { channel, ts: at.ts, ...bodyOf(message), ...metadata }, callLimit(limit));
    },

    async remove(at, limit = {}) {
      try {
        await web.call('chat.delete', { channel: await conversation(at.channelId, limit), ts: at.ts }, limit);
      } catch (error) {
        if (!(error instanceof ChatError && error.code === 'message_not_found')) throw error;
      }
    },

    async find(where, row, since, limit = {}) {
      const channelId = await conversation(where.channelId, limit);
      return findMarked({ web, me: await identity(limit), where: { ...where, channelId }, row, since, limit });
    },

    async whisper(where, personId, message, limit = {}) {
      const thread = where.threadTs ? { thread_ts: where.threadTs } : {};
      await web.call(
        'chat.postEphemeral',
        { channel: where.channelId, user: personId, ...thread, ...bodyOf(message) },
        limit,
      );
    },

    async permalink(at, limit = {}) {
      const channel = await conversation(at.channelId, limit);
      return understood(Permalink, await web.call('chat.getPermalink', { channel, message_ts: at.ts }, limit))
        .permalink;
    },

    sendFile: (personId, file, limit = {}) => sendFile(web, () => directChannel(personId, limit), file, limit),
  };
}

function callLimit({ signal, timeoutMs }: CallLimit): CallLimit {
  return { signal, timeoutMs };
}

/** Names and channels in plain words are not to be linked; chat.update does so unless told not to. */
export function bodyOf(message: Message): RenderedMessage & { readonly parse: 'none'; readonly link_names: false } {
  return { ...renderMessage(message), parse: 'none', link_names: false };
}

function postArgs(to: string, message: Message, options: PostOptions): Record<string, unknown> {
  return {
    channel: to,
    ...bodyOf(message),
    metadata: metadataOf(options.mark),
    ...(options.threadTs ? { thread_ts: options.threadTs, reply_broadcast: options.broadcast ?? false } : {}),
  };
}

function metadataOf(mark: SendMark): Record<string, unknown> {
  return { event_type: MARK_TYPE, event_payload: { row: mark.row, attempt: mark.attempt } };
}
