import type { Button, Text } from '../../../domain/content.ts';
import { UserError } from '../../../domain/errors.ts';
import type { ActionPlan } from '../../../domain/plan.ts';
import { isEnd, type Term, type TermEnd, type TermQuestion } from '../../../domain/term.ts';
import type { Catalog } from '../../../messages/catalog.ts';
import { wordUserError } from '../../../messages/user-error.ts';
import type { Action } from '../../define.ts';
import type { PipelineDeps } from '../deps.ts';
import { TERM_BUTTON } from '../forms.ts';
import { planOf } from '../records.ts';
import { nameIn, whyNot, wordRefusal } from '../words.ts';
import type { TermChanged } from './change.ts';
import type { TermView } from './rows.ts';

/** `back to 3`; empty where this program does not know the verb. */
export function backOf(m: Catalog, action: Action | undefined, plan: ActionPlan): string {
  return action?.undo?.(plan).back(m) ?? '';
}

/** What happens in the end, before anything has begun. */
export function wordTermAsked(m: Catalog, { lastsMs, how }: Term, back: string): Text {
  return m.term.planned[how]({ lasts: lastsMs, back });
}

/** Where it stands, in a line of the action's post. */
export function wordTerm(m: Catalog, { term, undoJob }: TermView, back: string): Text | undefined {
  const words = m.term.line;
  switch (term.state) {
    case 'running':
      return term.due_at === null ? undefined : words[term.how]({ until: term.due_at, back });
    case 'asked':
      return words.asked({ lasts: term.lasts_ms });
    case 'taking':
      return words.taking({ job: undoJob });
    case 'ended':
      return term.note && isEnd(term.note) ? wordEnd(m, term.note) : undefined;
  }
}

/** `undefined`: nothing that would not be said already. */
export function wordEnd(m: Catalog, end: TermEnd): Text | undefined {
  const words = m.term.ended;
  switch (end.kind) {
    case 'taken-back':
      return words['taken-back']({ job: end.job });
    case 'kept':
      return words.kept({ by: nameIn(end.by) });
    case 'changed':
      return words.changed();
    case 'impossible':
      return words.impossible({ why: wordUserError(m, new UserError(end.code, end.params)) });
    case 'void':
      return undefined;
  }
}

export function wordQuestion(
  m: Catalog,
  why: TermQuestion,
  about: { readonly verb: string; readonly whoMay: PipelineDeps['whoMay'] },
): Text {
  const words = m.term.why;
  switch (why.kind) {
    case 'time-up':
      return words['time-up']();
    case 'refused':
      return words.refused({ why: wordRefusal(m, why.refusal, about) });
    case 'away':
      return words.away({ system: why.cluster });
    case 'stopped':
      return words.refused({ why: whyNot({ m, ...about }, why.outcome) });
    case 'fault':
      return words.refused({ why: m.ops.broken({ id: why.id }) });
    case 'not-approved':
      return words['not-approved']();
    case 'not-done':
      return words['not-done']({ job: why.job });
  }
}

/** While nobody has decided: keep it, or as long again, counted from the end that is shown beside it. */
export function termButtons(m: Catalog, { term }: TermView): readonly Button[] {
  if (term.state !== 'running' && term.state !== 'asked') return [];
  const due = term.due_at;
  const carries = { v: 1, term: term.action_id };
  return [
    { id: TERM_BUTTON, label: m.term.keep, carries: { ...carries, say: 'keep' } },
    {
      id: TERM_BUTTON,
      label: m.term.more({ lasts: term.lasts_ms }),
      carries: { ...carries, say: 'more', ...(due && { due: due.getTime() }) },
    },
  ];
}

/** What became of a wish to keep or prolong it. */
export function wordTermChanged(
  m: Catalog,
  changed: TermChanged,
  { actions, whoMay }: Pick<PipelineDeps, 'actions' | 'whoMay'>,
): Text {
  const words = m.term.changed;
  switch (changed.kind) {
    case 'missing':
      return words.missing();
    case 'kept':
      return words.kept();
    case 'extended':
      return words.extended({ until: changed.until });
    case 'refused':
      return wordRefusal(m, changed.refusal, { verb: changed.row.verb, whoMay });
    case 'late': {
      const { term, row } = changed;
      if (term.state === 'running' && term.due_at) return words.extended({ until: term.due_at });
      const back = backOf(m, actions.get(row.verb), planOf(row));
      return wordTerm(m, { term, undoJob: undefined }, back) ?? words.missing();
    }
  }
}
