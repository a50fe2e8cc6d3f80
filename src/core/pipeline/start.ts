import { messageOf } from '../../domain/content.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { FormHandle, Reply } from '../../ports/chat.ts';
import type { ActionAsked } from '../ask/answer.ts';
import type { Answering, Handling } from '../handling.ts';
import { Checks } from './checks.ts';
import { offerChoice, openChoice } from './choose.ts';
import { decide } from './decide.ts';
import type { PipelineDeps } from './deps.ts';
import { auditDraft, auditRefusal, type Draft, isResolved } from './draft.ts';
import {
  confirmForm,
  continueMessage,
  glassButton,
  holderButtons,
  loadingForm,
  refusalForm,
  refusalMessage,
} from './forms.ts';
import { previewOf } from './preview.ts';
import { planAction } from './stages/plan.ts';
import { WHEN_ASKED } from './stages.ts';
import { wordRefusal } from './words.ts';

/** An action that was typed. */
export function startTyped(deps: PipelineDeps, asked: ActionAsked, handling: Handling): Promise<Answering> {
  const { action, args, question, scope, incidentId, lift, term } = asked;
  const { principal, origin } = asked.asked;
  const draft: Draft = { action, args, principal, origin, target: { question, scope }, incidentId, lift, term };
  return startDraft(deps, { draft, reply: asked.ask.reply, title: titleOf(draft, handling.m) }, handling);
}

/** `Restart Deployment checkout`, or `restart checkout` while that is still to be found. */
export function titleOf({ action, args, target }: Pick<Draft, 'action' | 'args' | 'target'>, m: Catalog): string {
  if (isResolved(target)) return action.title(m, target, args);
  const { incidentDatabase, incidentTarget } = target.scope;
  const own = action.needs[0] === 'databases' ? incidentDatabase : incidentTarget;
  const name = target.question.text ?? own?.name ?? '';
  return `${action.name} ${name}`.trim();
}

export interface Starting {
  readonly draft: Draft;
  readonly reply: Reply;
  readonly title: string;
  /** The target was worked out from a pod's name. */
  readonly guessed?: boolean;
  /** Asked for in the form of a refusal, which closes with it. */
  readonly over?: true;
}

/**
 * Authorizes from rows, notes that it was asked, and opens the form; the target is looked at after the acknowledgement, for
 * that may take longer than a trigger lives.
 */
export async function startDraft(deps: PipelineDeps, starting: Starting, handling: Handling): Promise<Answering> {
  const { tx, now, standing: rights, m } = handling;
  const { draft, reply } = starting;
  const checks = new Checks(handling.standingMs);
  const verdict = await checks.during(async () => {
    await auditDraft(tx, draft, { stage: 'asked', outcome: 'ok' }, now);
    return decide(WHEN_ASKED, { rights, wanted: draft.action });
  });
  if (!verdict.ok) {
    await auditRefusal(tx, draft, verdict.refusal, now);
    const words = wordRefusal(m, verdict.refusal, { verb: draft.action.name, whoMay: deps.whoMay });
    return { after: () => reply.private(messageOf(words)) };
  }
  return {
    open: loadingForm(m, starting.title),
    after: (signal, form) => planAndShow(deps, { ...starting, checks }, handling, signal, form),
  };
}

/** What fails in here is worded by the inbound module, into the same form. */
async function planAndShow(
  deps: PipelineDeps,
  { draft, reply, guessed, over, checks }: Starting & { readonly checks: Checks },
  { m, standing }: Pick<Handling, 'm' | 'standing'>,
  signal: AbortSignal,
  form: FormHandle | undefined,
): Promise<void> {
  const choice = openChoice(draft);
  if (choice) return offerChoice(deps, { draft, reply }, choice, m, signal, form);
  const planned = await planAction(deps, draft, standing, signal, checks);
  deps.onChecked?.('asked', checks);
  if (planned.kind === 'refused') {
    const words = wordRefusal(m, planned.refusal, { verb: draft.action.name, whoMay: deps.whoMay });
    const { again, refusal } = planned;
    const glass = again === undefined ? [] : [glassButton(m, { again, rule: refusal.rule })];
    const next = [...holderButtons(m, refusal, draft.origin), ...glass];
    return form ? form.update(refusalForm(m, words, next)) : reply.private(refusalMessage(words, next));
  }
  const shown = await previewOf(deps.db, deps, planned.row, draft.action, m);
  const preview = {
    ...shown,
    plan: planned.plan,
    guessed,
    over,
    pod: podTyped(draft, planned.plan.target.name),
  };
  return form ? form.update(confirmForm(m, preview)) : reply.private(continueMessage(m, preview));
}

/** The pod that was named, where the workload that it is of is meant. */
function podTyped({ action, target }: Draft, name: string): string | undefined {
  if (action.ofPods || isResolved(target)) return undefined;
  const typed = target.question.text?.split('/').at(-1);
  return typed?.toLowerCase().startsWith(`${name}-`) ? typed : undefined;
}
