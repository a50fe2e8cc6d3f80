import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { slackManifest } from '../src/adapters/slack/manifest.ts';
import { createMetrics } from '../src/app/metrics.ts';
import { configSchemaText } from '../src/config/json-schema.ts';
import { configReference } from '../src/config/reference.ts';
import { actionFlags, flagName } from '../src/core/ask/help.ts';
import { usageOf } from '../src/core/ask/parse.ts';
import type { Command } from '../src/core/define.ts';
import { discover, type ModuleFile } from '../src/core/discovery.ts';
import { OUR_ACCOUNT, permissionsOf, rbacManifests } from '../src/core/rbac.ts';
import { manifestText } from '../src/core/rbac-yaml.ts';
import { type Language, sentences } from '../src/messages/catalog.ts';
import { answerExamples, type Example } from './examples/answers.ts';

/** What is written from the code, so that it cannot say something else: by path from the repository's root. */

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Folders of `src/` in which one file is one thing. */
export const FOLDERS = ['commands', 'jobs', 'alerts/enrichments'] as const;

const NOTE = 'Written by `npm run generate`: change the code, not this file.';
const m = sentences('en');
/** The pages with a table of the commands, and how its columns are called there. */
const READMES: Readonly<Record<string, { readonly language: Language; readonly head: string }>> = {
  'README.md': { language: 'en', head: '| command | what it does | role |' },
  'README.ja.md': { language: 'ja', head: '| コマンド | 内容 | 必要な役割 |' },
};

export type Generated = ReadonlyMap<string, string>;

export async function generate(): Promise<Generated> {
  const files = await moduleFiles();
  const found = discover(await load(files)).commands;
  const commands = [...found.values()];
  return new Map([
    ['src/modules.generated.ts', moduleIndex(files)],
    ['docs/reference/commands.md', commandReference(commands, await answerExamples(found, 'en'))],
    ['docs/reference/config.md', configReference()],
    ['docs/reference/metrics.md', metricsReference()],
    ['manifests/hikeshi.schema.json', configSchemaText()],
    ['manifests/rbac.yaml', rbac(commands, 'Everything that all commands need, in all namespaces')],
    // Again, because kustomize reads nothing outside its folder.
    ['manifests/base/rbac.yaml', rbac(commands, 'Everything that all commands need, in all namespaces')],
    [
      'manifests/rbac-read-only.yaml',
      rbac(
        commands.filter((c) => c.kind === 'query'),
        'What the commands that only look need, in all namespaces',
      ),
    ],
    ['manifests/slack-app.json', `${JSON.stringify(slackManifest({ command: '/ops' }), null, 2)}\n`],
    ...(await readmes(commands)),
  ]);
}

/** Paths whose file is missing or says something else. */
export async function outOfDate(generated: Generated): Promise<readonly string[]> {
  const checks = [...generated].map(async ([path, text]) => ((await textOf(path)) === text ? [] : [path]));
  return (await Promise.all(checks)).flat();
}

async function textOf(path: string): Promise<string | undefined> {
  const full = join(ROOT, path);
  return existsSync(full) ? readFile(full, 'utf8') : undefined;
}

/** `commands/jobs.ts` and so on, as they lie in their folders. */
export async function moduleFiles(): Promise<readonly string[]> {
  const lists = await Promise.all(
    FOLDERS.map(async (folder) => {
      const full = join(ROOT, 'src', folder);
      const names = existsSync(full) ? await readdir(full) : [];
      return names.map((name) => `${folder}/${name}`);
    }),
  );
  return lists
    .flat()
    .filter((path) => !path.endsWith('/.gitkeep'))
    .sort();
}

async function load(files: readonly string[]): Promise<readonly ModuleFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(ROOT, 'src', file)).href);
      return { file, module };
    }),
  );
}

function rbac(commands: readonly Command[], what: string): string {
  const permissions = permissionsOf(commands).keys();
  return manifestText(`${what}. ${NOTE}`, rbacManifests(permissions, 'all', OUR_ACCOUNT));
}

function moduleIndex(files: readonly string[]): string {
  const named = files.map((file) => ({ file, name: nameOf(file) }));
  const imports = named.map(({ file, name }) => [file, `import * as ${name} from './${file}';`] as const);
  const type = ['core/discovery.ts', "import type { ModuleFile } from './core/discovery.ts';"] as const;
  return [
    `// ${NOTE}`,
    ...[...imports, type].sort(([a], [b]) => (stem(a) < stem(b) ? -1 : 1)).map(([, line]) => line),
    '',
    '/** Every command, job and enrichment: one file each. */',
    'export const MODULES: readonly ModuleFile[] = [',
    ...named.map(({ file, name }) => `  { file: '${file}', module: ${name} },`),
    '];',
    '',
  ].join('\n');
}

/** `can` comes before `can-i`, as the formatter has it. */
function stem(file: string): string {
  return file.replace(/\.ts$/, '');
}

