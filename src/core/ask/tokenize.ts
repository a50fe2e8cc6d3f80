import { userError } from '../../messages/user-error.ts';

/** One word as it was meant. `quoted`: it was written in quotes, so it is never a flag. */
export interface Word {
  readonly value: string;
  readonly quoted: boolean;
}

/** A word that may be a flag. */
export function plainWord(value: string): Word {
  return { value, quoted: false };
}

/** Opening quote -> what closes it. Phones make “ ” and ‘ ’ of the straight ones, and not always as a pair. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"“”„‟＂'],
  ['“', '"“”„‟＂'],
  ['”', '"“”„‟＂'],
  ['„', '"“”„‟＂'],
  ['‟', '"“”„‟＂'],
  ['＂', '"“”„‟＂'],
  ["'", "'‘’‚‛＇"],
  ['‘', "'‘’‚‛＇"],
  ['‚', "'‘’‚‛＇"],
  ['‛', "'‘’‚‛＇"],
  ['＇', "'‘’‚‛＇"],
]);

/** White space, with the no-break, ideographic and zero-width kinds that keyboards and copying leave. */
const SPACE = /[\s\u00a0\u3000\u200b\u2060\ufeff]/;

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/**
 * Splits what somebody typed into words, as they meant it: quotes of any kind, Slack's own markup taken for its meaning,
 * and long dashes for the flags they were before the keyboard improved them. Knows nothing of a shell: no `$`, no escapes
 * but `\` before a quote inside quotes.
 * @throws UserError `unclosed-quote`
 */
export function tokenize(text: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.test(text[at]!)) {
      at += 1;
      continue;
    }
    const word = readWord(text, at);
    at = word.end;
    const value = word.quoted ? word.value : withFlagDashes(withoutBackticks(word.value));
    if (value !== '' || word.quoted) words.push({ value, quoted: word.quoted });
  }
  return words.map(withoutSigns).filter((word, at) => at === 0 || at < words.length - 1 || !isManners(word));
}

/** What stands in them is meant as it is written. */
const withoutBackticks = (word: string): string => word.replace(/^`+|`+$/g, '');

/** Of what is said to a colleague: `why checkout?`; a flag's value and a label may end so. */
function withoutSigns(word: Word, at: number, words: readonly Word[]): Word {
  if (word.quoted || /^-|=/.test(word.value) || words[at - 1]?.value.startsWith('-')) return word;
  return { ...word, value: word.value.replace(/(?<=[\p{L}\p{N}])[?!.,、。…]+$/u, '') };
}

const isManners = ({ value, quoted }: Word): boolean => !quoted && /^(please|お願いします|お願い)$/i.test(value);

interface Piece {
  readonly value: string;
  /** Where the next piece begins. */
  readonly end: number;
}

function readWord(text: string, start: number): Piece & { readonly quoted: boolean } {
  let value = '';
  let at = start;
  // `--reason="a b"` is a flag with a quoted value; only what begins with a quote is no flag.
  const quoted = QUOTES.has(text[start]!);
  while (at < text.length && !SPACE.test(text[at]!)) {
    const piece =
      readQuoted(text, at, start) ?? readMarkup(text, at) ?? readEntity(text, at) ?? readTyped(text, at, value);
    value += piece.value;
    at = piece.end;
  }
  return { value, end: at, quoted };
}

function readPlain(text: string, at: number): Piece {
  return { value: text[at]!, end: at + 1 };
}

/** An input method's wide `５`, `ｓｈｏｐ`, `／` and `＝` are the narrow ones; names and a label's value stay as they are. */
function readTyped(text: string, at: number, before: string): Piece {
  const wide = /[\uff01-\uff5e]/.test(text[at]!) && !isFree(before);
  return wide ? { value: text[at]!.normalize('NFKC'), end: at + 1 } : readPlain(text, at);
}

const isFree = (before: string): boolean => before.startsWith('@') || (before.includes('=') && !DASHES.test(before));

/** A quote opens at the start of a word or after `=`; elsewhere it is an apostrophe, as in `what's`. */
function readQuoted(text: string, at: number, wordStart: number): Piece | undefined {
  const closing = QUOTES.get(text[at]!);
  if (closing === undefined || (at > wordStart && text[at - 1] !== '=')) return undefined;
  let value = '';
  for (let i = at + 1; i < text.length; ) {
    const here = text[i]!;
    const next = text[i + 1];
    if (here === '\\' && next !== undefined && (next === '\\' || closing.includes(next))) {
      value += next;
      i += 2;
    } else if (closing.includes(here)) {
      return { value, end: i + 1 };
    } else {
      const piece = readMarkup(text, i) ?? readEntity(text, i) ?? readPlain(text, i);
      value += piece.value;
      i = piece.end;
    }
  }
  throw userError('unclosed-quote', { quote: text[at]!, rest: text.slice(at + 1, at + 41) });
}

/**
 * `<@U1|name>` and `<#C1|name>` and `<!subteam^S1|@sre>` are whom they point to: the id with its sign. `<url|label>` is what
 * was typed: the label, for Slack makes links of names such as `shop.checkout`.
 */
function readMarkup(text: string, at: number): Piece | undefined {
  const found = text[at] === '<' ? /^<([^<>\n]{1,3000})>/.exec(text.slice(at, at + 3002)) : null;
  if (!found) return undefined;
  const [target = '', label = ''] = splitOnce(found[1]!, '|');
  return { value: meant(target, label), end: at + found[0].length };
}

function meant(target: string, label: string): string {
  const group = /^!subteam\^([A-Z0-9]+)$/.exec(target);
  if (group) return `@${group[1]!}`;
  if (/^[@#][A-Z0-9]+$/.test(target)) return target;
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return unescaped(label || target.replace(/^mailto:/, ''));
  if (target.startsWith('!')) return `@${target.slice(1)}`;
  return `<${unescaped(label ? `${target}|${label}` : target)}>`;
}

function splitOnce(value: string, separator: string): readonly string[] {
  const at = value.indexOf(separator);
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + 1)];
}

function readEntity(text: string, at: number): Piece | undefined {
  if (text[at] !== '&') return undefined;
  const entity = Object.keys(ENTITIES).find((e) => text.startsWith(e, at));
  return entity === undefined ? undefined : { value: ENTITIES[entity]!, end: at + entity.length };
}

function unescaped(value: string): string {
  return value.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** Em and en dash, minus, hyphens, full width: what stands at the front of a word was `--` or `-`. */
const DASHES = /^[-\u2010-\u2015\u2212\uff0d\ufe58\ufe63]+/;
const LONG = /[\u2014\u2015\ufe58]/;

/** `—previous`, `–n`, `——tail`: one letter after it means `-`, more mean `--`; an em dash alone was `--` as well. */
function withFlagDashes(word: string): string {
  const front = DASHES.exec(word)?.[0] ?? '';
  const rest = word.slice(front.length);
  if (front === '' || /^-+$/.test(front)) return word;
  if (rest === '') return LONG.test(front) || front.length > 1 ? '--' : '-';
  if (/^\d/.test(rest)) return `-${rest}`;
  const name = /^[^=]*/.exec(rest)![0];
  return (name.length === 1 ? '-' : '--') + rest;
}
