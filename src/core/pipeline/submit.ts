import { z } from 'zod';
import { clean } from '../../domain/clean.ts';
import { messageOf } from '../../domain/content.ts';
import { isGuardRule } from '../../domain/guardrails.ts';
import type { Refusal } from '../../domain/plan.ts';
import type { SubmitRequest } from '../../ports/chat.ts';
import { type Answering, type Handling, namedPrincipal, onSubmit, type SubmitHandler } from '../handling.ts';
import type { Rights } from '../rights/types.ts';
import { plainText } from '../wording.ts';
import { Checks } from './checks.ts';
import { type Confirmed, confirmAction } from './confirm.ts';
import { type PipelineDeps, wakeWorker } from './deps.ts';
import type { Draft } from './draft.ts';
import {
  anewButton,
  glassButton,
  holderButtons,
  PICK_INPUT,
  REASON_INPUT,
  refusalForm,
  refusalMessage,
} from './forms.ts';
import { type ActionRow, loadAction, planOf } from './records.ts';
import { mayBreak } from './stages/guards.ts';
import { startDraft, titleOf } from './start.ts';
import { nameIn, wordRefusal } from './words.ts';

/** What can be mended with the form open; the rest replaces it. */
const BESIDE_THE_REASON: ReadonlySet<Refusal['rule']> = new Set(['reason-required', 'one-action-per-target']);

/** What is looked at anew where it stands. */
const OUTDATED: ReadonlySet<Refusal['rule']> = new Set(['plan-expired', 'unchanged']);

/** The confirm form: what is decided is committed before it closes. */
export function confirmSubmit(deps: PipelineDeps): SubmitHandler {
  return onSubmit({
    v: 1,
    /** `over`: it lies on the refusal whose button it came from, and what that offered is done with it. */
    carries: z.object({ v: z.literal(1), action: z.uuid(), over: z.literal(true).optional() }),
    async handle(submit, handling) {
      const { tx, now, standing: rights, standingMs } = handling;
      const reason = reasonOf(submit);
      const another = await pickedInstead(deps, submit, handling);
      if (another) {
        const title = titleOf(another, handling.m);
        const draft = { ...another, ...(reason && { reasonTyped: reason }) };
        return startDraft(deps, { draft, reply: submit.reply, title }, handling);
      }
      const yes = { actionId: submit.carries.action, principal: submit.principal, rights, reason };
      const checks = new Checks(standingMs);
      const confirmed = await confirmAction(tx, deps, yes, now, checks);
      deps.onChecked?.('confirmed', checks);
      return answer(deps, confirmed, handling, submit);
    },
  });
}

/** Another one than what was previewed: that is previewed first, in the same place. */
async function pickedInstead(
  { actions }: PipelineDeps,
  submit: SubmitRequest & { readonly carries: { readonly action: string } },
  handling: Handling,
): Promise<Draft | undefined> {
  const value = submit.values[PICK_INPUT];
  const row = value === undefined ? undefined : await loadAction(handling.tx, submit.carries.action);
  const action = row && actions.get(row.verb);
  if (value === undefined || row?.state !== 'planned' || !action?.picks) return undefined;
  if (action.picks.picked(planOf(row)) === value) return undefined;
  const { target, origin, incident_id: incidentId, lift, term } = row;
  return {
    action,
    args: action.picks.args(value),
    principal: namedPrincipal(submit, handling),
    origin,
    target,
    ...(incidentId !== null && { incidentId }),
    ...(lift !== null && isGuardRule(lift) && { lift }),
    ...(term && { term }),
  };
}

/** It stands in the audit, in posts and in an annotation in the cluster. */
export function reasonOf({ values }: Pick<SubmitRequest, 'values'>): string | undefined {
  return clean(values[REASON_INPUT] ?? '').trim() || undefined;
}

function answer(
  deps: PipelineDeps,
  confirmed: Confirmed,
  { m, standing }: Handling,
  { reply, carries }: SubmitRequest & { readonly carries: { readonly over?: true | undefined } },
): Answering {
  const closing: Pick<Answering, 'ack'> = carries.over ? { ack: { kind: 'close-all' } } : {};
  switch (confirmed.kind) {
    case 'missing':
      return { ack: { kind: 'form', form: refusalForm(m, m.action.refusal.missing()) } };
    case 'again': {
      const words = m.job.confirmedAlready({ number: confirmed.job.number });
      return { after: () => reply.private(messageOf(words)) };
    }
    case 'awaiting':
      return { ...closing, after: async () => deps.wakeOutbox?.() };
    case 'confirmed':
      return { ...closing, after: () => wakeWorker(deps, confirmed.job.id) };
    case 'refused': {
      const { refusal, row } = confirmed;
      const about = { verb: row.verb, whoMay: deps.whoMay };
      if (BESIDE_THE_REASON.has(refusal.rule)) {
        const words = wordRefusal(m, refusal, about, nameIn);
        const next = holderButtons(m, refusal, row.origin);
        return {
          ack: { kind: 'errors', errors: { [REASON_INPUT]: plainText(words) } },
          // Beside a field stand words alone: what can be pressed lies behind the form.
          ...(next.length > 0 && { after: () => reply.private(refusalMessage(words, next)) }),
        };
      }
      const again = glassFor(deps, row, refusal, standing);
      const anew = OUTDATED.has(refusal.rule) ? [anewButton(m, row.id)] : [];
      const next = again ? [glassButton(m, again)] : anew;
      return { ack: { kind: 'form', form: refusalForm(m, wordRefusal(m, refusal, about), next) } };
    }
  }
}

/** What came between preview and yes may be lifted as well, by whoever may. */
function glassFor(deps: PipelineDeps, row: ActionRow, { rule }: Refusal, rights: Rights) {
  if (!isGuardRule(rule) || row.lift !== null) return undefined;
  return mayBreak(rights, deps.rules(row.target.environment).guardrails) ? { again: row.id, rule } : undefined;
}
