import { CommanderError, Option, Command as Parser } from 'commander';
import type { z } from 'zod';
import { en as english, ja as japanese } from 'zod/v4/locales';
import { selectorProblem } from '../../domain/selector-words.ts';
import type { Language } from '../../messages/catalog.ts';
import { userError } from '../../messages/user-error.ts';
import type { Command, Flag } from '../define.ts';
import { KIND_WORDS, RESOURCE_BY_WORD } from '../kind-words.ts';
import { nearest } from '../nearest.ts';
import { ACTION_FLAGS, EVERYWHERE, QUERY_FLAGS } from './flags.ts';
import { JAPANESE } from './japanese.ts';
import { withKind } from './kubectl-words.ts';
import type { Word } from './tokenize.ts';

/** What parsing needs of a command. */
export type Shape = Pick<Command, 'name' | 'positionals' | 'flags'> & Partial<Pick<Command, 'kind' | 'examples'>>;

/** As typed: by positional's name or flag's long name. */
export type Given = Readonly<Record<string, string | true | readonly string[] | undefined>>;

export interface Parsed {
  readonly given: Given;
  /** `-e` */
  readonly environment?: string;
  readonly cluster?: string;
  /** `--file`, of queries. */
  readonly whole?: boolean;
  /** `--break-glass`, of actions. */
  readonly lift?: string;
  /** `--for`, of actions, and whether `--auto` was typed. */
  readonly lasts?: string;
  readonly auto?: boolean;
}

export type FlagShape = Omit<Flag, 'describe'>;

/** Its own, and those that it has with others. */
export function flagsOf(shape: Shape): readonly FlagShape[] {
  return [...shape.flags, ...EVERYWHERE, ...(shape.kind === 'action' ? ACTION_FLAGS : QUERY_FLAGS)];
}

/** `/ops pods [target] [-n NS] [-e ENV]` */
export function usageOf(shape: Shape): string {
  const places = shape.positionals.map((p) => {
    const name = p.many ? `${p.name}...` : p.name;
    return p.optional ? `[${name}]` : `<${name}>`;
  });
  const flags = [...shape.flags, ...EVERYWHERE.slice(0, 1)].map((f) => `[${flagUsage(f)}]`);
  return ['/ops', shape.name, ...places, ...flags].join(' ');
}

/** `-n, --namespace NS` shortened to `-n NS`. */
function flagUsage(flag: FlagShape): string {
  return `${flag.short ? `-${flag.short}` : `--${flag.long}`}${flag.value ? ` ${flag.value}` : ''}`;
}

/**
 * Reads a command's words (without its verb) as kubectl would: `-n shop`, `-n=shop`, `-nshop`, `--namespace shop`, flags
 * before or after the target, switches together (`-An shop` is not a namespace called `n`).
 * @throws UserError naming the word that is wrong, with the usage line
 */
