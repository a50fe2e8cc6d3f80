import { z } from 'zod';
import { messageOf, type Text } from '../../domain/content.ts';
import {
  type Answering,
  type ClickHandler,
  type Handling,
  namedPrincipal,
  onClick,
  onSubmit,
  type SubmitHandler,
} from '../handling.ts';
import { plainText } from '../wording.ts';
import { askNo, type Voted, vote } from './approvals.ts';
import { type PipelineDeps, wakeWorker } from './deps.ts';
import { REASON_INPUT, refusalForm, refuseForm } from './forms.ts';
import { reasonOf } from './submit.ts';
import { nameIn, wordRefusal } from './words.ts';

/** `Approve`, `Refuse` or `Withdraw` under an action that waits for a second person; a no asks why before it counts. */
export function approvalClick(deps: PipelineDeps): ClickHandler {
  return onClick({
    v: 1,
    carries: z.object({ v: z.literal(1), approval: z.number().int(), say: z.enum(['yes', 'no', 'withdraw']) }),
    async handle(click, handling): Promise<Answering> {
      const { tx, now, m, standing } = handling;
      const { approval, say } = click.carries;
      const by = namedPrincipal(click, handling);
      const answer = { approval, by, approver: standing.approver };
      const voted = say === 'no' ? await askNo(tx, deps, answer, now) : await vote(tx, deps, { ...answer, say }, now);
      switch (voted.kind) {
        case 'asked': {
          const { row } = voted;
          const title = deps.actions.get(row.verb)?.title(m, row.target, row.args) ?? row.verb;
          return { open: refuseForm(m, { ...voted, title }) };
        }
        case 'begun':
          return { after: () => wakeWorker(deps, voted.job.id) };
        case 'ended':
          return { after: async () => deps.wakeOutbox?.() };
        case 'missing':
          return { stale: true, after: () => click.reply.private(messageOf(m.action.refusal.missing())) };
        case 'refused': {
          const words = wordNo(deps, voted, handling);
          const stale = voted.refusal.rule === 'approval-open';
          return { stale, after: () => click.reply.private(messageOf(words)) };
        }
      }
    },
  });
}

function wordNo(
  { whoMay }: PipelineDeps,
  { refusal, verb }: Extract<Voted, { readonly kind: 'refused' }>,
  { m }: Pick<Handling, 'm'>,
): Text {
  return wordRefusal(m, refusal, { verb, whoMay });
}

/** The form of a no, with its reason. */
export function refuseSubmit(deps: PipelineDeps): SubmitHandler {
  return onSubmit({
    v: 1,
    carries: z.object({ v: z.literal(1), approval: z.number().int() }),
    async handle(submit, handling): Promise<Answering> {
      const { tx, now, m, standing } = handling;
      const { approval } = submit.carries;
      const by = namedPrincipal(submit, handling);
      const reason = reasonOf(submit);
      const voted = await vote(tx, deps, { approval, say: 'no', by, approver: standing.approver, reason }, now);
      switch (voted.kind) {
        case 'begun':
        case 'ended':
          return { after: async () => deps.wakeOutbox?.() };
        case 'missing':
          return { ack: { kind: 'form', form: refusalForm(m, m.action.refusal.missing()) } };
        case 'refused': {
          if (voted.refusal.rule !== 'reason-required')
            return { ack: { kind: 'form', form: refusalForm(m, wordNo(deps, voted, handling)) } };
          const words = plainText(wordRefusal(m, voted.refusal, { verb: voted.verb, whoMay: deps.whoMay }, nameIn));
          return { ack: { kind: 'errors', errors: { [REASON_INPUT]: words } } };
        }
      }
    },
  });
}
