import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf } from './support/imports.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MAX_LINES = 400;

/** What each area of `src` may import besides itself. The order is the architecture: arrows point to earlier lines. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  messages: ['domain'],
  config: ['domain', 'messages'],
  ports: ['domain', 'messages'],
  core: ['domain', 'messages', 'ports'],
  oncall: ['domain', 'messages', 'ports', 'core'],
  incidents: ['domain', 'messages', 'ports', 'core', 'oncall'],
  jobs: ['domain', 'messages', 'ports', 'core', 'oncall', 'incidents'],
  commands: ['domain', 'messages', 'ports', 'core', 'oncall', 'incidents', 'jobs'],
  alerts: ['domain', 'messages', 'ports', 'core', 'oncall', 'incidents', 'jobs'],
  adapters: ['domain', 'messages', 'ports'],
};

/** The composition root: `src/app` and the files directly in `src`. */
const ROOT_AREAS = ['app', 'main.ts', 'modules.generated.ts'];

/** Files that break a rule for a reason. An entry that is no longer needed fails too. */
const TOO_LONG: Readonly<Record<string, string>> = {};
const IMPORTS_OUTWARD: Readonly<Record<string, string>> = {};
const CIRCLES: Readonly<Record<string, string>> = {
  'sandbox/slack/methods → sandbox/slack/http → sandbox/slack/methods':
    'types only: what a parsed call and its reply are',
};

const MODULE_FOLDERS = ['src/commands', 'src/jobs', 'src/alerts/enrichments'];

const sources = filesIn('src');
const sandbox = filesIn('sandbox');
const imports = new Map([...sources, ...sandbox].map((file) => [file, localImports(file)]));

describe('imports', () => {
  it('point inward: domain, messages ← ports ← core ← oncall ← incidents ← jobs ← commands, alerts', () => {
    const outward = sources.flatMap((file) => imports.get(file)!.flatMap((target) => outwardImport(file, target)));
    expect(except(outward, IMPORTS_OUTWARD)).toEqual([]);
  });

  it('do not go from one adapter to another', () => {
    const sideways = sources.flatMap((file) =>
      imports.get(file)!.flatMap((target) => (isSideways(file, target) ? [`${file} imports ${target}`] : [])),
    );
    expect(except(sideways, IMPORTS_OUTWARD)).toEqual([]);
  });

  it('never lead from src to sandbox, test, bench or scripts', () => {
    const out = sources.flatMap((file) => imports.get(file)!.filter((target) => !target.startsWith('src/')));
    expect(out).toEqual([]);
  });

  it('name files that exist', () => {
    const missing = [...imports].flatMap(([file, targets]) =>
      targets.filter((target) => !existsSync(join(ROOT, target))).map((target) => `${file} imports ${target}`),
    );
    expect(missing).toEqual([]);
  });

  it('make no circle of sibling folders and of the files beside them, type imports included', () => {
    expect(except(circles(siblingGraph()), CIRCLES)).toEqual([]);
  });

  it('put every file of src into an area that has a rule', () => {
    const unknown = sources.filter((file) => !(area(file) in MAY_IMPORT) && !ROOT_AREAS.includes(area(file)));
    expect(unknown).toEqual([]);
  });
});

describe('one file, one thing', () => {
  const modules = MODULE_FOLDERS.flatMap((folder) => sources.filter((file) => file.startsWith(`${folder}/`)));

  it('holds in commands, jobs and enrichments, without folders below', () => {
    expect(modules.filter((file) => !MODULE_FOLDERS.includes(dirname(file)))).toEqual([]);
  });

  it.each(modules)('%s exports one module and nothing else', (file) => {
    const exported = [
      ...read(file).matchAll(/^export (?:default |(?:type |interface |const |(?:async )?function |class )?(\w+))/gm),
    ];
    expect(exported.map(([, name]) => name)).toEqual([expect.stringMatching(/^(query|action|job|enrichment)$/)]);
  });

  it.each(modules)('%s has its test', (file) => {
    const test = file.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts');
    expect(existsSync(join(ROOT, test)), `${test} should exist`).toBe(true);
  });
});

