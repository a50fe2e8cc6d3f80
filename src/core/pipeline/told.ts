import { type Block, type Button, cut, type Message, type Text } from '../../domain/content.ts';
import type { ActionOutcome, JobProgress } from '../../domain/plan.ts';
import { type ActionTarget, isDatabase, targetKey } from '../../domain/workload.ts';
import { type Catalog, sentences } from '../../messages/catalog.ts';
import type { Db } from '../../ports/database.ts';
import { sayButton } from '../ask/say.ts';
import { assertKnown } from '../newer.ts';
import type { PostToShow, ShowSubject } from '../outbox/subjects.ts';
import { approvalMessage, REASON_SHOWN } from './approval-post.ts';
import { type ApprovalRow, approvalOf } from './approvals.ts';
import { ACTION_JOB_V } from './begin-job.ts';
import { stoppable } from './cancel.ts';
import { lately, latelyLines } from './lately.ts';
import { lookButtons } from './look.ts';
import { type View, waitsForNew, wordOutcome } from './outcome.ts';
import { type ActionRow, loadAction } from './records.ts';
import { leftToNewer, type Telling } from './telling.ts';
import { type TermView, viewTerm } from './term/rows.ts';
import { backOf, termButtons, wordTerm, wordTermAsked } from './term/words.ts';
import { nameIn } from './words.ts';

/** The renderer of `action:<uuid>`. Everything in five lines: what, who, how it goes, why, what next. */
export function showActionPost(telling: Telling): ShowSubject {
  return async (db: Db, post: PostToShow, now: Date) => {
    const known = await readAction(db, post.subject.slice('action:'.length)).catch(leftToNewer);
    if (!known) return undefined;
    const { row, job, approval, term } = known;
    const m = sentences(post.language);
    const action = telling.actions.get(row.verb);
    const title = action?.title(m, row.target, row.args) ?? row.verb;
    if (!job) {
      if (!approval) return undefined;
      const beside = latelyLines(m, approval.state === 'asked' ? await lately(db, row, now) : {}, now);
      return approvalMessage({ row, approval, m, title, action, whoMay: telling.whoMay, lately: beside });
    }
    return actionMessage({ row, job, approval, term, m, now, title, action, whoMay: telling.whoMay });
  };
}

interface Rows {
  readonly row: ActionRow;
  readonly job?: View['job'];
  readonly approval?: ApprovalRow;
  readonly term?: TermView;
}

/** An action with all that is told of it. @throws NewerVersion */
export async function readAction(db: Db, id: string): Promise<Rows | undefined> {
  const row = await loadAction(db, id);
  if (!row) return undefined;
  const job = await db.selectFrom('jobs').selectAll().where('action_id', '=', row.id).executeTakeFirst();
  if (job) assertKnown(`JOB-${job.number}`, job.v, ACTION_JOB_V);
  const approval = await approvalOf(db, row);
  const term = job && (await viewTerm(db, row.id));
  return { row, ...(job && { job }), ...(approval && { approval }), ...(term && { term }) };
}

/** While it runs, its time is shown as of `now`. */
type Showing = View & { readonly now: Date };

/** An action while it runs and once it has ended. */
export function actionMessage(view: Showing): Message {
  const { row, job, m, title } = view;
  const words = m.action.post;
  const outcome = row.outcome ?? undefined;
  const [status, ...rest] = outcome ? wordOutcome(view, outcome) : wordProgress(view);
  const more = [...rest, ...termLines(view)];
  const approver = view.approval?.decided_by;
  const by = {
    by: nameIn(row.principal),
    at: row.confirmed_at ?? row.created_at,
    job: job.number,
    ...(approver && { approver: nameIn(approver) }),
    ...(row.origin.kind === 'timer' && { timer: true }),
  };
  const buttons = outcome ? afterButtons(view, outcome) : whileButtons(view);
  const emoji = emojiOf(outcome);
  return {
    text: words.lockScreen({ title, target: row.target_key, status: status ?? [], job: job.number }),
    blocks: [
      { kind: 'text', text: words.headline({ emoji, title, target: row.target_key }) },
      { kind: 'context', lines: [words.by({ ...by, ...(row.reason && { reason: cut(row.reason, REASON_SHOWN) }) })] },
      { kind: 'text', text: status ?? [] },
      ...(more.length > 0 ? [{ kind: 'context' as const, lines: more }] : []),
      ...(buttons.length > 0 ? [{ kind: 'buttons' as const, buttons } satisfies Block] : []),
    ],
  };
}

/** When it goes back, or that it is asked: beside how it goes. */
function termLines({ row, term, m, action }: View): readonly Text[] {
  if (!row.plan || !row.term) return [];
  const back = backOf(m, action, row.plan);
  const words = term ? wordTerm(m, term, back) : !row.outcome && wordTermAsked(m, row.term, back);
  return words ? [words] : [];
}

function emojiOf(outcome: ActionOutcome | undefined): string {
  switch (outcome?.kind) {
    case undefined:
      return 'hourglass_flowing_sand';
    case 'healthy':
      return 'white_check_mark';
    case 'unhealthy':
    case 'late':
    case 'gone':
    case 'overruled':
      return 'x';
    case 'unknown':
      return 'grey_question';
    default:
      return 'no_entry_sign';
  }
}

