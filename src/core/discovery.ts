import { z } from 'zod';
import { CLUSTER_RIGHTS } from '../ports/cluster-rights.ts';
import { parseWords, readArgs } from './ask/parse.ts';
import { tokenize } from './ask/tokenize.ts';
import { type Action, type Command, type Query, ROLES } from './define.ts';
import type { Job } from './jobs/define.ts';
import type { PipelineDeps } from './pipeline/deps.ts';

/**
 * One file of a folder in which one file is one thing: `commands/`, `jobs/`, `alerts/enrichments/`. The list is written by
 * `npm run generate`, because a bundle has no folders to look into; a test compares it with the folders.
 */
export interface ModuleFile {
  /** From `src/`: `commands/pods.ts`. */
  readonly file: string;
  readonly module: Readonly<Record<string, unknown>>;
}

/** Every job there is runs with what actions run with. */
type ActionJob = Job<unknown, PipelineDeps>;

export interface Discovered {
  /** By verb. */
  readonly commands: ReadonlyMap<string, Command>;
  /** By name, which rows of `jobs` keep as their kind. */
  readonly jobs: ReadonlyMap<string, ActionJob>;
}

/**
 * Everything that is to be found, checked.
 * @throws Error naming the file that is not what it should be: the bot does not start with a command missing
 */
export function discover(files: readonly ModuleFile[]): Discovered {
  const commands = new Map(inFolder(files, 'commands').map((file) => named(file, commandOf(file))));
  checkAliases(commands);
  return {
    commands,
    jobs: new Map(inFolder(files, 'jobs').map((file) => named(file, jobOf(file)))),
  };
}

export function actionsOf(commands: ReadonlyMap<string, Command>): ReadonlyMap<string, Action> {
  return new Map([...commands].flatMap(([name, c]) => (c.kind === 'action' ? [[name, c] as const] : [])));
}

function inFolder(files: readonly ModuleFile[], folder: string): readonly ModuleFile[] {
  return files.filter(({ file }) => file.slice(0, file.lastIndexOf('/')) === folder);
}

function named<T extends { readonly name: string }>({ file }: ModuleFile, thing: T): readonly [string, T] {
  const expected = file.slice(file.lastIndexOf('/') + 1).replace(/\.ts$/, '');
  if (thing.name !== expected) throw wrong(file, `its name is "${thing.name}", so its file should be ${thing.name}.ts`);
  return [thing.name, thing];
}

/** The one export that makes a file what its folder holds. */
function exported(file: ModuleFile, names: readonly string[]): unknown {
  const found = names.filter((name) => file.module[name] !== undefined);
  const [only, second] = found;
  if (only === undefined || second !== undefined) {
    throw wrong(file.file, `it should export exactly one of ${names.join(', ')}`);
  }
  const others = Object.keys(file.module).filter((name) => name !== only);
  if (others.length > 0) throw wrong(file.file, `it exports ${others.join(', ')} too: what is shared moves inward`);
  return file.module[only];
}

const fn = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', 'should be a function');
const word = /^[a-z][a-z0-9-]*$/;

const shape = z.object({
  name: z.string().regex(word),
  aliases: z.array(z.string().regex(word)).optional(),
  positionals: z.array(
    z.object({ name: z.string().regex(word), optional: z.boolean().optional(), many: z.boolean().optional() }),
  ),
  flags: z.array(
    z.object({
      long: z
        .string()
        .regex(word)
        .refine((l) => !/^(no-|environment$|env$|cluster$|help$|break-glass$)/.test(l), 'is taken'),
      short: z
        .string()
        .regex(/^[A-Za-z]$/)
        .refine((s) => s !== 'e' && s !== 'h', 'is taken')
        .optional(),
      value: z.string().min(1).optional(),
      describe: fn,
    }),
  ),
  args: z.custom((value) => value instanceof z.ZodType, 'should be a zod schema'),
  summary: fn,
  examples: z.array(z.string()).min(1),
  role: z.enum(ROLES).exclude(['none']),
  needs: z.array(z.string()),
  calls: z.array(z.enum(Object.keys(CLUSTER_RIGHTS))).optional(),
});