/** `alerts/enrichments/missing-image.ts` -> `alertsEnrichmentsMissingImage` */
function nameOf(file: string): string {
  return file.replace(/\.ts$/, '').replace(/[/-]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function commandReference(commands: readonly Command[], examples: ReadonlyMap<string, Example>): string {
  const intro = [
    '# Commands',
    '',
    `<!-- ${NOTE} -->`,
    '',
    'Type them after `/ops`, after a mention (`@Hikeshi pods`) in a thread, or alone in a direct message. `-e ENV` picks the',
    'environment and `--cluster NAME` one of its clusters; `--help` shows what is written here. What only looks takes `--file`: the whole',
    'answer, as a file in a direct message.',
    '',
    "Each answer below is the command's own, as a phone shows it: asked by an operator at 03:00 UTC of the shop of `npm run demo`, where",
    'checkout has run out of memory for some minutes. Buttons are in brackets.',
  ];
  return [...intro, '', ...table(commands), ...commands.flatMap((c) => section(c, examples.get(c.name)!)), ''].join(
    '\n',
  );
}

function table(commands: readonly Command[]): readonly string[] {
  const rows = commands.map(
    (c) => `| [\`${c.name}\`](#${c.name}) | ${cell(c.summary(m))} | ${c.role} | ${kindOf(c)} |`,
  );
  return ['| command | what it does | role | kind |', '|---|---|---|---|', ...rows];
}

function kindOf(command: Command): string {
  if (command.kind === 'query') return 'looks';
  return `changes, risk ${command.risk}, ${command.undo ? 'can be undone' : 'cannot be undone'}`;
}

function section(command: Command, { typed, answered }: Example): readonly string[] {
  const flags = [...command.flags, ...actionFlags(m, command)].map(
    (flag) => `| \`${cell(flagName(flag))}\` | ${cell(flag.describe(m))} |`,
  );
  return [
    '',
    `## ${command.name}`,
    '',
    `\`${usageOf(command)}\``,
    '',
    `${command.summary(m)}. Role: ${command.role}; ${kindOf(command)}.${alsoCalled(command)}`,
    ...(flags.length > 0 ? ['', '| flag | meaning |', '|---|---|', ...flags] : []),
    '',
    '```',
    ...command.examples.map((example) => `/ops ${example}`),
    '```',
    '',
    `To \`/ops ${typed}\` it answers:`,
    '',
    '```text',
    ...answered,
    '```',
  ];
}

function alsoCalled({ aliases = [] }: Command): string {
  return aliases.length > 0 ? ` Also ${aliases.map((alias) => `\`${alias}\``).join(', ')}.` : '';
}

function metricsReference(): string {
  const rows = createMetrics().described.map(({ name, kind, labels, help, of }) => {
    const over = of === 'database' ? 'maximum' : kind === 'gauge' ? 'each its own' : 'sum';
    const names = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${kind} | ${names} | ${cell(help)} | ${over} |`;
  });
  return [
    '# Metrics',
    '',
    `<!-- ${NOTE} -->`,
    '',
    '`GET /metrics` of every process, in the text format of Prometheus. What a process counts begins anew with it: add the rates of all',
    'of them up. What is read from the database is the same wherever it is asked: take the highest. While the database does not answer,',
    '`hikeshi_database_up` is 0 and everything read from it is absent rather than old. Counts of rows stop at 10000.',
    '',
    'Classes of messages, the most urgent first: `new_critical`, `ping`, `click`, `new`, `resolved`, `update`, `timeline`, `progress`.',
    'Kinds of due work: `runs` (steps of escalation), `jobs`, `doubts` (whether a late alert is one), `plans` (that expire), `outbox`.',
    'The usual metrics of a process (`process_*`, `nodejs_*`) are there as well.',
    '',
    '| metric | type | labels | what it says | over processes |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** Text inside a table's cell. */
function cell(words: string): string {
  return words.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

const START = '<!-- commands:start -->';
const END = '<!-- commands:end -->';

/** Each README with the table between its markers written anew. @throws Error where a page has lost them */
async function readmes(commands: readonly Command[]): Promise<readonly (readonly [string, string])[]> {
  return Promise.all(
    Object.entries(READMES).map(async ([page, { language, head }]) => {
      const text = (await textOf(page)) ?? '';
      const start = text.indexOf(START);
      const end = text.indexOf(END);
      if (start < 0 || end < start) throw new Error(`${page} has no ${START} before ${END}`);
      const rows = commands.map((c) => `| \`/ops ${c.name}\` | ${cell(c.summary(sentences(language)))} | ${c.role} |`);
      const lines = [START, head, '|---|---|---|', ...rows, ''].join('\n');
      return [page, `${text.slice(0, start)}${lines}${text.slice(end)}`] as const;
    }),
  );
}
