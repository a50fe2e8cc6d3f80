import { readFileSync } from 'node:fs';
import { type LoadResult, loadConfig } from '../config/load.ts';
import { formatProblems } from '../config/problem.ts';
import { timedReader } from '../core/timetable/words.ts';
import type { Language } from '../messages/catalog.ts';
import { actionNames, commandNames, loadModules, targetOnlyActions } from './modules.ts';
import { wrong } from './stderr.ts';

/** The flags that all words of the program take. */
export interface Asked {
  /** Wins over `HIKESHI_CONFIG`. */
  readonly config?: string;
  /** Wins over config and the terminal. */
  readonly lang?: Language;
}

export interface FromEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly asked?: Asked;
  readonly embedded?: boolean;
  readonly needs?: Parameters<typeof loadConfig>[0]['needs'];
}

/** The config file that `--config` or `HIKESHI_CONFIG` names, with the environment. */
export function loadFromEnvironment({ env, asked, embedded, needs }: FromEnvironment): LoadResult {
  return loadConfig({
    path: asked?.config ?? (env['HIKESHI_CONFIG'] || './hikeshi.yaml'),
    env,
    readFile: (path) => readFileSync(path, 'utf8'),
    actions: actionNames(),
    targetOnly: targetOnlyActions(),
    timed: timedReader(loadModules().commands),
    commands: commandNames(),
    ...(embedded !== undefined && { embedded }),
    ...(needs && { needs }),
  });
}

/** What a terminal is told in: `--lang`, else the file's own, else the terminal's, else English. */
export function languageFor(loaded: Pick<LoadResult, 'language'>, env: NodeJS.ProcessEnv, asked: Asked = {}): Language {
  return asked.lang ?? loaded.language ?? ofTerminal(env);
}

/** Of words that say something before they need a config: one that is there is read for its language. */
export function languageAsked(asked: Asked): Language {
  return languageFor(loadFromEnvironment({ env: process.env, asked, needs: [] }), process.env, asked);
}

/** The first that is set counts, as everywhere (POSIX, "Environment Variables"). */
function ofTerminal(env: NodeJS.ProcessEnv): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^ja(?![a-z])/i.test(locale) ? 'ja' : 'en';
}

type Refused = Extract<LoadResult, { readonly config?: undefined }>;

/** All problems at once, one a line, on stderr. @returns the exit code */
export function printProblems(refused: Refused, env: NodeJS.ProcessEnv, asked: Asked = {}, code = 1): number {
  return wrong(formatProblems(refused.problems, languageFor(refused, env, asked)).join('\n'), code);
}
