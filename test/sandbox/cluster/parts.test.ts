import { describe, expect, it } from 'vitest';
import { applyPatch, parsePatch } from '../../../sandbox/cluster/json-patch.ts';
import { parseSelector } from '../../../sandbox/cluster/selector.ts';

describe('JSON patch', () => {
  const apply = (document: unknown, ...operations: object[]): unknown =>
    applyPatch(document, parsePatch(JSON.stringify(operations)));

  it('tests, adds, replaces and removes, on a copy', () => {
    const document = { a: { b: 1, 'c/d~e': 2 } };
    const result = apply(
      document,
      { op: 'test', path: '/a', value: { 'c/d~e': 2, b: 1 } },
      { op: 'add', path: '/a/x', value: { y: 'a & b' } },
      { op: 'replace', path: '/a/b', value: 3 },
      { op: 'remove', path: '/a/c~1d~0e' },
    );
    expect(result).toEqual({ a: { b: 3, x: { y: 'a & b' } } });
    expect(document).toEqual({ a: { b: 1, 'c/d~e': 2 } });
  });

  it.each([
    { op: 'test', path: '/a', value: 2 },
    { op: 'replace', path: '/b', value: 2 },
    { op: 'remove', path: '/b' },
    { op: 'add', path: '/b/c', value: 2 },
    { op: 'move', path: '/a', from: '/b' },
    { op: 'add', path: '', value: {} },
  ])('refuses $op $path', (operation) => {
    expect(() => apply({ a: 1 }, operation)).toThrow();
  });
});

describe('label selector', () => {
  const labels = { app: 'web', tier: 'front' };
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier=front', true],
    ['app=web,tier=back', false],
    ['app!=web', false],
    ['none!=x', true],
    ['app in (web,api)', true],
    ['app in (api), tier', false],
    ['app notin (api)', true],
    ['none notin (api)', true],
    ['tier', true],
    ['!tier', false],
    ['!none', true],
  ])('%j: %s', (selector, matches) => {
    expect(parseSelector(selector)(labels)).toBe(matches);
  });

  it.each(['a b', 'app in web', '=x', 'a=b=c'])('cannot read %j', (selector) => {
    expect(() => parseSelector(selector)).toThrow('unable to parse requirement');
  });
});
