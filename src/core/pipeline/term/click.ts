import { z } from 'zod';
import { messageOf } from '../../../domain/content.ts';
import { type ClickHandler, namedPrincipal, onClick } from '../../handling.ts';
import { originOf } from '../../requests.ts';
import type { PipelineDeps } from '../deps.ts';
import { changeTerm } from './change.ts';
import { wordTermChanged } from './words.ts';

/** `Keep it`, or for longer. */
export function termClick(deps: PipelineDeps): ClickHandler {
  return onClick({
    v: 1,
    carries: z.object({ v: z.literal(1), term: z.uuid(), say: z.enum(['keep', 'more']), due: z.int().optional() }),
    async handle(click, handling) {
      const { tx, now, m, standing: rights } = handling;
      const by = {
        principal: namedPrincipal(click, handling),
        origin: originOf(click),
        rights,
        wanted: (verb: string) => deps.actions.get(verb),
      };
      const { term: actionId, say, due } = click.carries;
      const from = { due: due === undefined ? undefined : new Date(due) };
      const wish = say === 'keep' ? ({ say } as const) : ({ say, from } as const);
      const changed = await changeTerm(tx, deps, { actionId, wish }, by, now);
      return {
        stale: changed.kind === 'late' || changed.kind === 'missing',
        async after() {
          if (changed.kind === 'kept' || changed.kind === 'extended') deps.wakeOutbox?.();
          else await click.reply.private(messageOf(wordTermChanged(m, changed, deps)));
        },
      };
    },
  });
}
