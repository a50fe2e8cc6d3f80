import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatMatcher,
  MAX_PATTERN,
  MAX_REGEX_INPUT,
  MatcherError,
  type MatchOp,
  matches,
  parseMatchers,
} from '../../src/domain/matchers.ts';
import { sentences } from '../../src/messages/catalog.ts';
import { wordMatcherFault } from '../../src/messages/matcher-fault.ts';

const parts = (input: string) => parseMatchers(input).map(({ name, op, value }) => [name, op, value]);

const one = (name: string, op: MatchOp, value: string) => parseMatchers(formatMatcher({ name, op, value }))[0]!;

function failure(input: string): MatcherError {
  try {
    parseMatchers(input);
  } catch (error) {
    if (error instanceof MatcherError) return error;
    throw error;
  }
  throw new Error(`accepted ${input}`);
}

describe('what both grammars read', () => {
  it.each<[string, [string, MatchOp, string][]]>([
    ['', []],
    ['{}', []],
    ['{foo="bar"}', [['foo', '=', 'bar']]],
    ['foo=bar', [['foo', '=', 'bar']]],
    ['foo = bar', [['foo', '=', 'bar']]],
    ['{foo=bar,}', [['foo', '=', 'bar']]],
    ['foo!=bar', [['foo', '!=', 'bar']]],
    ['{foo=~[a-z]+}', [['foo', '=~', '[a-z]+']]],
    ['foo!~"bar.*"', [['foo', '!~', 'bar.*']]],
    ['{foo=""}', [['foo', '=', '']]],
    [
      '{foo="bar,quux", job="job1"}',
      [
        ['foo', '=', 'bar,quux'],
        ['job', '=', 'job1'],
      ],
    ],
    [
      '{foo = "bar", dings != "bums", }',
      [
        ['foo', '=', 'bar'],
        ['dings', '!=', 'bums'],
      ],
    ],
    [
      'foo=bar,dings!=bums',
      [
        ['foo', '=', 'bar'],
        ['dings', '!=', 'bums'],
      ],
    ],
    ['statuscode=~"5.."', [['statuscode', '=~', '5..']]],
    ['a="\\"bar\\""', [['a', '=', '"bar"']]],
    ['a="back\\\\slash\\nline"', [['a', '=', 'back\\slash\nline']]],
    ['contains_comma !~ "foo,bar" , ', [['contains_comma', '!~', 'foo,bar']]],
    ['foo=🙂bar', [['foo', '=', '🙂bar']]],
  ])('%s', (input, expected) => {
    expect(parts(input)).toEqual(expected);
  });
});

describe('UTF-8 only: names and values that the classic grammar cannot hold', () => {
  it.each<[string, [string, MatchOp, string][]]>([
    ['ディスク="容量"', [['ディスク', '=', '容量']]],
    ['"foo bar"="x"', [['foo bar', '=', 'x']]],
    ['{"kubernetes.io/name"=~"a|b"}', [['kubernetes.io/name', '=~', 'a|b']]],
    ['"foo"="\\xf0\\x9f\\x99\\x82"', [['foo', '=', '🙂']]],
    ['"foo"="\\U0001f642\\u00e9\\101\\t"', [['foo', '=', '🙂éA\t']]],
    ['invalid-name=x', [['invalid-name', '=', 'x']]],
  ])('%s', (input, expected) => {
    expect(parts(input)).toEqual(expected);
  });
});

describe('classic only: inputs the UTF-8 grammar refuses', () => {
  it.each<[string, [string, MatchOp, string][]]>([
    ['tricky=~~~', [['tricky', '=~', '~~']]],
    ['trickier==\\\\=\\=\\"', [['trickier', '=', '=\\=\\="']]],
    ['job=', [['job', '=', '']]],
    ['foo=bar}', [['foo', '=', 'bar']]],
    ['path="C:\\windows"', [['path', '=', 'C:\\windows']]],
    ['version=~"\\d+\\.\\d+"', [['version', '=~', '\\d+\\.\\d+']]],
    ['a=two words', [['a', '=', 'two words']]],
    ["who=it's", [['who', '=', "it's"]]],
  ])('%s', (input, expected) => {
    expect(parts(input)).toEqual(expected);
  });

  it('where both succeed and disagree, the classic reading holds, as in Alertmanager', () => {
    expect(parts('foo="a\\tb"')).toEqual([['foo', '=', 'a\\tb']]);
    expect(parts('"foo"="a\\tb"')).toEqual([['foo', '=', 'a\tb']]);
  });
});

describe("blanks are Go's, and a regex that fails in one grammar is read by the other", () => {
  it.each<[string, [string, MatchOp, string][]]>([
    ['a\u00a0=\u3000b', [['a', '=', 'b']]],
    ['a:b=\u00a0{d', [['a:b', '=', '\u00a0{d']]],
    ['日=x\ufeff', [['日', '=', 'x\ufeff']]],
    ['\u0085', []],
    ['a=b c\u00a0', [['a', '=', 'b c']]],
    ['a!~"\\u00e9"', [['a', '!~', 'é']]],
    ['a=~"\\x41"', [['a', '=~', '\\x41']]],
  ])('%j', (input, expected) => {
    expect(parts(input)).toEqual(expected);
  });
});

