/**
 * Alertmanager's UTF-8 grammar (`matcher/parse`, 0.27 and newer): names and values are bare or in double quotes with the
 * escapes of Go's string literals. Bare ones hold no blanks and none of `{}!=~,\"'` and the back-tick.
 */
import { GO_SPACE, unquoteGo } from './go-string.ts';
import type { MatcherParts, MatchOp, Parsed } from './matchers.ts';

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
  return peek().kind === 'end' ? { ok: true, value: matchers } : unexpected(peek(), 'the end', 'remove what follows');
}

function closes(token: Token, braced: boolean): Failure | undefined {
  if (token.kind === '}') {
    return braced ? undefined : fail(token.at, 'there is a } without a {', 'put { in front or remove the }');
  }
  if (token.kind !== 'end')
    return unexpected(token, 'a comma or the end', 'quote values that hold blanks or any of {}!=~,\\"\'`');
  return braced ? fail(token.at, 'the } is missing', 'put } at the end or remove the {') : undefined;
}

function parseOne(name: Token, op: Token, value: Token): Parsed<MatcherParts> {
  if (name.kind !== 'text') return unexpected(name, 'a label name', 'write name="value"');
  if (op.kind !== 'op') return unexpected(op, 'an operator', 'write one of =, !=, =~ and !~ after the name');
  if (value.kind !== 'text')
    return unexpected(value, 'a value', 'put the value in double quotes, "" for an absent label');
  const readName = read(name);
  if (readName === undefined) return badQuotes(name);
  if (readName === '') return fail(name.at, 'the label name is empty', 'write name="value"');
  const readValue = read(value);
  if (readValue === undefined) return badQuotes(value);
  return { ok: true, value: { name: readName, op: op.text as MatchOp, value: readValue, at: name.at } };
}

function read(token: Token): string | undefined {
  return token.text.startsWith('"') ? unquoteGo(token.text) : token.text;
}

function badQuotes(token: Token): Failure {
  return fail(token.at, 'there is an unknown escape in the quotes', 'write \\\\ for a backslash and \\" for a quote');
}

function unexpected(token: Token, wanted: string, remedy: string): Failure {
  const found = token.kind === 'end' ? 'the end' : token.text;
  return fail(token.at, `${wanted} is expected, not ${found.length > 40 ? `${found.slice(0, 40)}…` : found}`, remedy);
}

function fail(at: number, problem: string, remedy: string): Failure {
  return { ok: false, at, problem, remedy };
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
