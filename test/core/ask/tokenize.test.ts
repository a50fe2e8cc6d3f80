import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenize } from '../../../src/core/ask/tokenize.ts';
import { UserError } from '../../../src/domain/errors.ts';

const words = (text: string): string[] => tokenize(text).map((w) => w.value);

describe('tokenize', () => {
  it.each([
    ['pods -n shop', ['pods', '-n', 'shop']],
    ['  pods \t checkout\n', ['pods', 'checkout']],
    ['', []],
    ['pods\u00a0checkout', ['pods', 'checkout']],
    ['pods\u3000checkout\u200b', ['pods', 'checkout']],
  ])('splits %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it.each([
    ['restart x --reason "after the deploy"', ['restart', 'x', '--reason', 'after the deploy']],
    ['x —reason “after the deploy”', ['x', '--reason', 'after the deploy']],
    ['x ‘a b’', ['x', 'a b']],
    ['x “mixed"', ['x', 'mixed']],
    ['x "it\'s fine"', ['x', "it's fine"]],
    ['x --reason="a b"', ['x', '--reason=a b']],
    ['x "say \\"hi\\""', ['x', 'say "hi"']],
    ['x "a\\b"', ['x', 'a\\b']],
    ['x ""', ['x', '']],
    ["what's up", ["what's", 'up']],
    ['c"d', ['c"d']],
  ])('takes quotes of any kind in %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('takes the wide letters of an input method for narrow ones, but in names, values and quotes', () => {
    expect(words('ｓｃａｌｅ　ｓｈｏｐ／ｃａｒｔ　５')).toEqual(['scale', 'shop/cart', '5']);
    expect(words('－ｎ＝ｓｈｏｐ －－ｒｅｐｌｉｃａｓ＝５')).toEqual(['-n=shop', '--replicas=5']);
    expect(words('@ｔａｒｏ alertname=Ｄｉｓｋ “Ｄｉｓｋ　５”')).toEqual([
      '@ｔａｒｏ',
      'alertname=Ｄｉｓｋ',
      'Ｄｉｓｋ　５',
    ]);
    const wide = (text: string): string =>
      text.replace(/[!-~]/g, (c) => String.fromCodePoint(c.codePointAt(0)! + 0xfee0));
    const word = fc.stringMatching(/^-{0,2}[a-z0-9][a-z0-9./:-]*$/);
    fc.assert(
      fc.property(word, (typed) => {
        expect(words(wide(typed))).toEqual(words(typed));
      }),
    );
  });

  it.each([
    ['why?', ['why']],
    ['pods, please', ['pods']],
    ['pods please.', ['pods']],
    ['why checkout ?', ['why', 'checkout', '?']],
    ['Why is-it, checkout?!', ['Why', 'is-it', 'checkout']],
    ['なぜ？', ['なぜ']],
    ['`restart checkout`', ['restart', 'checkout']],
    ['restart `shop/checkout`', ['restart', 'shop/checkout']],
    ['```pods```', ['pods']],
    ['?', ['?']],
    ['please', ['please']],
    ['logs checkout --grep time.?', ['logs', 'checkout', '--grep', 'time.?']],
    ['logs checkout --grep=time.?', ['logs', 'checkout', '--grep=time.?']],
    ['logs checkout --grep "`a`"', ['logs', 'checkout', '--grep', '`a`']],
    ['route summary=Why?', ['route', 'summary=Why?']],
  ])('leaves out of %j what is said to a colleague only', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('says which quote is open', () => {
    const error = thrown(() => tokenize('restart x --reason "after the deploy'));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'unclosed-quote', params: { quote: '"', rest: 'after the deploy' } });
  });

  it.each([
    ['—previous', '--previous'],
    ['–previous', '--previous'],
    ['--previous', '--previous'],
    ['-nshop', '-nshop'],
    ['—n', '-n'],
    ['–n', '-n'],
    ['−n', '-n'],
    ['－n', '-n'],
    ['——tail=5', '--tail=5'],
    ['–n=shop', '-n=shop'],
    ['—', '--'],
    ['–', '-'],
    ['-5', '-5'],
    ['−5m', '-5m'],
    ['shop—checkout', 'shop—checkout'],
  ])('reads %j as the flag it was: %j', (typed, meant) => {
    expect(words(typed)).toEqual([meant]);
  });

  it('leaves what stands in quotes alone', () => {
    expect(tokenize('"—previous" \'-n\'')).toEqual([
      { value: '—previous', quoted: true },
      { value: '-n', quoted: true },
    ]);
  });

  it.each([
    ['<@U123|hana>', '@U123'],
    ['<@U123>', '@U123'],
    ['<#C123|ops>', '#C123'],
    ['<#C123|>', '#C123'],
    ['<#C123>', '#C123'],
    ['<!subteam^S123|@sre>', '@S123'],
    ['<!here>', '@here'],
    ['<http://shop.checkout|shop.checkout>', 'shop.checkout'],
    ['<https://a.example/x?a=1&amp;b=2>', 'https://a.example/x?a=1&b=2'],
    ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['<mailto:a@b.example>', 'a@b.example'],
    ['registry/<http://shop.example|shop.example>:1.2', 'registry/shop.example:1.2'],
    ['a&amp;b&lt;c&gt;', 'a&b<c>'],
    ['&amp;lt;', '&lt;'],
    ['<5', '<5'],
    ['<none>', '<none>'],
  ])('understands Slack in %j', (typed, meant) => {
    expect(words(typed)).toEqual([meant]);
  });

  it('keeps plain words as they are, whatever separates them', () => {
    const any = fc.stringMatching(/^[a-z0-9./_:@#$%*+,;=!?][a-z0-9./_:@#$%*+,;=!?-]*$/);
    const word = any.filter((one) => !/[a-z0-9][?!.,]+$|^please$/.test(one));
    const space = fc.constantFrom(' ', '  ', '\t', '\n', '\u00a0', '\u3000');
    fc.assert(
      fc.property(fc.array(word), space, (list, gap) => {
        expect(words(list.join(gap))).toEqual(list);
      }),
    );
  });

  it('reads back whatever is quoted, with every pair of quotes', () => {
    const quotes = fc.constantFrom(['"', '"'], ['“', '”'], ["'", "'"], ['‘', '’'], ['＂', '＂']);
    const inside = fc.string({ unit: 'grapheme' }).filter((s) => !/[&<>\\"“”„‟＂'‘’‚‛＇]/.test(s));
    fc.assert(
      fc.property(inside, quotes, (value, [open, close]) => {
        expect(tokenize(`${open}${value}${close}`)).toEqual([{ value, quoted: true }]);
      }),
    );
  });

  it('throws nothing but UserError on anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          for (const word of tokenize(text)) expect(typeof word.value).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });

  it('is quick on long nonsense', () => {
    const start = performance.now();
    expect(() => tokenize('<'.repeat(20_000))).not.toThrow();
    expect(() => tokenize(`${'<a'.repeat(10_000)}>`)).not.toThrow();
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