describe('errors name the matcher, the place and the remedy', () => {
  const said = ({ fault }: MatcherError) => wordMatcherFault(sentences('en'), fault);

  it.each([
    ['foo', 4, 'an operator is expected, not the end'],
    [',', 1, 'a label name is expected, not ,'],
    ['{"foo"=bar', 11, 'the } is missing'],
    ['"foo"="bar\\w"', 7, 'there is an unknown escape in the quotes'],
    ['"foo"="\\xf0\\x9f"', 7, 'there is an unknown escape in the quotes'],
    ['"foo"="\\ud800"', 7, 'there is an unknown escape in the quotes'],
    ['""="x"', 1, 'the label name is empty'],
    ['=x', 1, 'a label name is expected, not ='],
    ['severity=="critical"', 9, 'there is a second ='],
    ['job="value', 5, 'a value is expected, not "'],
    ['foo=~"a(b"', 1, 'the regex cannot be compiled'],
    ['foo=~"(?=x)"', 1, 'the regex cannot be compiled'],
    ['a=b,foo=~"*"', 5, 'the regex cannot be compiled'],
  ])('%s', (input, position, problem) => {
    const error = failure(input);
    expect(error.position).toBe(position);
    expect(said(error).detail).toContain(problem);
    expect(error.message).toContain(JSON.stringify(input));
    expect(said(error).remedy).not.toBe('');
  });

  it('refuses regexes that are too long, and those that are valid only once wrapped', () => {
    expect(said(failure(`a=~"${'x'.repeat(MAX_PATTERN + 1)}"`)).detail).toContain(`${MAX_PATTERN + 1} characters`);
    expect(said(failure('a=~"b)|(c"')).detail).toContain('cannot be compiled');
  });
});

describe('matching', () => {
  const holds = (input: string, labels: Record<string, string>) => matches(parseMatchers(input), labels);

  it('sees an absent label as the empty string', () => {
    expect(holds('team=""', {})).toBe(true);
    expect(holds('team!="db"', {})).toBe(true);
    expect(holds('team!=""', {})).toBe(false);
    expect(holds('team=~".*"', {})).toBe(true);
    expect(holds('team=~".+"', {})).toBe(false);
  });

  it('is not fooled by names that every object has', () => {
    expect(holds('constructor=""', {})).toBe(true);
    expect(holds('"__proto__"=""', {})).toBe(true);
  });

  it('anchors regexes at both ends, over line ends, too', () => {
    expect(holds('a=~"b|bc"', { a: 'bc' })).toBe(true);
    expect(holds('a=~"b"', { a: 'abc' })).toBe(false);
    expect(holds('a=~"(?m)^b$"', { a: 'b\nc' })).toBe(false);
    expect(holds('a=~"b"', { a: 'b\n' })).toBe(false);
    expect(holds('a=~"(?i)CRITICAL"', { a: 'critical' })).toBe(true);
  });

  it('needs all of them', () => {
    expect(holds('a="1",b="2"', { a: '1', b: '2' })).toBe(true);
    expect(holds('a="1",b="2"', { a: '1' })).toBe(false);
  });

  it('takes linear time on patterns that explode elsewhere, and gives up on huge values', () => {
    const evil = one('a', '=~', '(a+)+$');
    const started = performance.now();
    expect(evil.test(`${'a'.repeat(10_000)}!`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
    expect(one('a', '=~', 'a*').test('a'.repeat(MAX_REGEX_INPUT + 1))).toBe(false);
    expect(one('a', '!~', 'a*').test('a'.repeat(MAX_REGEX_INPUT + 1))).toBe(true);
  });
});

describe('properties', () => {
  const text = fc.string({ unit: 'binary' }).map((s) => s.replace(/\p{Cs}/gu, '?'));
  const op = fc.constantFrom<MatchOp>('=', '!=');
  const matcher = fc.record({ name: text.filter((s) => s !== ''), op, value: text });

  it('what is printed reads back the same', () => {
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 4 }), (all) => {
        expect(parts(all.map(formatMatcher).join(','))).toEqual(all.map((m) => [m.name, m.op, m.value]));
        for (const m of all) expect(parts(formatMatcher(m))).toEqual([[m.name, m.op, m.value]]);
      }),
    );
  });

  it('a literal as a regex matches itself and nothing longer', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    fc.assert(
      fc.property(word, word, (literal, more) => {
        const m = one('a', '=~', literal);
        expect(m.test(literal)).toBe(true);
        expect(m.test(literal + more)).toBe(false);
        expect(m.test(more + literal)).toBe(false);
      }),
    );
  });

  it('negative operators are the exact opposite', () => {
    fc.assert(
      fc.property(text, text, (value, actual) => {
        expect(one('a', '!=', value).test(actual)).toBe(!one('a', '=', value).test(actual));
        const literal = value.replace(/[^a-z]/g, '');
        expect(one('a', '!~', literal).test(actual)).toBe(!one('a', '=~', literal).test(actual));
      }),
    );
  });

  it('throws nothing but its own error', () => {
    const likely = fc.string({ unit: fc.constantFrom(...'{}=~!,"\\\'`ab n\n[(*+'.split(''), '\ud83d') });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), likely), (input) => {
        try {
          parseMatchers(input);
        } catch (error) {
          expect(error).toBeInstanceOf(MatcherError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
