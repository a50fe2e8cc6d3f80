/** `hikeshi.yaml` and the environment to one frozen `Config`, or every problem there is with them. */

import type { ReadTimed } from '../domain/timed-task.ts';
import { LANGUAGES, type SayWrong } from '../messages/catalog.ts';
import { buildConfig } from './build.ts';
import type { BuildContext } from './build-context.ts';
import type { Config, Language, RuntimeEnv } from './config.ts';
import { deepFreeze } from './freeze.ts';
import { formatPath, type Path, type Problem, sortedProblems } from './problem.ts';
import { ALL_NEEDS, type Need, runtimeEnv } from './runtime-env.ts';
import { type ConfigInput, configSchema } from './schema.ts';
import { shapeProblems, valueAt, without } from './shape-problems.ts';
import { Environment, type ReadFile, type Variables } from './variables.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

export interface LoadOptions {
  /** Path of the config file, as it is to appear in messages. */
  readonly path: string;
  readonly env: Variables;
  readonly readFile: ReadFile;
  /** The flag `--embedded`. */
  readonly embedded?: boolean;
  /** Of what may a missing variable be a problem? Default: everything `serve` needs. */
  readonly needs?: readonly Need[];
  /** The words of all actions, which permissions may name; absent: each is taken. */
  readonly actions?: readonly string[];
  /** Those of them that need nothing but a target, which a runbook may suggest; absent: each is taken. */
  readonly targetOnly?: readonly string[];
  /** Reads what the timetable does; absent: nothing of it is done. */
  readonly timed?: ReadTimed<SayWrong>;
  /** The words of all commands, which may be switched off; absent: each is taken. */
  readonly commands?: readonly string[];
}

export type LoadResult = {
  /** As the file has it, whatever else is wrong there; absent: it says none. */ readonly language?: Language;
} & (
  | { readonly config: Config; readonly warnings: readonly Problem[]; readonly problems?: undefined }
  | { readonly problems: readonly Problem[]; readonly partial: Partial; readonly config?: undefined }
);

/** What there is of a config that has problems: for a look at the rest, never to run on. */
export interface Partial {
  readonly config: Config;
  /** Could anything of the file be read? */
  readonly readable: boolean;
}

/** Stands where a channel is missing: none is called so. */
export const NO_CHANNEL = '?';

/** Never throws; `readFile` may. */
export function loadConfig(options: LoadOptions): LoadResult {
  const environment = new Environment(options.env, options.readFile);
  const needs = options.needs ?? ALL_NEEDS;
  const env = runtimeEnv(environment, { embedded: options.embedded, needs });
  const text = readText(options);
  const nothing = (): Partial => ({ config: withoutFile(options, env), readable: false });
  if (typeof text !== 'string')
    return { problems: sortedProblems([text, ...environment.problems]), partial: nothing() };
  const yaml = readYaml(options.path, text);
  const shape = readShape(yaml);
  const meant = collector(yaml, shape.removed);
  let config: Config | undefined;
  if (shape.input) {
    const ctx: BuildContext = {
      env: environment,
      needs,
      host: env.host,
      names: namesIn(yaml.value),
      actions: options.actions,
      targetOnly: options.targetOnly,
      timed: options.timed,
      commands: options.commands,
      problem: meant.problem,
      warning: meant.warning,
    };
    config = buildConfig(ctx, options.path, shape.input, env);
  }
  const problems = [...yaml.problems, ...shape.problems, ...meant.problems, ...environment.problems];
  const first = sortedProblems(problems);
  const language = languageIn(yaml, text);
  const said = language === undefined ? {} : { language };
  if (!config) return { ...said, problems: first, partial: nothing() };
  const frozen = deepFreeze(config);
  if (first.length > 0) return { ...said, problems: first, partial: { config: frozen, readable: true } };
  return { ...said, config: frozen, warnings: sortedProblems([...meant.warnings, ...environment.warnings]) };
}

