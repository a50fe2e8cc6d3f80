import { basename } from 'node:path';
import type { Action } from '../core/define.ts';
import { actionsOf, type Discovered, discover } from '../core/discovery.ts';
import { MODULES } from '../modules.generated.ts';

export interface Modules extends Discovered {
  readonly actions: ReadonlyMap<string, Action>;
}

/** @throws Error naming the file that is not what it should be */
export function loadModules(): Modules {
  const found = discover(MODULES);
  return { ...found, actions: actionsOf(found.commands) };
}

/** The words of all actions, which are the names of their files. */
export function actionNames(): readonly string[] {
  return MODULES.flatMap(({ file, module }) => (module['action'] ? [basename(file, '.ts')] : []));
}