// ------------------------------------------------------------------------------------------------ while it runs

/** How it goes, then why it does not go faster. At most three lines. */
function wordProgress(view: Showing): readonly Text[] {
  const { job, m } = view;
  const by = job.cancel_requested_by;
  return [...stageLines(view), ...(by ? [m.action.post.cancelling({ by: nameIn(by), stops: stoppable(job) })] : [])];
}

function stageLines({ job, row, m, action, now }: Showing): readonly Text[] {
  const words = m.action.post;
  const progress = job.progress;
  const since = new Date(progress.since ?? job.created_at);
  const away = progress.awaySince && { system: progress.away ?? '', since: new Date(progress.awaySince) };
  if (job.state === 'queued') return [words.queued({ since })];
  if (!job.executed && progress.waitsFor !== undefined && !away) {
    const { environment } = row.target;
    return [words.turn({ environment, running: progress.waitsFor, since })];
  }
  if (!job.executed) return [away ? words.awayBefore(away) : words.checking()];
  if (job.state !== 'watching') return [away ? words.doubt(away) : words.executing()];
  const { done, of, reason, quota, usualMs } = progress;
  const inWords = (ms: number): string => m.action.seconds(Math.max(0, Math.round(ms / 1_000)));
  const time = {
    since,
    elapsed: inWords(now.getTime() - since.getTime()),
    usual: usualMs === undefined ? undefined : inWords(usualMs),
    long: isLong(progress, now),
  };
  const status =
    done === undefined || of === undefined
      ? words.started(time)
      : words.watching({ bar: bar(done, of), done, of, ...time, fresh: waitsForNew(action) });
  return [
    status,
    ...(away ? [words.awayWatching(away)] : reason ? [words.keeps({ reason: cut(reason, REASON_SHOWN), quota })] : []),
  ];
}

/** Where nobody knows how long it takes, longer than this is long; so short a time never is. */
const LONG_MS = 2 * 60_000;
const SHORT_MS = 60_000;

/** It takes so much longer than usual that one had better look why. */
function isLong({ since, usualMs }: JobProgress, now: Date): boolean {
  if (since === undefined) return false;
  const bound = usualMs === undefined ? LONG_MS : Math.max(SHORT_MS, 2 * usualMs);
  return now.getTime() - Date.parse(since) > bound;
}

const BAR = 10;

/** `▰▰▰▱▱▱▱▱▱▱` */
export function bar(done: number, of: number): string {
  const full = of > 0 ? Math.min(BAR, Math.floor((done / of) * BAR)) : BAR;
  return '▰'.repeat(full) + '▱'.repeat(BAR - full);
}

function whileButtons(view: Showing): readonly Button[] {
  const { job, m, now } = view;
  const stands = isLong(job.progress, now) || job.progress.quota !== undefined;
  const look = job.state === 'watching' && stands ? whyButtons(m, view.row.target) : [];
  if (job.cancel_requested_at) return look;
  const words = m.action.post;
  const label = job.executed ? words.stopWatching : words.cancel;
  return [...look, { id: 'job-cancel', label, carries: { v: 1, job: job.id } }];
}

function whyButtons(m: Catalog, target: ActionTarget): readonly Button[] {
  return isDatabase(target) ? [] : [sayButton(m.list.next.why(target), `why ${targetKey(target)}`)];
}

// ------------------------------------------------------------------------------------------------ when it has ended

/** Where pressing once more makes sense, or taking it back, it is a new plan with a new yes. */
function afterButtons(view: View, outcome: ActionOutcome): readonly Button[] {
  const { row, m } = view;
  const words = m.action.post;
  const carries = { v: 1, again: row.id };
  const look = lookButtons(m, row, outcome);
  switch (outcome.kind) {
    case 'healthy':
      return undoButtons(view);
    case 'unhealthy':
    case 'late':
      return [...look, ...mendButtons(view), ...undoButtons(view)];
    case 'cancelled':
    case 'unknown':
      return outcome.executed === false ? [] : [...look, ...undoButtons(view)];
    case 'changed':
      return [{ id: 'action', label: words.again, carries }];
    case 'not-done':
    case 'away':
    case 'refused':
    case 'rejected':
      return [{ id: 'action', label: words.tryAgain, carries }];
    default:
      return look;
  }
}

/** What comes next where its pods do not get well, beside the cause. What can only be waited for again is asked for again. */
function mendButtons({ row, m, action }: View): readonly Button[] {
  const { target, verb } = row;
  if (isDatabase(target)) return [];
  const key = targetKey(target);
  const again = action?.replacesPods === 'all' && !action.undo;
  return [
    ...(verb === 'rollback' ? [] : [sayButton(m.why.buttons.rollback, `rollback ${key}`)]),
    ...(again ? [{ id: 'action', label: m.action.post.tryAgain, carries: { v: 1, again: row.id } }] : []),
  ];
}

/** Not once it has been taken back, or is being. */
function undoButtons({ row, m, action, term }: View): readonly Button[] {
  const done = term?.term.state === 'taking' || term?.term.note?.kind === 'taken-back';
  if (!action?.undo || done) return [];
  const undo: Button = { id: 'action', label: m.action.post.undo, carries: { v: 1, undo: row.id } };
  return [undo, ...(term ? termButtons(m, term) : [])];
}
