import { cut, type Form, type Message } from '../../../domain/content.ts';
import type { Answer } from '../../../ports/chat.ts';
import { plainText } from '../render/buttons.ts';
import { inputBlockId, plainWords, renderForm, renderMessage } from '../render.ts';
import type { Received } from './received.ts';

type Person = Extract<Received, { kind: 'person' }>;
type Body = Readonly<Record<string, unknown>>;

const ERROR_MAX = 2_000;

/** The acknowledgement's body for what the handler answered; `undefined`: an empty one, which closes a submitted form. */
export function ackBody(received: Person, ack: Answer['ack'], pending: Form | undefined): Body | undefined {
  if (received.draft.kind !== 'submit') return undefined;
  if (ack?.kind === 'errors') return errorsBody(received, ack.errors);
  if (ack?.kind === 'close-all') return { response_action: 'clear' };
  const form = ack?.kind === 'form' ? ack.form : pending;
  return form ? { response_action: 'update', view: renderForm(form) } : undefined;
}

/** Errors stand beside input blocks only: those of inputs that are not shown go to the first one. */
function errorsBody(received: Person, errors: Readonly<Record<string, string>>): Body | undefined {
  const blocks = received.inputBlocks ?? [];
  const shown: Record<string, string> = {};
  for (const [input, words] of Object.entries(errors)) {
    const own = inputBlockId(input);
    const block = blocks.includes(own) ? own : blocks[0];
    if (block === undefined) return formBody(received, { text: [words], blocks: [] });
    shown[block] = shown[block]
      ? `${shown[block]} ${plainText(words, ERROR_MAX).text}`
      : plainText(words, ERROR_MAX).text;
  }
  if (Object.keys(shown).length === 0) return undefined;
  return {
    response_action: 'errors',
    errors: Object.fromEntries(Object.entries(shown).map(([block, words]) => [block, cut(words, ERROR_MAX)])),
  };
}

/** What a command or form is acknowledged with when its handler failed; other requests are told afterwards. */
export function failureBody(received: Person, message: Message): Body | undefined {
  if (received.draft.kind === 'submit') return submitFailure(received, message);
  if (received.draft.kind === 'ask' && received.draft.via === 'command')
    return { response_type: 'ephemeral', ...renderMessage(message) };
  return undefined;
}

/** Beside the first input, so that what was typed is kept; a form without inputs becomes the message. */
function submitFailure(received: Person, message: Message): Body | undefined {
  const [first] = received.inputBlocks ?? [];
  if (first === undefined) return formBody(received, message);
  return { response_action: 'errors', errors: { [first]: plainWords(message.text, ERROR_MAX) } };
}

function formBody(received: Person, message: Message): Body {
  const { blocks } = renderMessage(message);
  const title = plainText(received.viewTitle ?? '', 24);
  return {
    response_action: 'update',
    view: { type: 'modal', callback_id: 'told', title, private_metadata: '', blocks },
  };
}
