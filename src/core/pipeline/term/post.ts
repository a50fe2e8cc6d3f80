import { type Block, type Button, type Message, messageOf, type Text } from '../../../domain/content.ts';
import { isEnd } from '../../../domain/term.ts';
import { type Catalog, sentences } from '../../../messages/catalog.ts';
import type { Action } from '../../define.ts';
import type { ShowSubject } from '../../outbox/subjects.ts';
import { jobOf } from '../begin-job.ts';
import { type ActionRow, loadAction, planOf } from '../records.ts';
import { leftToNewer, type Telling } from '../telling.ts';
import { whoIs } from '../words.ts';
import { type TermView, viewTerm } from './rows.ts';
import { backOf, termButtons, wordEnd, wordQuestion } from './words.ts';

/** The renderer of `term:<action>`: the time is up, and what is to be done. */
export function showTermPost(telling: Telling): ShowSubject {
  return async (db, post) => {
    const id = post.subject.slice('term:'.length);
    const row = await loadAction(db, id).catch(leftToNewer);
    const view = row && (await viewTerm(db, id).catch(leftToNewer));
    if (!row || !view) return undefined;
    const job = await jobOf(db, id);
    return termMessage(telling, { row, view, job: job?.number ?? 0, m: sentences(post.language) });
  };
}

interface Shown {
  readonly row: ActionRow;
  readonly view: TermView;
  readonly job: number;
  readonly m: Catalog;
}

function termMessage(telling: Telling, { row, view, job, m }: Shown): Message {
  const action = telling.actions.get(row.verb);
  const title = action?.title(m, row.target, row.args) ?? row.verb;
  const lasts = view.term.lasts_ms;
  const headline = m.term.over({ by: whoIs(row.principal), title, target: row.target_key, job, lasts });
  const lines = statusOf(telling, { row, view, job, m }, action);
  const buttons = buttonsOf(m, view, action);
  return messageOf(
    headline,
    ...lines.map((text): Block => ({ kind: 'text', text })),
    ...(buttons.length > 0 ? [{ kind: 'buttons' as const, buttons }] : []),
  );
}

function statusOf(telling: Telling, { row, view, m }: Shown, action: Action | undefined): readonly Text[] {
  const { term, undoJob } = view;
  switch (term.state) {
    case 'asked': {
      const about = { verb: row.verb, whoMay: telling.whoMay };
      const why = term.note && !isEnd(term.note) ? [wordQuestion(m, term.note, about)] : [];
      return [...why, m.term.question({ back: backOf(m, action, planOf(row)) })];
    }
    case 'running':
      return term.due_at === null ? [] : [m.term.changed.extended({ until: term.due_at })];
    case 'taking':
      return [m.term.line.taking({ job: undoJob })];
    case 'ended': {
      const words = term.note && isEnd(term.note) ? wordEnd(m, term.note) : undefined;
      return words ? [words] : [];
    }
  }
}

/** Taking back is an undo like any other. After somebody else's change there is a look at what it would do now. */
function buttonsOf(m: Catalog, view: TermView, action: Action | undefined): readonly Button[] {
  const { state, note, action_id: undo } = view.term;
  if (!action?.undo) return [];
  if (state === 'asked') {
    return [
      { id: 'action', label: m.term.takeBack, style: 'primary', carries: { v: 1, undo } },
      ...termButtons(m, view),
    ];
  }
  const changed = state === 'ended' && note?.kind === 'changed';
  return changed ? [{ id: 'action', label: m.term.anyway, carries: { v: 1, undo, anyway: true } }] : [];
}
