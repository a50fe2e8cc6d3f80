/** Environment variables, each of which may also be given as a file: `NAME_FILE=/run/secrets/name`. */
import type { SayWrong } from '../messages/catalog.ts';
import { ENVIRONMENT, type Problem } from './problem.ts';
import { Secret } from './secret.ts';

/** Reads a text file; throws when it cannot. */
export type ReadFile = (path: string) => string;
export type Variables = Readonly<Record<string, string | undefined>>;

/** Looks variables up, once each, and collects what is wrong with them. */
export class Environment {
  readonly #variables: Variables;
  readonly #readFile: ReadFile;
  readonly #cache = new Map<string, string | undefined>();
  readonly problems: Problem[] = [];
  /** Do not keep the program from starting. */
  readonly warnings: Problem[] = [];

  constructor(variables: Variables, readFile: ReadFile) {
    this.#variables = variables;
    this.#readFile = readFile;
  }

  /** The value without trailing line ends; `undefined` when it is not set or empty. */
  text(name: string): string | undefined {
    if (!this.#cache.has(name)) this.#cache.set(name, this.#look(name));
    return this.#cache.get(name);
  }

  secret(name: string): Secret | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : new Secret(value);
  }

  /** Of a variable whose file has already been complained of nothing more is said. */
  problem(name: string, say: SayWrong): void {
    if (this.problems.some(({ path }) => path === `${name}_FILE`)) return;
    this.problems.push(inEnvironment(name, say));
  }

  warning(name: string, say: SayWrong): void {
    this.warnings.push(inEnvironment(name, say));
  }

  #look(name: string): string | undefined {
    const plain = trimmed(this.#own(name));
    const path = trimmed(this.#own(`${name}_FILE`));
    if (path === undefined) return plain;
    if (plain !== undefined) {
      this.problem(name, (m) => m.variable.both({ name }));
      return plain;
    }
    try {
      const value = trimmed(this.#readFile(path));
      if (value === undefined) this.problem(`${name}_FILE`, (m) => m.variable.emptyFile({ path }));
      return value;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      this.problem(`${name}_FILE`, (m) => m.variable.unreadableFile({ path, code }));
      return undefined;
    }
  }

  #own(name: string): string | undefined {
    return Object.hasOwn(this.#variables, name) ? this.#variables[name] : undefined;
  }
}

function inEnvironment(path: string, say: SayWrong): Problem {
  return { file: ENVIRONMENT, line: 0, column: 0, path, say };
}

function trimmed(value: string | undefined): string | undefined {
  const text = value?.replace(/[\r\n]+$/, '');
  return text === '' ? undefined : text;
}
