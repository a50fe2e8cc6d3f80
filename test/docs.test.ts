import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../src/app/metrics.ts';
import { loadModules } from '../src/app/modules.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
].sort();

/** Folders of this repository that are kept in it; what begins with one of them is meant as a path. */
const FOLDERS = /^(?:\.ci|\.github|bench|deploy|docs|manifests|sandbox|scripts|src|test)(?:\/|$)/;
/** `src/commands/NAME.ts`, `test/**`: a form, not a file. */
const FORM = /[A-Z]{3,}\.|[*<>{]/;

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const quoted = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, words]) => words!);
const exists = (path: string): boolean => existsSync(join(ROOT, path));

/** As GitHub makes them of headings. */
function anchorsOf(page: string): readonly string[] {
  return [...read(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('names only paths that exist', () => {
    const paths = quoted(text).filter((words) => FOLDERS.test(words) && !/\s/.test(words));
    expect(paths.filter((path) => !FORM.test(path) && !exists(path))).toEqual([]);
    expect(paths.filter((path) => FORM.test(path) && !exists(dirname(path.replace(/\/\*.*$/, '/x'))))).toEqual([]);
  });

  it('links only to files that exist', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!.replace(/#.*$/, ''));
    const local = targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !exists(normalize(join(dirname(page), target))))).toEqual([]);
  });

  it('links only to headings that exist', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]*#[^)\s]+)\)/g)].map(([, target]) => target!);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    const missing = local.filter((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return !anchorsOf(path === '' ? page : normalize(join(dirname(page), path))).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  it('names only words of /ops that exist', () => {
    const { commands } = loadModules();
    const own = [...commands.values()].flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    // kubectl's way to say them is read too.
    const known = [...own, 'help', 'kubectl', 'get'];
    const named = [...text.matchAll(/`\/ops ([a-z][a-z-]*)/g)].map(([, word]) => word!);
    expect(named.filter((word) => !known.includes(word))).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const run = [...text.matchAll(/\bnpm run (?:-s )?([\w:]+)/g)].map(([, name]) => name!);
    const short = [...text.matchAll(/\bnpm (test|start)\b/g)].map(([, name]) => name!);
    expect([...run, ...short].filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names only commands of the program that exist', () => {
    const known = [...read('src/app/cli.ts').matchAll(/\.command\('([\w-]+)'/g)].map(([, name]) => name!);
    expect(known).toContain('serve');
    const named = [...text.matchAll(/(?:`hikeshi|dist\/hikeshi\.js) ([a-z-]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('metrics', () => {
  it('are all in the reference, as the registry has them', async () => {
    const ours = (await createMetrics().registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('hikeshi_'));
    const told = [...read('docs/reference/metrics.md').matchAll(/^\| `(hikeshi_\w+)` \| (\w+) \|/gm)];
    const pairs = (list: readonly (readonly [string, string])[]) =>
      list.map(([name, type]) => `${name} ${type}`).sort();
    expect(pairs(told.map(([, name, type]) => [name!, type!] as const))).toEqual(
      pairs(ours.map(({ name, type }) => [name, String(type)] as const)),
    );
  });

  it('in docs/operations.md are there', () => {
    const known = createMetrics().described.map(({ name }) => name);
    const named = [...read('docs/operations.md').matchAll(/\bhikeshi_\w+/g)].map(([name]) =>
      name.replace(/_(?:bucket|count|sum)$/, ''),
    );
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe.each(['README.md', 'README.ja.md'])('%s', (page) => {
  it('names every command', () => {
    const commands = readdirSync(join(ROOT, 'src/commands')).map((name) => name.replace(/\.ts$/, ''));
    const text = read(page);
    expect(commands.filter((name) => !text.includes(`| \`/ops ${name}\` |`))).toEqual([]);
  });

  it('shows a config of twelve lines at most that is one', async () => {
    const { loadConfig } = await import('../src/config/load.ts');
    const yaml = /^ {3}```yaml\n( {3}slack:[\s\S]*?)^ {3}```/m.exec(read(page))?.[1]?.replaceAll(/^ {3}/gm, '') ?? '';
    expect(yaml.trim().split('\n').length).toBeLessThanOrEqual(12);
    expect(loadConfig({ path: page, env: {}, readFile: () => yaml, needs: [] }).problems).toBeUndefined();
  });
});

describe('the reference of commands', () => {
  const sections = read('docs/reference/commands.md').split(/^## /m).slice(1);
  const flagsIn = (section: string) => ['break-glass', 'for', 'auto'].filter((f) => section.includes(`| \`--${f}`));

  it('names the flags that actions have beside their own, as their help does', () => {
    const actions = sections.filter((section) => section.includes('; changes, '));
    expect(actions.length).toBeGreaterThan(1);
    for (const section of actions)
      expect(flagsIn(section)).toEqual(
        section.includes('can be undone') ? ['break-glass', 'for', 'auto'] : ['break-glass'],
      );
    expect(sections.filter((section) => !actions.includes(section)).flatMap(flagsIn)).toEqual([]);
  });
});
