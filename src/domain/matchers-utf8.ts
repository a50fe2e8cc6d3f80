/**
 * Alertmanager's UTF-8 grammar (`matcher/parse`, 0.27 and newer): names and values are bare or in double quotes with the
 * escapes of Go's string literals. Bare ones hold no blanks and none of `{}!=~,\"'` and the back-tick.
 */
import { GO_SPACE, unquoteGo } from './go-string.ts';
import type { MatcherFault, MatcherParts, MatchOp, Parsed } from './matchers.ts';

type Kind = '{' | '}' | ',' | 'op' | 'text' | 'end' | 'bad';

interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly at: number;
}

type Failure = Extract<Parsed<never>, { ok: false }>;

/** Matchers between optional braces, with a trailing comma if one likes. */
export function parseUtf8(input: string): Parsed<MatcherParts[]> {
  const tokens = tokenize(input);
  let next = 0;
  const peek = (): Token => tokens[next] ?? tokens.at(-1)!;
  const take = (): Token => {
    const token = peek();
    next += 1;
    return token;
  };
  const braced = peek().kind === '{';
  if (braced) take();
  const matchers: MatcherParts[] = [];
  while (peek().kind !== '}' && peek().kind !== 'end') {
    const one = parseOne(take(), take(), take());
    if (!one.ok) return one;
    matchers.push(one.value);
    if (peek().kind !== ',') break;
    take();
  }
  const failure = closes(peek(), braced);
  if (failure) return failure;
  if (braced) take();
  return peek().kind === 'end' ? { ok: true, value: matchers } : unexpected(peek(), 'end');
}

function closes(token: Token, braced: boolean): Failure | undefined {
  if (token.kind === '}') {
    return braced ? undefined : fail(token.at, { kind: 'unopened' });
  }
  if (token.kind !== 'end') return unexpected(token, 'comma');
  return braced ? fail(token.at, { kind: 'unclosed' }) : undefined;
}

function parseOne(name: Token, op: Token, value: Token): Parsed<MatcherParts> {
  if (name.kind !== 'text') return unexpected(name, 'name');
  if (op.kind !== 'op') return unexpected(op, 'op');
  if (op.text === '=' && value.text === '=') return fail(op.at, { kind: 'doubled' });
  if (value.kind !== 'text') return unexpected(value, 'value');
  const readName = read(name);
  if (readName === undefined) return badQuotes(name);
  if (readName === '') return fail(name.at, { kind: 'unnamed' });
  const readValue = read(value);
  if (readValue === undefined) return badQuotes(value);
  return { ok: true, value: { name: readName, op: op.text as MatchOp, value: readValue, at: name.at } };
}

function read(token: Token): string | undefined {
  return token.text.startsWith('"') ? unquoteGo(token.text) : token.text;
}

function badQuotes(token: Token): Failure {
  return fail(token.at, { kind: 'escape' });
}

type Wanted = Extract<MatcherFault, { kind: 'expected' }>['wanted'];

function unexpected({ at, text }: Token, wanted: Wanted): Failure {
  return fail(at, { kind: 'expected', wanted, found: text.length > 40 ? `${text.slice(0, 40)}…` : text });
}

function fail(at: number, fault: MatcherFault): Failure {
  return { ok: false, at, fault };
}

const scanner = new RegExp(
  `[${GO_SPACE}]+|[{},]|=~|!~|!=|=|"(?:[^"\\\\]|\\\\[\\s\\S])*"|[^${GO_SPACE}{}!=~,\\\\"'\`]+|[\\s\\S]`,
  'gy',
);
const blank = new RegExp(`^[${GO_SPACE}]+$`);

function tokenize(input: string): Token[] {
  const tokens: Token[] = [];
  for (const found of input.matchAll(scanner)) {
    const text = found[0];
    if (!blank.test(text)) tokens.push({ kind: kindOf(text), text, at: found.index });
  }
  tokens.push({ kind: 'end', text: '', at: input.length });
  return tokens;
}

function kindOf(text: string): Kind {
  if (text === '{' || text === '}' || text === ',') return text;
  if (/^(=~|!~|!=|=)$/.test(text)) return 'op';
  return /^[~!\\'`]$|^"$/.test(text) ? 'bad' : 'text';
}