export function parseWords(shape: Shape, words: readonly Word[]): Parsed {
  const flags = flagsOf(shape);
  const parser = parserOf(shape, flags);
  try {
    parser.parse(argvOf(words, flags), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw explained(error, shape, flags);
    throw error;
  }
  const options = parser.opts<Record<string, string | true | undefined>>();
  const selector = options['selector'];
  const problem = typeof selector === 'string' ? selectorProblem(selector) : undefined;
  if (problem) throw userError('bad-selector', { selector: String(selector).slice(0, 100), problem });
  const named = (flag: FlagShape): string | true | undefined => options[new Option(`--${flag.long}`).attributeName()];
  const [environment, cluster] = EVERYWHERE.map(named);
  const [lift, lasts, auto] = shape.kind === 'action' ? ACTION_FLAGS.map(named) : [];
  const [whole] = shape.kind === 'action' ? [] : QUERY_FLAGS.map(named);
  const places = placesOf(shape, parser.args);
  const missing = shape.positionals.find((p, i) => !p.optional && places[i] === undefined);
  if (missing) throw missingArgument(missing.name, shape);
  const given = Object.fromEntries([
    ...shape.positionals.map((p, i) => [p.name, p.many ? places.slice(i) : places[i]] as const),
    ...shape.flags.map((flag) => [flag.long, named(flag)] as const),
  ]);
  return {
    given,
    ...(typeof environment === 'string' && { environment }),
    ...(typeof cluster === 'string' && { cluster }),
    ...(whole === true && { whole }),
    ...(typeof lift === 'string' && { lift }),
    ...(typeof lasts === 'string' && { lasts }),
    ...(auto === true && { auto }),
  };
}

/** A parser that neither prints nor exits, made anew for each line: commander keeps what it has parsed. */
function parserOf(shape: Shape, flags: readonly FlagShape[]): Parser {
  const parser = new Parser(shape.name)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .showSuggestionAfterError(false)
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(true);
  // Required ones are checked by us, in our words.
  for (const place of shape.positionals) parser.argument(`[${place.name}${place.many ? '...' : ''}]`);
  for (const flag of flags) {
    const short = flag.short ? `-${flag.short}, ` : '';
    parser.addOption(new Option(`${short}--${flag.long}${flag.value ? ` <${flag.value}>` : ''}`));
  }
  return parser;
}

/** With a kind and a name as one word where a target stands. @throws UserError `too-many-arguments` */
function placesOf(shape: Shape, typed: readonly string[]): readonly string[] {
  const { positionals } = shape;
  const at = positionals.findIndex(({ name, many }) => name === 'target' && !many);
  const places = withKind(typed, at);
  const extra = places[positionals.length];
  if (extra !== undefined && !positionals.at(-1)?.many)
    throw userError('too-many-arguments', { word: extra, usage: usageOf(shape), ...(at < 0 && { spaces: true }) });
  return places;
}

function missingArgument(name: string, shape: Shape): Error {
  const [example] = shape.examples ?? [];
  return userError('missing-argument', { name, usage: usageOf(shape), ...(example && { example: `/ops ${example}` }) });
}

/** `-n=shop` as kubectl takes it, and another spelling of a flag as our own; what stood in quotes is never a flag. */
function argvOf(words: readonly Word[], flags: readonly FlagShape[]): string[] {
  const argv: string[] = [];
  for (const [i, word] of words.entries()) {
    const { value, quoted } = word;
    if (quoted) {
      // The value of the flag before it may begin with a dash; a positional that does needs `--`.
      const last = argv.at(-1) ?? '';
      if (value.startsWith('-') && !last.startsWith('-')) return [...argv, '--', ...words.slice(i).map((w) => w.value)];
      argv.push(value);
    } else {
      argv.push(ownFlag(value.replace(/^(-[A-Za-z])=/, '$1'), flags));
    }
  }
  return argv;
}

/** `--to-revision=3` is `--to=3`. */
function ownFlag(word: string, flags: readonly FlagShape[]): string {
  const [, typed, rest = ''] = /^--([^=]+)(=.*)?$/s.exec(word) ?? [];
  const flag = typed === undefined ? undefined : flags.find(({ also }) => also === typed);
  return flag ? `--${flag.long}${rest}` : word;
}

function explained(error: CommanderError, shape: Shape, flags: readonly FlagShape[]): Error {
  const usage = usageOf(shape);
  const named = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption':
      return unknownFlag(named, flags, usage);
    case 'commander.optionMissingArgument':
      return userError('flag-needs-value', { flag: /--[^ ]+/.exec(named)?.[0] ?? named, usage });
    default:
      return userError('bad-argument', { name: shape.name, typed: '', problem: error.message, usage });
  }
}

/** kubectl's flags that are nothing here: what there is instead. */
const INSTEAD: ReadonlyMap<string, 'watch' | 'times' | 'containers' | 'force' | 'yaml'> = new Map([
  ['-w', 'watch'],
  ['--watch', 'watch'],
  ['--timestamps', 'times'],
  ['--all-containers', 'containers'],
  ['--force', 'force'],
  ['--grace-period', 'force'],
  ['-o', 'yaml'],
  ['--output', 'yaml'],
]);

function unknownFlag(named: string, flags: readonly FlagShape[], usage: string): Error {
  const flag = named.replace(/=.*$/s, '');
  const instead = INSTEAD.get(flag.startsWith('--') ? flag : flag.slice(0, 2));
  return userError('no-such-flag', {
    flag,
    near: instead ? [] : nearFlags(named, flags),
    usage,
    ...(instead && { instead }),
  });
}