const query = shape.extend({ kind: z.literal('query'), isPrivate: fn.optional(), answer: fn });
const action = shape.extend({
  kind: z.literal('action'),
  risk: z.enum(['low', 'medium', 'high']),
  replacesPods: z.enum(['all', 'some', 'none']),
  ofPods: z.boolean().optional(),
  undo: fn.optional(),
  choice: z.object({ isOpen: fn, options: fn, label: fn, most: z.int().positive(), chosen: fn }).optional(),
  target: fn,
  title: fn,
  plan: fn,
  preview: fn,
  execute: fn,
  probe: fn,
  watch: fn,
  watchMs: fn,
});
const job = z.object({
  kind: z.literal('job'),
  name: z.string().regex(word),
  v: z.int().positive(),
  payload: z.custom((value) => value instanceof z.ZodType, 'should be a zod schema'),
  step: fn,
});

function commandOf(file: ModuleFile): Command {
  const found = exported(file, ['query', 'action']);
  const command = isA<Query>(query, found) ? found : checked<Action>(file.file, action, query, found);
  checkWords(file.file, command);
  const looks: readonly string[] = command.needs;
  if (looks.includes('environments') && !command.calls)
    throw wrong(file.file, 'it needs environments: `calls` has to name what it asks of clusters, for its rights');
  return command;
}

function jobOf(file: ModuleFile): ActionJob {
  const found = exported(file, ['job']);
  if (isA<ActionJob>(job, found)) return found;
  throw wrong(file.file, problemsOf(job, found));
}

function checked<T>(file: string, schema: z.ZodType, otherwise: z.ZodType, value: unknown): T {
  if (isA<T>(schema, value)) return value;
  const isQuery = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'query';
  throw wrong(file, problemsOf(isQuery ? otherwise : schema, value));
}

/** The schema looks at every field that the type has; functions are taken at their word. */
function isA<T>(schema: z.ZodType, value: unknown): value is T {
  return schema.safeParse(value).success;
}

/** A word is of one command. */
function checkAliases(commands: ReadonlyMap<string, Command>): void {
  const words = [...commands.values()].flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const twice = words.find((one, i) => words.indexOf(one) !== i);
  if (twice !== undefined) throw new Error(`src/commands: "${twice}" is the word of two commands`);
}

/** What types cannot say: no flag twice, optional positionals and one that takes many last, and every example is understood. */
function checkWords(file: string, command: Command): void {
  const names = [...command.positionals.map((p) => p.name), ...command.flags.map((f) => f.long)];
  const shorts = command.flags.flatMap((f) => f.short ?? []);
  const twice = [...names, ...shorts].find((name, i, all) => all.indexOf(name) !== i);
  if (twice !== undefined) throw wrong(file, `"${twice}" is there twice`);
  const required = command.positionals.findLastIndex((p) => !p.optional);
  if (command.positionals.slice(0, Math.max(required, 0)).some((p) => p.optional)) {
    throw wrong(file, 'an optional positional stands before a required one');
  }
  if (command.positionals.slice(0, -1).some((p) => p.many))
    throw wrong(file, 'a positional stands after one that takes many');
  for (const example of command.examples) checkExample(file, command, example);
}

function checkExample(file: string, command: Command, example: string): void {
  try {
    const [verb, ...words] = tokenize(example);
    if (verb?.value !== command.name) throw new Error(`it should begin with ${command.name}`);
    readArgs(command, parseWords(command, words).given, 'en');
  } catch (error) {
    throw wrong(
      file,
      `the example "${example}" is not understood: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function problemsOf(schema: z.ZodType, value: unknown): string {
  const { error } = schema.safeParse(value);
  return error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') ?? 'unknown';
}

function wrong(file: string, problem: string): Error {
  return new Error(`src/${file}: ${problem}`);
}
