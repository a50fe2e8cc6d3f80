import { expect, it } from 'vitest';
import { parseWords } from '../../src/core/ask/parse.ts';
import { tokenize } from '../../src/core/ask/tokenize.ts';
import { selectorProblem } from '../../src/domain/selector-words.ts';

it.each([
  ['app in (cart', 'open'],
  ['app in ((cart)', 'open'],
  ['app in cart)', 'stray'],
  ['app=cart,', 'empty'],
  [',app=cart', 'empty'],
  ['app in cart', 'list'],
  ['tier=web,app notin', 'list'],
  ['app="cart"', 'sign'],
  ['app=cart;tier=web', 'sign'],
])('%s has this wrong: %s', (typed, problem) => {
  expect(selectorProblem(typed)).toBe(problem);
});

it.each([
  'app=cart',
  'app==cart,tier!=web',
  'app in (cart, checkout),tier notin (web)',
  'app in(cart)',
  'app in (cart,)',
  '!canary, example.com/tier in (a)',
  'in=x',
  'app',
  'app=',
  'cpu>4',
])('%s is left to the API server', (typed) => {
  expect(selectorProblem(typed)).toBeUndefined();
});

it('is told before any cluster is asked, by every command', () => {
  const selector = { long: 'selector', short: 'l', value: 'LABELS', describe: () => '' };
  const shape = { name: 'pods', positionals: [], flags: [selector] };
  expect(() => parseWords(shape, tokenize('-l "app in (cart"'))).toThrow(
    expect.objectContaining({ code: 'bad-selector', params: { selector: 'app in (cart', problem: 'open' } }),
  );
});