/** What the environment alone makes of a config. What is missing in the file is told by whoever reads the file. */
function withoutFile({ path, env: variables, readFile }: LoadOptions, env: RuntimeEnv): Config {
  const ctx: BuildContext = {
    env: new Environment(variables, readFile),
    needs: [],
    host: env.host,
    names: namesIn({}),
    actions: undefined,
    targetOnly: undefined,
    timed: undefined,
    commands: undefined,
    problem: () => undefined,
    warning: () => undefined,
  };
  return deepFreeze(buildConfig(ctx, path, configSchema.parse({ slack: { channel: NO_CHANNEL } }), env));
}

/** Of a file that is no YAML the line that says it. */
function languageIn(yaml: YamlFile, text: string): Language | undefined {
  const said = yaml.valid
    ? valueAt(yaml.value, ['slack', 'language'])
    : /\blanguage:[ \t]{0,9}['"]?(en|ja)\b/.exec(text)?.[1];
  return LANGUAGES.find((language) => language === said);
}

function readText({ path, readFile }: LoadOptions): string | Problem {
  try {
    return readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const say: SayWrong = (m) => (code === 'ENOENT' ? m.config.file.absent : m.config.file.unreadable({ code }));
    return { file: path, line: 0, column: 0, path: '', say };
  }
}

interface Shape {
  readonly input?: ConfigInput;
  readonly problems: readonly Problem[];
  /** What was left out to make the rest fit. */
  readonly removed: readonly Path[];
}

/** Fits the file to the schema, leaving out what does not fit, so that the rest is checked in the same run. */
function readShape(yaml: YamlFile): Shape {
  if (!yaml.valid) return { problems: [], removed: [] };
  const problems: Problem[] = [];
  const removed: Path[] = [];
  let value = emptyEntries(yaml.value);
  for (let round = 0; round < 6; round++) {
    const parsed = configSchema.safeParse(value);
    if (parsed.success) return { input: parsed.data, problems, removed };
    const found = shapeProblems(yaml, value, parsed.error.issues);
    if (round === 0) {
      problems.push(...found.map((one) => one.problem).filter((problem) => !yaml.secretPaths.includes(problem.path)));
    }
    const paths = found.map((one) => one.path);
    removed.push(...paths);
    value = withChannel(without(value, paths));
  }
  return { problems, removed };
}

/** `sources:\n  default:` with nothing below it means an entry with all its defaults. */
function emptyEntries(value: unknown): unknown {
  const copy = structuredClone(value);
  const sections = ['sources', 'environments', 'runbooks'].map((key) => valueAt(copy, [key]));
  const clusters = Object.values(valueAt(copy, ['environments']) ?? {}).map((env) => valueAt(env, ['clusters']));
  for (const section of [...sections, ...clusters]) {
    if (typeof section !== 'object' || section === null || Array.isArray(section)) continue;
    for (const [name, entry] of Object.entries(section)) if (entry === null) Reflect.set(section, name, {});
  }
  return copy;
}

/** The only key without a default gets one for the rounds after the first, where its absence has been told. */
function withChannel(value: unknown): unknown {
  if (valueAt(value, ['slack', 'channel']) !== undefined) return value;
  const base = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  const slack = valueAt(base, ['slack']);
  return { ...base, slack: { ...(typeof slack === 'object' ? slack : {}), channel: NO_CHANNEL } };
}

function namesIn(value: unknown): BuildContext['names'] {
  const keys = (key: string): readonly string[] => {
    const section = valueAt(value, [key]);
    return typeof section === 'object' && section !== null && !Array.isArray(section) ? Object.keys(section) : [];
  };
  return { policies: keys('policies'), runbooks: keys('runbooks'), environments: keys('environments') };
}

/** Is one of them at or below the other? */
function related(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((part, i) => part === b[i]);
}

function collector(yaml: YamlFile, removed: readonly Path[]) {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  // What was left out cannot be missed, and a secret's place has been told.
  const silenced = (path: Path): boolean =>
    yaml.secretPaths.includes(formatPath(path)) || removed.some((one) => related(one, path));
  const to =
    (list: Problem[]) =>
    (path: Path, say: SayWrong): void => {
      if (!silenced(path)) list.push(yaml.problemAt(path, say));
    };
  return { problems, warnings, problem: to(problems), warning: to(warnings) };
}