function nearFlags(flag: string, flags: readonly FlagShape[]): readonly string[] {
  const name = flag.replace(/^-+/, '').replace(/=.*$/, '');
  const found = nearest(
    name,
    flags.map((f) => f.long),
  );
  // Another flag's name within a longer one is no slip of a finger.
  return found.filter((long) => !name.includes(long) || name.length - long.length < 3).map((long) => `--${long}`);
}

const LOCALES = { en: english().localeError, ja: japanese().localeError } as const;

/** `--help`, `-h`: wherever it stands, it is what was asked for. */
export function asksForHelp(words: readonly Word[]): boolean {
  return words.some((w) => !w.quoted && (w.value === '--help' || w.value === '-h'));
}

/**
 * What a command makes of what was given.
 * @throws UserError `not-one-of` or `bad-argument` with the first thing that is wrong
 */
export function readArgs<Args>(
  command: Shape & { readonly args: z.ZodType<Args> },
  given: Given,
  language: Language,
): Args {
  const read = command.args.safeParse(given, { error: LOCALES[language] });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = String(issue?.path[0] ?? command.name);
  const isFlag = command.flags.some((f) => f.long === field);
  const name = isFlag ? `--${field}` : field;
  const value = given[field];
  if (issue?.code === 'invalid_value' && typeof value === 'string')
    throw (
      yamlInstead(command.name, field, given) ??
      userError('not-one-of', { name, given: value, choices: issue.values.map(String) })
    );
  const typed = typeof value === 'string' ? value.slice(0, 60) : '';
  throw userError('bad-argument', { name, typed, problem: issue?.message ?? '', usage: usageOf(command) });
}

/** What shows it, without its verb: `-o yaml` of one thing of a list. `undefined`: something else was asked for, or of no name. */
export function yamlMeant(verb: string, { given, environment, cluster }: Parsed): readonly Word[] | undefined {
  const { target, namespace } = given;
  const one = typeof target === 'string' && isYaml(given['output']) ? oneObject(verb, target, given) : undefined;
  if (one === undefined) return undefined;
  const flags = { namespace, environment, cluster };
  const typed = Object.entries(flags).flatMap(([long, value]) =>
    typeof value === 'string' ? [{ value: `--${long}=${value}`, quoted: false }] : [],
  );
  return [{ value: one, quoted: false }, ...typed];
}

const isYaml = (typed: Given[string]): typed is string => typeof typed === 'string' && /^(yaml|json)$/i.test(typed);

/** `svc/checkout`, as `/ops yaml` takes it; `undefined`: what this lists is not shown whole. @throws UserError of what may be a secret */
function oneObject(verb: string, name: string, { kind: typed }: Given): string | undefined {
  if (verb === 'workloads') return typeof typed === 'string' ? `${typed}/${name}` : name;
  if (verb === 'configmaps') throw userError('not-listed', { kind: verb, what: 'config maps' });
  const resource = RESOURCE_BY_WORD.get(verb);
  if (resource === undefined) return undefined;
  const [kind] = KIND_WORDS[resource];
  return name.includes(`${kind}/`) ? name : `${kind}/${name}`;
}

/** A list has no YAML. */
function yamlInstead(verb: string, field: string, given: Given): Error | undefined {
  const { [field]: typed, target } = given;
  if (field !== 'output' || !isYaml(typed)) return undefined;
  const one = oneObject(verb, typeof target === 'string' ? target : 'NAME', given);
  return one === undefined ? undefined : userError('yaml-instead', { typed, words: `/ops yaml ${one}` });
}

/** The nearest verbs are said, never run: a slip of the thumb must not restart anything. */
export function findVerb<C extends Pick<Command, 'name' | 'aliases'>>(
  commands: ReadonlyMap<string, C>,
  verb: string,
): C {
  const word = (JAPANESE.get(verb) ?? verb).toLowerCase();
  const found = commands.get(word) ?? [...commands.values()].find(({ aliases }) => aliases?.includes(word));
  if (found) return found;
  throw userError('no-such-verb', {
    verb: verb.slice(0, 60),
    near: nearest(verb, [...commands.keys(), 'help', 'get', ...JAPANESE.keys()]),
  });
}
