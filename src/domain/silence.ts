import type { Labels } from './alert.ts';
import { formatMatcher, type Matcher, type MatchOp, parseMatchers } from './matchers.ts';

/** What a silence holds for, as Alertmanager's API has it. A regex is anchored at both ends. */
export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export function toSilenceMatcher({ name, op, value }: Pick<Matcher, 'name' | 'op' | 'value'>): SilenceMatcher {
  return { name, value, isRegex: op.endsWith('~'), isEqual: op.startsWith('=') };
}

const OPS: readonly (readonly [MatchOp, boolean, boolean])[] = [
  ['=', false, true],
  ['!=', false, false],
  ['=~', true, true],
  ['!~', true, false],
];

export function formatSilenceMatcher({ name, value, isRegex, isEqual }: SilenceMatcher): string {
  const [op] = OPS.find(([, regex, equal]) => regex === isRegex && equal === isEqual)!;
  return formatMatcher({ name, op, value });
}

/** One per line. */
export function formatSilenceMatchers(matchers: readonly SilenceMatcher[]): string {
  return matchers.map(formatSilenceMatcher).join('\n');
}

/** What phones make of quotes. */
const CURLY = /[\u201c-\u201f\u2033\uff02]/g;

/** Lines of matchers as people type them, any number in a line. @throws MatcherError */
export function readMatchers(typed: string): readonly Matcher[] {
  return typed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .flatMap(readLine);
}

/** Without a straight quote it was typed on a phone, and curly ones are meant as such; with one they are part of a value. */
function readLine(line: string): readonly Matcher[] {
  return parseMatchers(line.includes('"') ? line : line.replace(CURLY, '"'));
}

/** No value of any label is this: what lets it pass lets anything pass. */
const NOBODYS = ['hikeshi-no-such-value-7c1f', '0'.repeat(40)];

/**
 * Why this may not be a silence: `none`: it would hold for everything; `all-empty`: for every alert that lacks these labels; `any-value`: for
 * every alert that has them.
 */
export type TooWide = 'none' | 'all-empty' | 'any-value';

/** A silence must name something: one of its matchers has to refuse the empty value and values that nobody has. */
export function tooWide(matchers: readonly Matcher[]): TooWide | undefined {
  if (matchers.length === 0) return 'none';
  if (matchers.every(({ test }) => test(''))) return 'all-empty';
  const names = matchers.some(({ test }) => !test('') && !NOBODYS.some((value) => test(value)));
  return names ? undefined : 'any-value';
}

/** What the form has room for. */
export const MATCHERS_MAX = 2_000;

const FIRST = ['alertname', 'namespace', 'exported_namespace', 'cluster'];

/**
 * By equality, all labels that these alerts share: the silence that holds for them and for as little else as can be said. A label that is
 * too long for the form is left out, which makes it wider: the preview counts.
 */
export function matchersFor(alerts: readonly { readonly labels: Labels }[]): readonly SilenceMatcher[] {
  const [first, ...others] = alerts.map(({ labels }) => labels);
  const shared = Object.entries(first ?? {}).filter(
    ([name, value]) => value !== '' && others.every((labels) => labels[name] === value),
  );
  const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const sorted = shared.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  let left = MATCHERS_MAX;
  return sorted.flatMap(([name, value]) => {
    const matcher = { name, value, isRegex: false, isEqual: true };
    const length = formatSilenceMatcher(matcher).length + 1;
    if (length > left) return [];
    left -= length;
    return [matcher];
  });
}
