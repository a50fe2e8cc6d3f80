import { basename } from 'node:path';
import type { Action } from '../core/define.ts';
import { actionsOf, type Discovered, discover } from '../core/discovery.ts';
import { UserError } from '../domain/errors.ts';
import { MODULES } from '../modules.generated.ts';

export interface Modules extends Discovered {
  readonly actions: ReadonlyMap<string, Action>;
}

/** Once for a process: every example is parsed, and what there is does not change. */
let found: Discovered | undefined;

/**
 * @param disabled words that config switches off
 * @throws Error naming the file that is not what it should be
 */
export function loadModules(disabled: readonly string[] = []): Modules {
  found ??= discover(MODULES);
  const commands = new Map([...found.commands].filter(([name]) => !disabled.includes(name)));
  return { ...found, commands, actions: actionsOf(commands) };
}

/** The words of all actions, which are the names of their files. */
export function actionNames(): readonly string[] {
  return MODULES.flatMap(({ file, module }) => (module['action'] ? [basename(file, '.ts')] : []));
}

/** Those that need nothing but a target: what they take may all be left out. */
export function targetOnlyActions(): readonly string[] {
  return [...loadModules().actions.values()].filter(takesNothing).map(({ name }) => name);
}

function takesNothing({ args, choice }: Action): boolean {
  try {
    return choice === undefined && args.safeParse({}).success;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** The words of all commands, likewise. */
export function commandNames(): readonly string[] {
  return MODULES.flatMap(({ file }) => (file.startsWith('commands/') ? [basename(file, '.ts')] : []));
}
