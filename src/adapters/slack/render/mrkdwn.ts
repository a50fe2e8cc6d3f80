import { clean } from '../../../domain/clean.ts';
import type { Inline, Text } from '../../../domain/content.ts';
import { isChannelId, isEmojiName, isValidMention, mentionAsText } from './ids.ts';
import { linkAsText, safeUrl } from './links.ts';
import { shownTime, timeAsText } from './times.ts';

/**
 * mrkdwn, for the two places where Slack takes nothing better: the `text` beside blocks (notifications, lock screens,
 * screen readers) and context lines with a mention, link or time in them. `*_~` and backticks cannot be escaped there, so
 * where they would format they become characters that look like them; a colon that opens an emoji name gets an invisible
 * word joiner behind it.
 */
const LOOKALIKE: Readonly<Record<string, string>> = { '*': '\u2217', _: '\u02cd', '~': '\u223c', '`': '\u02cb' };
const WORD_JOINER = '\u2060';
const WORD = /[\p{L}\p{N}]/u;

/** A piece is either data, which may be cut anywhere, or one of Slack's forms, which may not. */
type Piece = { readonly data: string } | { readonly form: string };

/** At most `max` characters, escaping included; the cut is marked with `…`. */
export function mrkdwn(text: Text, max: number): string {
  const pieces = merged(text.map(pieceOf)).map(
    (piece): Piece => ('form' in piece ? piece : { data: neutral(piece.data) }),
  );
  const whole = pieces.map((piece) => ('form' in piece ? piece.form : entities(piece.data))).join('');
  return whole.length <= max ? whole : `${upTo(pieces, max - 1)}…`;
}

function upTo(pieces: readonly Piece[], max: number): string {
  let out = '';
  for (const piece of pieces) {
    const fits = 'form' in piece ? piece.form : escapedUpTo(piece.data, max - out.length);
    if (out.length + fits.length > max) break;
    out += fits;
    if ('data' in piece && fits.length < entities(piece.data).length) break;
  }
  return out;
}

function merged(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (last && 'data' in last && 'data' in piece) out[out.length - 1] = { data: last.data + piece.data };
    else out.push(piece);
  }
  return out;
}

const data = (value: string): Piece => ({ data: clean(value) });

function pieceOf(inline: Inline): Piece {
  if (typeof inline === 'string') return data(inline);
  if ('bold' in inline) return data(inline.bold);
  if ('code' in inline) return data(inline.code);
  if ('strike' in inline) return data(inline.strike);
  if ('emoji' in inline) return isEmojiName(inline.emoji) ? { form: `:${inline.emoji}:` } : data(inline.emoji);
  if ('link' in inline) return link(inline.link, inline.label);
  if ('mention' in inline)
    return isValidMention(inline.mention) ? { form: mentionForm(inline.mention) } : data(mentionAsText(inline.mention));
  if ('channel' in inline)
    return isChannelId(inline.channel) ? { form: `<#${inline.channel}>` } : data(`#${inline.channel}`);
  const shown = shownTime(inline.time, inline.style);
  return shown ? { form: `<!date^${shown.unix}^${shown.format}|${shown.fallback}>` } : data(timeAsText(inline.time));
}

function mentionForm(mention: Extract<Inline, { mention: unknown }>['mention']): string {
  if (mention.kind === 'person') return `<@${mention.id}>`;
  return mention.kind === 'group' ? `<!subteam^${mention.id}>` : `<!${mention.scope}>`;
}

function link(address: string, label: string): Piece {
  const url = safeUrl(address);
  if (!url) return data(linkAsText(address, label));
  const target = url.replace(/&/g, '&amp;').replace(/</g, '%3C').replace(/>/g, '%3E').replace(/\|/g, '%7C');
  const shown = entities(neutral(clean(label).replace(/\s+/g, ' ').trim()));
  return { form: shown ? `<${target}|${shown}>` : `<${target}>` };
}

function entities(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The longest beginning whose escaped form has at most `room` characters; no character is halved. */
function escapedUpTo(value: string, room: number): string {
  let out = '';
  for (const character of value) {
    const next = entities(character);
    if (out.length + next.length > room) break;
    out += next;
  }
  return out;
}

/** The same words to the eye, but nothing in them opens a format, an emoji or a quotation. */
function neutral(value: string): string {
  return value
    .replace(/:(?=[^\s:]+:)/g, `:${WORD_JOINER}`)
    .replace(/^>/gm, `${WORD_JOINER}>`)
    .replace(/[*_~`]/g, (mark, at: number) => (mayFormat(value[at - 1], value[at + 1]) ? LOOKALIKE[mark]! : mark));
}

/** Slack formats at word boundaries only: `a_b_c` and `5 * 3` stay as they are. */
function mayFormat(before: string | undefined, after: string | undefined): boolean {
  const inWord = before !== undefined && after !== undefined && WORD.test(before) && WORD.test(after);
  const alone = (before === undefined || /\s/.test(before)) && (after === undefined || /\s/.test(after));
  return !inWord && !alone;
}
