import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainText } from '../../src/core/wording.ts';
import { shellWord } from '../../src/domain/shell.ts';
import { LANGUAGES, sentences } from '../../src/messages/catalog.ts';

it('leaves what needs no quotes', () => {
  expect(['shop', 'shop/checkout', 'a-b.c_d', 'x=1'].map(shellWord)).toEqual([
    'shop',
    'shop/checkout',
    'a-b.c_d',
    'x=1',
  ]);
});

it('a shell reads any words back as they were, and runs nothing', () => {
  const ATTACKS = [
    '; rm -rf /',
    '$(id)',
    '`id`',
    "'; id; '",
    'a b',
    '',
    '-rf',
    '*',
    '~',
    '\\',
    '"',
    '!x',
    '#',
    'a\nb',
    '> /tmp/x',
  ];
  const word = fc.oneof(
    fc.constantFrom(...ATTACKS),
    fc.string({ maxLength: 20 }).filter((text) => !text.includes('\0')),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
      const said = execFileSync('sh', ['-c', `printf '%s\\037' ${words.map(shellWord).join(' ')}`]).toString();
      expect(said).toBe(words.map((one) => `${one}\u001f`).join(''));
    }),
    { numRuns: 40, examples: [[ATTACKS]] },
  );
});

it.each(LANGUAGES)('the command that is shown to be copied is quoted (%s)', (language) => {
  const target = { environment: 'e', cluster: 'c', namespace: 'a; rm -rf /', kind: 'Deployment' as const, name: 'x' };
  expect(plainText(sentences(language).action.restart.onDelete(target))).toContain(
    "kubectl -n 'a; rm -rf /' delete pod NAME",
  );
});
