import { maskSecrets } from '../domain/secrets.ts';
import { type Language, type SayWrong, sentences } from '../messages/catalog.ts';
import type { Meant, Wrong } from '../messages/wrong.ts';
import { looksSecret } from './secret-shapes.ts';

/** One thing that is wrong with config or environment, and what to do about it, said when somebody reads it. */
export interface Problem {
  /** The config file as given, or `environment`. */
  readonly file: string;
  /** From 1; 0 where there is no line (environment, unreadable file). */
  readonly line: number;
  /** From 1; 0 where there is no line. */
  readonly column: number;
  /** `routes[1].policy`, or the variable's name. */
  readonly path: string;
  /** Never holds a value that may be secret. */
  readonly say: SayWrong;
}

export type Path = readonly (string | number)[];

/** Like a line of a key's body: letters of both cases and digits, and no end of it. Nobody gives such a name. */
const OPAQUE = /(?=[A-Za-z+/=]{0,200}\d)(?=[a-z0-9+/=]{0,200}[A-Z])[A-Za-z0-9+/=]{24,}/;

/** `routes[1].policy`; keys that are no plain words are quoted, and a secret in place of a key is not repeated. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const word =
      looksSecret(part) || OPAQUE.test(part)
        ? '***'
        : /^[A-Za-z0-9_-]+$/.test(part)
          ? part
          : JSON.stringify(maskSecrets(part));
    return text === '' ? word : `${text}.${word}`;
  }, '');
}

/** `hikeshi.yaml:12:5 routes[1].runbok: unknown key; did you mean "runbook"?` */
export function formatProblem(problem: Problem, language: Language): string {
  const { detail, remedy } = sayProblem(problem, language);
  return `${placeOf(problem, language)}: ${detail}; ${remedy}`;
}

/** Without secrets, whatever the parser repeats. */
export function sayProblem({ say }: Problem, language: Language): Wrong {
  const { detail, remedy } = say(sentences(language));
  return { detail: maskSecrets(detail), remedy };
}

export function formatProblems(problems: readonly Problem[], language: Language): readonly string[] {
  return problems.map((problem) => formatProblem(problem, language));
}

/** `hikeshi.yaml:12:5 routes[1].runbok`, `environment PORT` */
export function placeOf({ file, line, column, path }: Problem, language: Language): string {
  const named = file === ENVIRONMENT ? sentences(language).variable.environment : file;
  const where = line > 0 ? `${file}:${line}:${column}` : named;
  return `${where}${path === '' ? '' : ` ${path}`}`;
}

/** Those of the file by place, then those of the environment; each once. */
export function sortedProblems(problems: readonly Problem[]): readonly Problem[] {
  const unique = new Map(problems.map((problem) => [formatProblem(problem, 'en'), problem]));
  const rank = (problem: Problem): number => (problem.file === ENVIRONMENT ? 1 : 0);
  return [...unique.values()].sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}

export const ENVIRONMENT = 'environment';

/** The candidate that looks most like `word`, if one looks like it at all. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** What `word` may have been meant to be, else the candidates themselves. */
export function meant(word: string, candidates: readonly string[]): Meant {
  const known = candidates.filter((candidate) => !looksSecret(candidate)).slice(0, 20);
  return { near: nearest(word, candidates), known };
}

/** Levenshtein's, with a swap of neighbours as one step. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, above] = [above, row];
  }
  return above[b.length]!;
}
