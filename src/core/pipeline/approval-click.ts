import { z } from 'zod';
import { messageOf } from '../../domain/content.ts';
import { type Answering, type ClickHandler, namedPrincipal, onClick } from '../handling.ts';
import { vote } from './approvals.ts';
import { type PipelineDeps, wakeWorker } from './deps.ts';
import { wordRefusal } from './words.ts';

/** `Approve`, `Refuse` or `Withdraw` under an action that waits for a second person. */
export function approvalClick(deps: PipelineDeps): ClickHandler {
  return onClick({
    v: 1,
    carries: z.object({ v: z.literal(1), approval: z.number().int(), say: z.enum(['yes', 'no', 'withdraw']) }),
    async handle(click, handling): Promise<Answering> {
      const { tx, now, m, standing } = handling;
      const { approval, say } = click.carries;
      const by = namedPrincipal(click, handling);
      const voted = await vote(tx, deps, { approval, say, by, approver: standing.approver }, now);
      switch (voted.kind) {
        case 'begun':
          return { after: () => wakeWorker(deps, voted.job.id) };
        case 'ended':
          return { after: async () => deps.wakeOutbox?.() };
        case 'missing':
          return { stale: true, after: () => click.reply.private(messageOf(m.action.refusal.missing())) };
        case 'refused': {
          const words = wordRefusal(m, voted.refusal, { verb: voted.verb, whoMay: deps.whoMay });
          const stale = voted.refusal.rule === 'approval-open';
          return { stale, after: () => click.reply.private(messageOf(words)) };
        }
      }
    },
  });
}
