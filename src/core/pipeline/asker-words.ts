import { cut, type Message, messageOf } from '../../domain/content.ts';
import { sentences } from '../../messages/catalog.ts';
import { payloadOf, type WordSaying } from '../outbox/subjects.ts';
import { REASON_SHOWN } from './approval-post.ts';
import type { AskerSaying } from './asker.ts';
import { lookButtons } from './look.ts';
import { type View, wordOutcome } from './outcome.ts';
import { leftToNewer, type Telling } from './telling.ts';
import { readAction } from './told.ts';
import { nameIn, whoIs } from './words.ts';

/** The wording of what `tellAskers` says. */
export function wordAsker(telling: Telling): WordSaying {
  return async (db, saying) => {
    const { action: id, about } = payloadOf<AskerSaying>(saying);
    const known = await readAction(db, id).catch(leftToNewer);
    if (!known) return { kind: 'cancelled', reason: 'the action is gone' };
    const { row } = known;
    const m = sentences(saying.language);
    const action = telling.actions.get(row.verb);
    const title = action?.title(m, row.target, row.args) ?? row.verb;
    const view = { ...known, m, title, action, whoMay: telling.whoMay };
    const message = about === 'decided' ? wordDecided(view) : wordEnded(view);
    return message ? { kind: 'message', message } : { kind: 'cancelled', reason: 'nothing to tell' };
  };
}

type Told = Omit<View, 'job'> & { readonly job?: View['job'] };

function wordDecided({ row, job, approval, m, title }: Told): Message | undefined {
  const words = m.action.asker;
  const asker = whoIs(row.principal);
  if (approval?.state === 'expired') return messageOf(words.expired({ asker, title }));
  if (!approval?.decided_by) return undefined;
  const by = nameIn(approval.decided_by);
  if (approval.state === 'given' && job) return messageOf(words.given({ asker, by, title, job: job.number }));
  if (approval.state !== 'refused') return undefined;
  const reason = approval.reason && cut(approval.reason, REASON_SHOWN);
  return messageOf(words.refused({ asker, by, title, reason }));
}

/** How it ended first, for a lock screen; then why, and what next. */
function wordEnded({ job, ...told }: Told): Message | undefined {
  const { row, m, title } = told;
  if (!job || !row.outcome) return undefined;
  const [status, ...rest] = wordOutcome({ ...told, job }, row.outcome);
  const words = m.action.asker.ended({ asker: whoIs(row.principal), title, job: job.number, status: status ?? [] });
  const buttons = lookButtons(m, row, row.outcome);
  return messageOf(
    words,
    ...(rest.length > 0 ? [{ kind: 'context' as const, lines: rest }] : []),
    ...(buttons.length > 0 ? [{ kind: 'buttons' as const, buttons }] : []),
  );
}