describe('time', () => {
  it('is waited for only in core/wake.ts and adapters: everything else has a due column', () => {
    const timers = /\bset(?:Timeout|Interval)\s*\(|['"](?:node:)?timers(?:\/promises)?['"]/;
    const free = (file: string) => file === 'src/core/wake.ts' || file.startsWith('src/adapters/');
    expect(sources.filter((file) => !free(file) && timers.test(withoutComments(read(file))))).toEqual([]);
  });
});

describe('files', () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    const long = [...sources, ...sandbox].filter((file) => read(file).split('\n').length - 1 > MAX_LINES);
    expect(except(long, TOO_LONG)).toEqual([]);
  });
});

describe('what tests share', () => {
  it('has no hook of its own: loaded once by a worker, it would run for the first file only', () => {
    const shared = filesIn('test').filter((file) => !file.endsWith('.test.ts'));
    expect(shared.filter((file) => /^(?:before|after)(?:Each|All)\(/m.test(read(file)))).toEqual([]);
  });
});

describe('the reader of imports', () => {
  it('sees static, type, re-exported, bare and dynamic ones, and nothing else', () => {
    const text = `
import a from './a.ts';
import type { B } from './b.ts';
import {
  type C,
  d,
} from './c.ts';
import './d.ts';
export * from './e.ts';
export * as f from './f.ts';
export { type G } from './g.ts';
const h = await import('./h.ts');
let i: import('./i.ts').I;
/** import x from './no.ts'; */
// import './no.ts';
const text = "import x from './no.ts'";
export const j = { from: './no.ts' };
`;
    expect(importsOf(text)).toEqual(Array.from('abcdefghi').map((name) => `./${name}.ts`));
  });
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function localImports(file: string): readonly string[] {
  return importsOf(read(file))
    .filter((target) => target.startsWith('.'))
    .map((target) => relative(ROOT, resolve(ROOT, dirname(file), target)).replaceAll('\\', '/'));
}

/** `src/core/wake.ts` is in `core`, `src/main.ts` in `main.ts`. */
function area(file: string): string {
  return file.split('/')[1] ?? '';
}

function outwardImport(file: string, target: string): readonly string[] {
  const [from, to] = [area(file), area(target)];
  const fine = ROOT_AREAS.includes(from) || from === to || !target.startsWith('src/') || MAY_IMPORT[from]?.includes(to);
  return fine ? [] : [`${file} imports ${target}`];
}

function isSideways(file: string, target: string): boolean {
  if (area(file) !== 'adapters' || area(target) !== 'adapters') return false;
  return file.split('/')[2] !== target.split('/')[2];
}

/** What is left after the entries of an allow list, and the entries that allow nothing any more. */
function except(found: readonly string[], allowed: Readonly<Record<string, string>>): readonly string[] {
  const unused = Object.keys(allowed).filter((entry) => !found.includes(entry));
  return [...found.filter((entry) => !(entry in allowed)), ...unused.map((entry) => `no longer needed: ${entry}`)];
}

/**
 * What leads to which of its siblings, folders and the files beside them: `src/core/ask` to `src/core/targets.ts` by any import
 * from below the one. A file named as a folder is its front door and belongs to it.
 */
function siblingGraph(): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const [from, to] = [file.split('/'), target.split('/')];
      const fork = from.findIndex((part, i) => part !== to[i]);
      if (fork === -1) continue;
      const [one, other] = [from, to].map((parts) => unitOf(parts.slice(0, fork + 1).join('/'))) as [string, string];
      if (one !== other) graph.set(one, (graph.get(one) ?? new Set()).add(other));
    }
  }
  return graph;
}

function unitOf(path: string): string {
  const folder = path.replace(/\.ts$/, '');
  return existsSync(join(ROOT, folder)) ? folder : path;
}

/** The shortest way of each folder back to itself, each circle once. What files of one folder do among themselves is theirs. */
function circles(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const found = new Map<string, string>();
  for (const folder of [...graph.keys()].filter((path) => !path.endsWith('.ts'))) {
    const path = wayBack(graph, folder);
    if (path) found.set([...path].sort().join(' '), [...path, folder].join(' → '));
  }
  return [...found.values()];
}

function wayBack(graph: ReadonlyMap<string, ReadonlySet<string>>, start: string): readonly string[] | undefined {
  const seen = new Set<string>();
  const paths: (readonly string[])[] = [[start]];
  for (const path of paths) {
    for (const next of graph.get(path.at(-1)!) ?? []) {
      if (next === start) return path;
      if (!seen.has(next)) paths.push([...path, next]);
      seen.add(next);
    }
  }
  return undefined;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}
