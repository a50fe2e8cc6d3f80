import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { MatcherError, matches, parseMatchers } from '../../src/domain/matchers.ts';
import {
  formatSilenceMatcher,
  formatSilenceMatchers,
  MATCHERS_MAX,
  matchersFor,
  readMatchers,
  tooWide,
  toSilenceMatcher,
} from '../../src/domain/silence.ts';

const name = fc.oneof(fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,10}$/), fc.string({ minLength: 1, maxLength: 8 }));
const value = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('“curly”', 'a\nb', '"', '\\', '{}', 'a,b="c"', '日本'),
);
const matcher = fc.record({ name, value, isRegex: fc.constant(false), isEqual: fc.boolean() });

describe('matchers of a silence, as text', () => {
  test('are read back as they were written, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 6 }), (all) => {
        expect(readMatchers(formatSilenceMatchers(all)).map(toSilenceMatcher)).toEqual(all);
      }),
      { numRuns: 500 },
    );
  });

  test('each of the four operators', () => {
    const text = 'a="1"\nb!="2"\nc=~"3.*"\nd!~"4|5"';
    expect(formatSilenceMatchers(readMatchers(text).map(toSilenceMatcher))).toBe(text);
  });

  it.each([
    ['alertname=“Down”', ['alertname="Down"']],
    ['{alertname=“Down”, team=~“a|b”}', ['alertname="Down"', 'team=~"a|b"']],
    ['a="“all of it”"', ['a="“all of it”"']],
    ['alertname=Down', ['alertname="Down"']],
    ['\n  a="1"  \n\n b="2"\n', ['a="1"', 'b="2"']],
    ['a="it says “no” here"', ['a="it says “no” here"']],
  ])('%j as people type it', (typed, expected) => {
    expect(readMatchers(typed).map((one) => formatSilenceMatcher(toSilenceMatcher(one)))).toEqual(expected);
  });

  test('what cannot be read says where', () => {
    expect(() => readMatchers('a="1"\nb=“2')).toThrow(MatcherError);
    expect(() => readMatchers('a=~"("')).toThrow(/"kind":"regex"/);
  });
});

describe('a silence that is too wide', () => {
  it.each([
    ['', 'none'],
    ['team=""', 'all-empty'],
    ['team!="x"', 'all-empty'],
    ['alertname=~".*"', 'all-empty'],
    ['alertname!~"x"\nteam=""', 'all-empty'],
    ['alertname=~".+"', 'any-value'],
    ['alertname!=""', 'any-value'],
    ['alertname=~"[^x].*"', 'any-value'],
    ['alertname!=""\nteam!="x"', 'any-value'],
    ['alertname="Down"', undefined],
    ['alertname=~".+"\nteam="db"', undefined],
    ['team=~"db|cache"', undefined],
  ])('%j: %s', (typed, why) => {
    expect(tooWide(readMatchers(typed))).toBe(why);
  });

  test('whatever is let through does not hold for an alert that shares no value with it', () => {
    const any = fc.array(fc.record({ name, value, isRegex: fc.boolean(), isEqual: fc.boolean() }), { maxLength: 4 });
    fc.assert(
      fc.property(any, (all) => {
        const parsed = all.flatMap((one) => {
          try {
            return parseMatchers(formatSilenceMatcher(one));
          } catch {
            return [];
          }
        });
        if (tooWide(parsed)) return;
        const labels = Object.fromEntries(parsed.map((one) => [one.name, 'hikeshi-no-such-value-7c1f']));
        expect(matches(parsed, labels)).toBe(false);
        expect(matches(parsed, {})).toBe(false);
      }),
    );
  });
});

describe('the matchers that are proposed', () => {
  const labels = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), value, { maxKeys: 6 });

  test('hold for each of the alerts, fit the form, and are read back', () => {
    fc.assert(
      fc.property(fc.array(labels, { minLength: 1, maxLength: 4 }), (all) => {
        const proposed = matchersFor(all.map((one) => ({ labels: one })));
        const text = formatSilenceMatchers(proposed);
        expect(text.length).toBeLessThanOrEqual(MATCHERS_MAX);
        const read = readMatchers(text);
        expect(read.map(toSilenceMatcher)).toEqual(proposed);
        for (const one of all) expect(matches(read, one)).toBe(true);
      }),
    );
  });

  test('begin with what people know, and leave out what differs or has no room', () => {
    const one = { severity: 'critical', namespace: 'shop', alertname: 'Down', pod: 'a', long: 'x'.repeat(3_000) };
    const other = { ...one, pod: 'b' };
    expect(formatSilenceMatchers(matchersFor([{ labels: one }, { labels: other }]))).toBe(
      'alertname="Down"\nnamespace="shop"\nseverity="critical"',
    );
    expect(matchersFor([])).toEqual([]);
  });
});
