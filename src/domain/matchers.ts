/**
 * Label matchers in Alertmanager's syntax, read as its fallback mode reads them (`matcher/compat`): the UTF-8 grammar first,
 * the classic one where that fails or where both succeed and disagree. Compared with Alertmanager 0.28 on random inputs, only
 * regexes that are mistakes differ: `a)|(b`, valid there only once wrapped for anchoring, and a group name used twice are
 * refused here; a `\Q` without `\E`, which swallows that wrapping there, is taken.
 */
import { RE2JS } from 're2js';
import type { Labels } from './alert.ts';
import { labelValue } from './labels.ts';
import { parseClassic } from './matchers-classic.ts';
import { parseUtf8 } from './matchers-utf8.ts';

export type MatchOp = '=' | '!=' | '=~' | '!~';

/** A matcher as it was read, before its regex is compiled. */
export interface MatcherParts {
  readonly name: string;
  readonly op: MatchOp;
  readonly value: string;
  /** Where it starts in the input, from 0. */
  readonly at: number;
}

export interface Matcher {
  readonly name: string;
  readonly op: MatchOp;
  readonly value: string;
  /** Does this value of the label pass? Regexes are RE2, anchored at both ends, compiled once. */
  readonly test: (value: string) => boolean;
}

/** Longest regex taken, in UTF-16 units: RE2 matches in linear time, but compiling is not free. */
export const MAX_PATTERN = 2_000;
/** A label value longer than this, in UTF-16 units, matches no regex at all (so `!~` holds). */
export const MAX_REGEX_INPUT = 16_384;

/** Why a matcher cannot be read: the catalogues have the sentences. */
export type MatcherFault =
  | { readonly kind: 'unopened' | 'unclosed' | 'unnamed' | 'escape' | 'none' | 'misquoted' | 'doubled' }
  | {
      readonly kind: 'expected';
      readonly wanted: 'name' | 'op' | 'value' | 'comma' | 'end';
      /** What stands there; empty: nothing more. */
      readonly found: string;
    }
  | { readonly kind: 'long'; readonly length: number; readonly most: number }
  | { readonly kind: 'regex'; readonly why: string };

/** A matcher that cannot be read. */
export class MatcherError extends Error {
  override readonly name = 'MatcherError';
  /** The whole input. */
  readonly input: string;
  /** First character that is wrong, counted from 1 in UTF-16 units. */
  readonly position: number;
  readonly fault: MatcherFault;

  constructor(input: string, at: number, fault: MatcherFault) {
    super(`matcher ${JSON.stringify(shorten(input))}, character ${at + 1}: ${JSON.stringify(fault)}`);
    this.input = input;
    this.position = at + 1;
    this.fault = fault;
  }

  /** The input, short enough to be repeated. */
  get shown(): string {
    return shorten(this.input);
  }
}

/** What a grammar answers: the parts, or where and why it gave up. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly at: number; readonly fault: MatcherFault };

/**
 * One or more matchers: `severity="critical"`, `{team=~"db|cache", env!="dev"}`. The empty string and `{}` are no matchers.
 * @throws MatcherError
 */
export function parseMatchers(input: string): readonly Matcher[] {
  const utf8 = attempt(input, parseUtf8);
  const classic = attempt(input, parseClassic);
  if (utf8 instanceof MatcherError) {
    if (classic instanceof MatcherError) throw classic.fault.kind === 'regex' ? classic : utf8;
    return classic;
  }
  return classic instanceof MatcherError || sameMatchers(utf8, classic) ? utf8 : classic;
}

/** A regex that cannot be compiled is a failure of the grammar that read it: the other one may read it otherwise. */
function attempt(
  input: string,
  grammar: (text: string) => Parsed<readonly MatcherParts[]>,
): readonly Matcher[] | MatcherError {
  const read = grammar(input);
  if (!read.ok) return new MatcherError(input, read.at, read.fault);
  try {
    return read.value.map((parts) => compile(parts, input));
  } catch (error) {
    if (error instanceof MatcherError) return error;
    throw error;
  }
}

/** Do all of them hold? An absent label has the empty value; no matchers hold for everything. */
export function matches(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.test(labelValue(labels, matcher.name)));
}

/** One matcher in the form both grammars read alike: `team="db"`, the name quoted when it is no identifier. */
export function formatMatcher(matcher: Pick<Matcher, 'name' | 'op' | 'value'>): string {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(matcher.name) ? matcher.name : quote(matcher.name);
  return `${name}${matcher.op}${quote(matcher.value)}`;
}

/** `=~".*"`, which passes every value but one with a line break or over `MAX_REGEX_INPUT`: no label of anybody's. */
export function takesEverything({ op, value }: Matcher): boolean {
  return op === '=~' && value === '.*';
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
}

function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  return a.length === b.length && a.every((x, i) => formatMatcher(x) === formatMatcher(b[i]!));
}

function compile(parts: MatcherParts, input: string): Matcher {
  const { name, op, value } = parts;
  if (op === '=') return { name, op, value, test: (actual) => actual === value };
  if (op === '!=') return { name, op, value, test: (actual) => actual !== value };
  const found = compileRegex(parts, input);
  return op === '=~' ? { name, op, value, test: found } : { name, op, value, test: (actual) => !found(actual) };
}

function compileRegex({ value, at }: MatcherParts, input: string): (actual: string) => boolean {
  if (value.length > MAX_PATTERN) {
    throw new MatcherError(input, at, { kind: 'long', length: value.length, most: MAX_PATTERN });
  }
  try {
    const regex = RE2JS.compile(value);
    return (actual) => actual.length <= MAX_REGEX_INPUT && regex.testExact(actual);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'not a regex';
    throw new MatcherError(input, at, { kind: 'regex', why: shorten(why) });
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
