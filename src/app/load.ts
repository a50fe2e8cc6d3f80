import { readFileSync } from 'node:fs';
import { type LoadResult, loadConfig } from '../config/load.ts';
import { formatProblem, type Problem } from '../config/problem.ts';
import { actionNames, commandNames } from './modules.ts';

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
    commands: commandNames(),
    ...(embedded !== undefined && { embedded }),
    ...(needs && { needs }),
  });
}

/** All problems at once, one a line, on stderr. */
export function printProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
}

/** What is wrong with a call, on stderr. @returns the exit code: 2 when it was asked wrongly */
export function wrong(words: string, code = 2): number {
  process.stderr.write(`${words}\n`);
  return code;
}
