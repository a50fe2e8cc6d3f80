import type { Chat, Files, FormHandle, InboundHandler, Reply } from '../../ports/chat.ts';
import type { Hide } from './secrets.ts';

/** All ways in which words leave to Slack, with known secrets taken out before they are rendered: what is drawn looks different. */
export function hidingChat(chat: Chat & Files, hide: Hide): Chat & Files {
  return {
    ...chat,
    post: (to, message, options) => chat.post(to, hide(message), options),
    update: (at, message, limit) => chat.update(at, hide(message), limit),
    sendFile: (personId, file, limit) => chat.sendFile(personId, hide(file), limit),
    whisper: (where, personId, message, limit) => chat.whisper(where, personId, hide(message), limit),
  };
}

export function hidingHandler(handler: InboundHandler, hide: Hide): InboundHandler {
  return async (request) => {
    if (request.kind === 'changed') return handler(request);
    const reply = hidingReply(request.reply, hide);
    const shown = 'shown' in request && request.shown ? { shown: hidingForm(request.shown, hide) } : {};
    const answer = await handler({ ...request, reply, ...shown });
    return answer.ack ? { ...answer, ack: hide(answer.ack) } : answer;
  };
}

function hidingReply({ openForm, redraw, showHome, ...reply }: Reply, hide: Hide): Reply {
  return {
    private: (message) => reply.private(hide(message)),
    replace: (message) => reply.replace(hide(message)),
    ...(redraw && { redraw: (message) => redraw(hide(message)) }),
    ...(showHome && { showHome: (draw) => showHome(async () => hide(await draw())) }),
    ...(openForm && {
      openForm: async (form) => hidingForm(await openForm(hide(form)), hide),
    }),
  };
}

function hidingForm(shown: FormHandle, hide: Hide): FormHandle {
  return { id: shown.id, update: (form) => shown.update(hide(form)) };
}
