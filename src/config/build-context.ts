import { type Matcher, MatcherError, parseMatchers } from '../domain/matchers.ts';
import type { ReadTimed } from '../domain/timed-task.ts';
import type { SayWrong } from '../messages/catalog.ts';
import { wordMatcherFault } from '../messages/matcher-fault.ts';
import { meant, type Path } from './problem.ts';
import type { Need } from './runtime-env.ts';
import type { Environment } from './variables.ts';

/** What the builders of the parts share. They report and go on: a half-built config is thrown away by `loadConfig`. */
export interface BuildContext {
  readonly env: Environment;
  readonly needs: readonly Need[];
  /** `HOST`. */
  readonly host: string | undefined;
  /** Names in the file, also those whose entry is broken: a reference to one of these is not the mistake. */
  readonly names: {
    readonly policies: readonly string[];
    readonly runbooks: readonly string[];
    readonly environments: readonly string[];
  };
  /** The words of all actions; absent: not known here, so none is a mistake. */
  readonly actions: readonly string[] | undefined;
  /** Those of them that need nothing but a target; absent: not known here. */
  readonly targetOnly: readonly string[] | undefined;
  /** Reads what is to be done at a set time; absent: not known here, so nothing of it is a mistake. */
  readonly timed: ReadTimed<SayWrong> | undefined;
  /** The words of all commands; absent: not known here. */
  readonly commands: readonly string[] | undefined;
  /** A problem at the value of a path. */
  problem(path: Path, say: SayWrong): void;
  /** Does not keep the program from starting. */
  warning(path: Path, say: SayWrong): void;
}

/** An object without prototype, see `Named` in `config.ts`. */
export function namedMap<T, U>(
  input: Readonly<Record<string, T>>,
  build: (value: T, name: string) => U,
): Record<string, U> {
  const out: Record<string, U> = Object.create(null);
  for (const [name, value] of Object.entries(input)) out[name] = build(value, name);
  return out;
}

/** Matchers of one text or a list of texts; those that cannot be read are reported and left out. */
export function buildMatchers(ctx: BuildContext, input: string | readonly string[], path: Path): readonly Matcher[] {
  const texts =
    typeof input === 'string' ? [{ text: input, at: path }] : input.map((text, i) => ({ text, at: [...path, i] }));
  return texts.flatMap(({ text, at }) => {
    try {
      const found = parseMatchers(text);
      if (found.length === 0) ctx.problem(at, (m) => m.config.matchers.none);
      return found;
    } catch (error) {
      if (!(error instanceof MatcherError)) throw error;
      const { position, fault } = error;
      ctx.problem(at, (m) => m.config.matchers.unreadable({ position, ...wordMatcherFault(m, fault) }));
      return [];
    }
  });
}

/** The name if there is such an entry, else a problem with the nearest one. */
export function reference(
  ctx: BuildContext,
  kind: keyof BuildContext['names'],
  name: string | undefined,
  path: Path,
): string | undefined {
  if (name === undefined || ctx.names[kind].includes(name)) return name;
  const found = meant(name, ctx.names[kind]);
  ctx.problem(path, (m) => m.config.absent({ section: kind, name, meant: found }));
  return undefined;
}
