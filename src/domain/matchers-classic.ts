/**
 * Alertmanager's classic grammar (`pkg/labels/parse.go`), tolerant by design: identifier, operator, and everything to the
 * end as the value, with or without quotes. Only `\\`, `\"` and `\n` are escapes; any other backslash stands for itself.
 */
import { trimGo } from './go-string.ts';
import type { MatcherParts, MatchOp, Parsed } from './matchers.ts';

/** Go's regexes know the ASCII blanks only. */
const form = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*([\s\S]*?)[\t\n\f\r ]*$/;

/** Matchers between optional braces, split at commas outside of quotes; a trailing comma is fine. */
export function parseClassic(input: string): Parsed<MatcherParts[]> {
  const matchers: MatcherParts[] = [];
  for (const piece of pieces(input)) {
    const one = parseOne(piece.text, piece.at);
    if (!one.ok) return one;
    matchers.push(one.value);
  }
  return { ok: true, value: matchers };
}

interface Piece {
  readonly text: string;
  readonly at: number;
}

function pieces(input: string): Piece[] {
  const from = input.startsWith('{') ? 1 : 0;
  const to = input.length > from && input.endsWith('}') ? input.length - 1 : input.length;
  const found: Piece[] = [];
  let start = from;
  let quoted = false;
  let escaped = false;
  for (let i = from; i < to; i++) {
    const c = input[i];
    if (c === ',' && !quoted) {
      found.push({ text: input.slice(start, i), at: start });
      start = i + 1;
    } else if (c === '"' && !escaped) {
      quoted = !quoted;
    }
    // A comma in quotes leaves the flag as it is: upstream does, and so the same inputs split at the same places.
    if (c === '\\') escaped = !escaped;
    else if (c !== ',') escaped = false;
  }
  const last = trimGo(input.slice(start, to));
  if (last !== '') found.push({ text: last, at: start });
  return found;
}

function parseOne(text: string, at: number): Parsed<MatcherParts> {
  const found = form.exec(text);
  if (!found) return { ok: false, at, fault: { kind: 'none' } };
  const value = unquoteClassic(found[3]!);
  if (value === undefined) return { ok: false, at, fault: { kind: 'misquoted' } };
  return { ok: true, value: { name: found[1]!, op: found[2] as MatchOp, value, at } };
}

/** The value without its quotes and escapes; `undefined` when a bare quote is in the wrong place. */
function unquoteClassic(raw: string): string | undefined {
  const quoted = raw.startsWith('"');
  const body = quoted ? raw.slice(1) : raw;
  let value = '';
  let i = 0;
  while (i < body.length) {
    const c = body[i]!;
    if (c === '"') return quoted && i === body.length - 1 ? value : undefined;
    if (c === '\\' && i + 1 < body.length) {
      value += escapeOf(body[i + 1]!);
      i += 2;
    } else {
      value += c;
      i += 1;
    }
  }
  return quoted ? undefined : value;
}

function escapeOf(c: string): string {
  if (c === 'n') return '\n';
  return c === '"' || c === '\\' ? c : `\\${c}`;
}
