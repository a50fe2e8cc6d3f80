import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** `test/x.test.ts` “name”, “another name”. */
const SHOWN = /`(test\/[\w./-]+\.test\.ts)`((?:,? “[^”]+”)+)/g;
const defences = read('docs/security.md').split('## Defences')[1]!.split('## The abuse suite')[0]!;
const shown = [...defences.matchAll(SHOWN)].flatMap(([, file, names]) =>
  [...names!.matchAll(/“([^”]+)”/g)].map(([, name]) => [file!, name!] as const),
);

describe('docs/security.md', () => {
  it.each(shown)('%s has the test “%s”', (file, name) => {
    const source = read(file).replaceAll("\\'", "'");
    expect(source).toMatch(/\b(?:it|test)(?:\.each)?[<(]/);
    expect(["'", '"', '`', ' '].some((before) => source.includes(`${before}${name}`))).toBe(true);
  });

  it('names a test for each defence', () => {
    const rows = defences.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what holds'));
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => row.search(SHOWN) < 0)).toEqual([]);
  });

  it('is found from where people look', () => {
    for (const page of ['README.md', 'SECURITY.md']) expect(read(page)).toContain('docs/security.md');
  });
});
