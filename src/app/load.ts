import { readFileSync } from 'node:fs';
import { type LoadResult, loadConfig } from '../config/load.ts';
import { formatProblem, type Problem } from '../config/problem.ts';
import { timedReader } from '../core/timetable/words.ts';
import { actionNames, commandNames, loadModules, targetOnlyActions } from './modules.ts';
import { wrong } from './stderr.ts';

export interface FromEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly embedded?: boolean;
  readonly needs?: Parameters<typeof loadConfig>[0]['needs'];
}

/** The config file that `HIKESHI_CONFIG` names, with the environment. */
export function loadFromEnvironment({ env, embedded, needs }: FromEnvironment): LoadResult {
  return loadConfig({
    path: env['HIKESHI_CONFIG'] ?? './hikeshi.yaml',
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

/** All problems at once, one a line, on stderr. @returns the exit code */
export function printProblems(problems: readonly Problem[], code = 1): number {
  return wrong(problems.map(formatProblem).join('\n'), code);
}
