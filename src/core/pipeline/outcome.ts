import { cut, type Text } from '../../domain/content.ts';
import type { ActionOutcome, Problems } from '../../domain/plan.ts';
import { isDatabase } from '../../domain/workload.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { Action } from '../define.ts';
import type { JobRow } from '../jobs/rows.ts';
import type { ApprovalRow } from './approvals.ts';
import type { PipelineDeps } from './deps.ts';
import { lookLine } from './look.ts';
import type { ActionRow } from './records.ts';
import type { TermView } from './term/rows.ts';
import { nameIn, whyNot } from './words.ts';

/** An action as it shows itself: rows, and words for them. */
export interface View {
  readonly row: ActionRow;
  readonly job: JobRow;
  readonly m: Catalog;
  readonly title: string;
  /** Absent: this version has none by that verb. */
  readonly action: Action | undefined;
  /** Of a second person, where one was asked. */
  readonly approval?: ApprovalRow | undefined;
  /** Where it stands with its time, once that runs. */
  readonly term?: TermView | undefined;
  readonly whoMay: PipelineDeps['whoMay'];
}

/** With headline, author, result and next step that makes five lines. */
const PROBLEMS_SHOWN = 1;
const MESSAGE_SHOWN = 120;

/** How it ended, in words, and the next step: at most three lines. */
export function wordOutcome(view: View, outcome: ActionOutcome): readonly Text[] {
  const { m, row } = view;
  const words = m.action.outcome;
  const fresh = waitsForNew(view.action);
  const look = lookLine(m, row, outcome);
  if (isDatabase(row.target) && 'of' in outcome) return wordSessions(m, outcome, look);
  switch (outcome.kind) {
    case 'healthy':
      // Those that a rollback found running what it went back to have stayed.
      return [words.healthy({ of: outcome.of, took: took(view), fresh: view.action?.replacesPods === 'all' })];
    case 'unhealthy':
      return [words.unhealthy({ ...outcome, fresh }), ...problems(m, outcome.problems), ...look];
    case 'late':
      return [words.late({ ...outcome, took: took(view), fresh }), ...problems(m, outcome.problems), ...look];
    case 'gone':
      return [words.gone(), ...look];
    case 'overruled':
      return [changesTemplate(row) ? words.overruledTemplate() : words.overruled(outcome), ...look];
    case 'changed':
      return [
        outcome.by ? words.changedBy({ ...outcome.by, by: nameIn(outcome.by.by) }) : words.changed(),
        m.action.next.again(m.action.post.again),
      ];
    case 'not-done':
      return [words['not-done'](), m.action.next.tryAgain(m.action.post.tryAgain)];
    case 'away':
      return [
        words.away({ system: outcome.cluster, since: new Date(outcome.since) }),
        m.action.next.tryAgain(m.action.post.tryAgain),
      ];
    case 'refused':
    case 'rejected':
    case 'rejected-by-database':
    case 'impossible':
      return [words.nothingDone(whyNot({ ...view, verb: row.verb }, outcome))];
    case 'cancelled': {
      const by = nameIn(outcome.by);
      return outcome.executed ? [words.cancelledAfter({ by }), ...look] : [words.cancelledBefore({ by })];
    }
    case 'unknown':
      return unknown(view, outcome);
    case 'error':
      return [
        words.error(outcome),
        ...(outcome.executed ? [m.action.next.lookForRun({ target: row.target, run: row.id })] : []),
      ];
  }
}

/** What is counted until it is healthy; an action that this version does not have counts what is ready. */
export function waitsForNew(action: Action | undefined): boolean {
  return action !== undefined && action.replacesPods !== 'none';
}

/** What became of sessions that were ended: one that has gone on with its work meanwhile is left alone. */
function wordSessions(
  m: Catalog,
  { kind, done, of }: Extract<ActionOutcome, { readonly of: number }>,
  look: readonly Text[],
): readonly Text[] {
  return kind === 'healthy' ? [m.pg.act.ended({ done, of })] : [m.pg.act.late({ done, of }), ...look];
}

/** By its plan: whoever lists jobs has no action at hand. */
function changesTemplate({ plan }: ActionRow): boolean {
  return plan !== null && 'templateHash' in plan.touches;
}

function unknown({ m, row }: View, outcome: Extract<ActionOutcome, { readonly kind: 'unknown' }>): readonly Text[] {
  const words = m.action.outcome;
  if (outcome.executed === 'yes') return [words.unknownYes({ why: outcome.why }), ...lookLine(m, row, outcome)];
  const why = outcome.why === 'probe' ? words.probe : outcome.why;
  return [words.unknownPerhaps({ why }), m.action.next.lookForRun({ target: row.target, run: row.id })];
}

function problems(m: Catalog, all: Problems): readonly Text[] {
  const words = m.action.outcome;
  const shown = all
    .slice(0, PROBLEMS_SHOWN)
    .map((p): Text => words.problem({ ...p, message: cut(p.message, MESSAGE_SHOWN) }));
  const more = all.length - shown.length;
  const last = shown.at(-1);
  return more > 0 && last ? [...shown.slice(0, -1), [...last, ', ', ...words.moreProblems(more)]] : shown;
}

/** From when it was watched until it ended. */
function took({ job, row, m }: View): string {
  const progress = job.progress;
  const from = progress.since === undefined ? job.created_at.getTime() : Date.parse(progress.since);
  const until = (row.finished_at ?? job.finished_at)?.getTime() ?? from;
  return m.action.seconds(Math.max(0, Math.round((until - from) / 1_000)));
}
