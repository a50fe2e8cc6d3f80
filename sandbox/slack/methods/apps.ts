import { checkView } from '../blocks/view.ts';
import { checkBlocks, problemLine } from '../blocks.ts';
import type { Fields } from '../json.ts';
import { explained } from '../refusal.ts';
import type { Call, MethodTable } from './spec.ts';

/** A Socket Mode URL, for app-level tokens only. */
function openConnection({ world }: Call): Fields {
  return { url: world.sockets.ticket(world.baseUrl) };
}

/** Checks blocks or a view without posting them. */
function validate({ args }: Call): Fields {
  const view = args.object('view');
  const subject = view ?? args.json('blocks') ?? args.object('message')?.['blocks'];
  if (subject === undefined) throw explained('invalid_arguments', ['missing required field: blocks']);
  const problems = view ? checkView(view, view['type'] === 'home' ? 'home' : 'modal') : checkBlocks(subject, 'message');
  return {
    errors: problems.map((problem) => ({
      pointer: problem.pointer,
      constraint: problem.message,
      message: problemLine(problem),
    })),
  };
}

export const appMethods: MethodTable = {
  'apps.connections.open': { tier: 3, tokens: ['app'], scopes: ['connections:write'], run: openConnection },
  'blocks.validate': { tier: 3, run: validate },
};
