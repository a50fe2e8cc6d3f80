import { z } from 'zod';
import type { Block, Button } from '../../domain/content.ts';
import { UserError } from '../../domain/errors.ts';
import type { AskRequest } from '../../ports/chat.ts';
import { type AskHandler, type ClickHandler, MalformedCarries, onClick } from '../handling.ts';
import type { PersonRequest } from '../requests.ts';
import { CANDIDATES } from '../target-words.ts';
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

/** Of words whose target fits several: the same words for each of them. */
export function candidateButtons(request: PersonRequest, error: unknown): readonly Block[] {
  if (request.kind !== 'ask' || !(error instanceof UserError)) return [];
  return nearButtons(request, meantBy(error));
}

/** What somebody typed that is not there, and what may have been meant by it. */
export interface Near {
  readonly typed: string;
  readonly names: readonly string[];
  /** The names are whole, or of namespaces: a namespace that is typed elsewhere does not take them back. */
  readonly whole?: boolean;
}

/** The same words with each of the names where the mistaken one stands. */
export function nearButtons(request: AskRequest, near: Near | undefined): readonly Block[] {
  if (!near || near.names.length === 0) return [];
  const words = readable(request.text);
  const inOther = words.some(({ value }) => /^(?:-n|--namespace)(?:=|$)/.test(value));
  // What may have been meant stands in a namespace of its own: beside one that is typed it says nothing.
  const candidates = near.names.filter((name) => near.whole || !inOther || !name.includes('/'));
  const [at, length] = placeIn(words, near.typed);
  if (at < 0 || candidates.length === 0) return [];
  const place = placeOf(request);
  const shared = sharedPath(candidates);
  const buttons = candidates.slice(0, CANDIDATES).map((candidate) =>
    sayButton(candidate.slice(shared), asTyped(words.toSpliced(at, length, { value: candidate, quoted: false })), {
      at: place,
    }),
  );
  return [{ kind: 'buttons', buttons }];
}

/** How much of all these says nothing on a button: the parts of the path that all begin with. */
function sharedPath([first, ...others]: readonly string[]): number {
  if (first === undefined || others.length === 0) return 0;
  const beginnings = first.split('/').map((_, i, parts) => parts.slice(0, i).join('/').length + (i > 0 ? 1 : 0));
  return beginnings.findLast((end) => others.every((other) => other.startsWith(first.slice(0, end)))) ?? 0;
}

/** Where a target stands, and in how many words: `pod/checkout` may be two. */
function placeIn(words: readonly Word[], target: unknown): readonly [at: number, length: number] {
  const at = words.findIndex(({ value }) => value === target);
  if (at >= 0) return [at, 1];
  return [words.findIndex(({ value }, i) => `${value}/${words[i + 1]?.value}` === target), 2];
}

/** Nothing of what cannot be read. */
function readable(text: string): readonly Word[] {
  try {
    return tokenize(text);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** Errors that name what may have been meant: the parameter with what was typed, and the one with names. */
const MEANT: ReadonlyMap<string, readonly [typed: string, names: string, whole: boolean]> = new Map([
  ['ambiguous-target', ['text', 'candidates', true]],
  ['no-such-workload', ['text', 'near', false]],
  ['namespace-named', ['text', 'near', false]],
  ['no-such-namespace', ['namespace', 'near', true]],
  ['no-such-environment', ['environment', 'near', true]],
  ['no-such-container', ['container', 'near', true]],
  ['no-such-look', ['look', 'near', true]],
  ['no-such-verb', ['verb', 'near', true]],
]);

function meantBy({ code, params }: UserError): Near | undefined {
  const [typed, names, whole] = MEANT.get(code) ?? [];
  const found = names === undefined ? undefined : params[names];
  if (typed === undefined || !Array.isArray(found)) return undefined;
  return { typed: String(params[typed]), names: found.map(String), whole: whole === true };
}

/** A word that may be a flag. */
export function plainWord(value: string): Word {
  return { value, quoted: false };
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
