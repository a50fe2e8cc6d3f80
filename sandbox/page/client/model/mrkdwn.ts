import type { RichTextElement } from '@slack/types';
import { showDate } from './dates.ts';
import { emojiOf } from './emoji.ts';
import type { Names } from './workspace.ts';

/** Slack's mrkdwn, read into the elements of rich_text, so that one renderer serves both. */

const FORMS =
  /`([^`\n]+)`|<([^<>\n]+)>|:([\p{L}\p{N}_+'-]+):|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]+?)(?<=\S)\4(?![\p{L}\p{N}])/gu;
const DATE = /^!date\^(\d+)\^([^|^]*)(?:\^[^|]*)?(?:\|(.*))?$/s;
const BLOCKS = /```([\s\S]+?)```|((?:^&gt; ?[^\n]*\n?)+)/gm;

interface Style {
  readonly bold?: true;
  readonly italic?: true;
  readonly strike?: true;
  readonly code?: true;
}

/** A part of a text that stands on lines of its own. */
export interface Part {
  readonly kind: 'prose' | 'code' | 'quote';
  readonly pieces: readonly RichTextElement[];
}

/** Code between three backticks and lines that begin with `>` stand apart. */
export function partsOf(text: string): readonly Part[] {
  const out: Part[] = [];
  let from = 0;
  const prose = (until: number): void => {
    const words = text.slice(from, until).replace(/^\n|\n$/g, '');
    if (words.trim() !== '') out.push({ kind: 'prose', pieces: parseMrkdwn(words) });
  };
  for (const match of text.matchAll(BLOCKS)) {
    const [whole, code, quote] = match;
    prose(match.index);
    from = match.index + whole.length;
    if (code !== undefined) out.push({ kind: 'code', pieces: [{ type: 'text', text: unescaped(code) }] });
    else out.push({ kind: 'quote', pieces: parseMrkdwn((quote ?? '').trimEnd().replace(/^&gt; ?/gm, '')) });
  }
  prose(text.length);
  return out;
}

/** What stands within one line or several: styles, code, emoji, and Slack's forms between < and >. */
export function parseMrkdwn(text: string, style: Style = {}): RichTextElement[] {
  const out: RichTextElement[] = [];
  let from = 0;
  const plain = (value: string, more: Style = {}): void => {
    if (value) out.push({ type: 'text', text: unescaped(value), style: { ...style, ...more } });
  };
  for (const match of text.matchAll(FORMS)) {
    const [whole, code, form, emoji, mark, inner] = match;
    plain(text.slice(from, match.index));
    from = match.index + whole.length;
    if (code !== undefined) plain(code, { code: true });
    else if (form !== undefined) out.push(pieceOf(form));
    else if (emoji !== undefined) out.push({ type: 'emoji', name: emoji });
    else out.push(...parseMrkdwn(inner ?? '', { ...style, ...styleOf(mark) }));
  }
  plain(text.slice(from));
  return out;
}

function styleOf(mark: string | undefined): Style {
  if (mark === '*') return { bold: true };
  return mark === '_' ? { italic: true } : { strike: true };
}

/** What stands between < and >. */
function pieceOf(form: string): RichTextElement {
  const bar = form.indexOf('|');
  const [target, label] = bar < 0 ? [form, undefined] : [form.slice(0, bar), form.slice(bar + 1)];
  if (target.startsWith('@')) return { type: 'user', user_id: target.slice(1) };
  if (target.startsWith('#')) return { type: 'channel', channel_id: target.slice(1) };
  if (target.startsWith('!subteam^')) return { type: 'usergroup', usergroup_id: target.slice(9) };
  const date = DATE.exec(form);
  if (date) return { type: 'date', timestamp: Number(date[1]), format: date[2] ?? '', fallback: date[3] ?? '' };
  if (target === '!here' || target === '!channel' || target === '!everyone')
    return { type: 'broadcast', range: target === '!here' ? 'here' : target === '!channel' ? 'channel' : 'everyone' };
  return { type: 'link', url: unescaped(target), text: unescaped(label ?? target) };
}

function unescaped(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

/** Only what a click may safely open. */
export function safeLink(url: unknown): string | undefined {
  return typeof url === 'string' && /^(https?:|mailto:)/i.test(url) ? url : undefined;
}

/** The word that stands for a piece where nothing can be styled. */
export function wordOf(piece: RichTextElement, names: Names, lang: string): string {
  switch (piece.type) {
    case 'user':
      return `@${names.person(piece.user_id)}`;
    case 'usergroup':
      return `@${names.group(piece.usergroup_id)}`;
    case 'channel':
      return `#${names.channel(piece.channel_id)}`;
    case 'broadcast':
      return `@${piece.range}`;
    case 'emoji':
      return emojiOf(piece.name) ?? `:${piece.name}:`;
    case 'date':
      return showDate(piece.timestamp, piece.format, lang);
    case 'link':
      return piece.text ?? piece.url;
    case 'color':
      return piece.value;
    case 'team':
      return piece.team_id;
    case 'text':
      return piece.text;
  }
}

/** An emoji as it can be shown here; undefined: by its name. */
type Shown = (name: string) => string | undefined;

/** As a lock screen shows it: words only, without the marks of code and quotes. */
export function plainWords(text: string, names: Names, lang: string, shown: Shown = emojiOf): string {
  const word = (piece: RichTextElement): string =>
    piece.type === 'emoji' ? (shown(piece.name) ?? `:${piece.name}:`) : wordOf(piece, names, lang);
  return partsOf(text)
    .map(({ pieces }) => pieces.map(word).join('').trimEnd())
    .join('\n');
}

/** The pieces of long names, between which a narrow line may break: after `/`, `.`, `-` and `_`. */
export function breakable(text: string): readonly string[] {
  return text.split(/(?<=[\p{L}\p{N}][/.\-_])(?=[\p{L}\p{N}])/u);
}
