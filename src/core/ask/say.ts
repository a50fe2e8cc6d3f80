import { z } from 'zod';
import type { Block, Button } from '../../domain/content.ts';
import { type AskHandler, type ClickHandler, MalformedCarries, onClick } from '../handling.ts';
import { tokenize, type Word } from './tokenize.ts';

/**
 * Buttons that say words for whoever presses them, as if that person had typed them there: who they are, what they may and what
 * the words mean is looked at anew (docs/decisions/0011).
 */

export const SAY_BUTTON = 'say';

/** Where the words are said; a form is in no channel, and a private message may not know its thread. */
interface SaidAt {
  readonly channelId: string;
  readonly threadTs?: string;
}

const Carries = z.object({
  v: z.literal(1),
  say: z.string().min(1),
  channel: z.string().optional(),
  thread: z.string().optional(),
});

/** `words` are without `/ops`, and name their target whole (`targetKey`): a channel's default may change meanwhile. */
export function sayButton(
  label: string,
  words: string,
  { style, at }: { style?: Button['style']; at?: SaidAt } = {},
): Button {
  return {
    id: SAY_BUTTON,
    label,
    carries: {
      v: 1,
      say: words,
      ...(at && { channel: at.channelId }),
      ...(at?.threadTs !== undefined && { thread: at.threadTs }),
    },
    ...(style && { style }),
  };
}

export function sayClick(ask: AskHandler): ClickHandler {
  return onClick({
    v: 1,
    carries: Carries,
    async handle({ id, principal, reply, receivedAt, carries, ...click }, handling) {
      const at = saidAt(carries, click);
      return ask({ kind: 'ask', via: 'button', id, principal, reply, receivedAt, ...at, text: carries.say }, handling);
    },
  });
}

function saidAt(
  { channel, thread }: z.infer<typeof Carries>,
  click: { readonly channelId?: string; readonly threadTs?: string },
): SaidAt {
  if (channel !== undefined) return { channelId: channel, ...(thread !== undefined && { threadTs: thread }) };
  const { channelId, threadTs } = click;
  if (channelId !== undefined) return { channelId, ...(threadTs !== undefined && { threadTs }) };
  throw new MalformedCarries('a button of a form that says words, and not where');
}

export function placeOf({ channelId, threadTs }: { readonly channelId: string; readonly threadTs?: string }): SaidAt {
  return { channelId, ...(threadTs !== undefined && { threadTs }) };
}

/** Without the buttons for what somebody may nowhere do: an answer offers what can be had. */
export function offered(blocks: readonly Block[], mayRunVerb: (verb: string) => boolean): readonly Block[] {
  return blocks.flatMap((block): readonly Block[] => {
    if (block.kind !== 'buttons') return [block];
    const buttons = block.buttons.filter(({ id, carries }) => {
      if (id !== SAY_BUTTON) return true;
      return mayRunVerb(tokenize(String(carries['say']))[0]?.value ?? '');
    });
    return buttons.length > 0 ? [{ ...block, buttons }] : [];
  });
}

/** Words that `tokenize` reads as these again. */
export function asTyped(words: readonly Word[]): string {
  return words.map(typed).join(' ');
}

const PLAIN = /^[A-Za-z0-9_\-./=,:@#]+$/;
const VALUED_FLAG = /^(--?[A-Za-z0-9-]+=)(.*)$/s;

function typed({ value, quoted }: Word): string {
  if (quoted) return inQuotes(value);
  if (PLAIN.test(value)) return value;
  const [, flag, of] = VALUED_FLAG.exec(value) ?? [];
  return flag === undefined ? inQuotes(value) : flag + inQuotes(of ?? '');
}

function inQuotes(value: string): string {
  const escaped = value
    .replace(/[\\"“”„‟＂]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;');
  return `"${escaped}"`;
}
