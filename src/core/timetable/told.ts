import { Temporal } from 'temporal-polyfill';
import { type Block, type Message, messageOf, type Text } from '../../domain/content.ts';
import type { ActionPlan } from '../../domain/plan.ts';
import type { KeptTask, TaskEnd } from '../../domain/timed-task.ts';
import { type Catalog, sentences } from '../../messages/catalog.ts';
import type { Db } from '../../ports/database.ts';
import { sayButton } from '../ask/say.ts';
import type { Action } from '../define.ts';
import type { ShowSubject } from '../outbox/subjects.ts';
import { wordOutcome } from '../pipeline/outcome.ts';
import { leftToNewer, type Telling } from '../pipeline/telling.ts';
import { readAction } from '../pipeline/told.ts';
import { nameIn, whyNot } from '../pipeline/words.ts';
import { isNothing } from './nothing.ts';
import { loadRun, type RunRow } from './rows.ts';

/** It is no news that something began a little after its time. */
const LATE_MS = 90_000;

type TaskStanding = 'done' | 'under-way' | 'waits' | 'nothing' | 'not-done' | 'open';

const EMOJI: Readonly<Record<TaskStanding, string>> = {
  done: 'white_check_mark',
  'under-way': 'hourglass_flowing_sand',
  waits: 'raised_hand',
  nothing: 'heavy_minus_sign',
  'not-done': 'no_entry_sign',
  open: 'hourglass_flowing_sand',
};

/** One task as it stands, in words. */
interface ToldTask {
  readonly is: TaskStanding;
  readonly title: string;
  readonly status: Text;
  readonly warnings: readonly Text[];
}

/** The renderer of `timetable:<id>`: all that is done at one time in one message; each action has its own in the thread. */
export function showTimetableRun(telling: Telling): ShowSubject {
  return async (db, post) => {
    const run = await loadRun(db, Number(post.subject.slice('timetable:'.length))).catch(leftToNewer);
    if (!run) return undefined;
    // The message of a time that was skipped, of which that was taken back.
    const state = post.id === run.post_id ? run.state : 'kept';
    return runMessage(db, telling, { ...run, state }, sentences(post.language));
  };
}

async function runMessage(db: Db, telling: Telling, run: RunRow, m: Catalog): Promise<Message> {
  const words = m.timetable.post;
  const { entry: name, due_at: at, zone, environment, reason } = run;
  const about = { name, at: clockTime(at, zone), environment };
  const button: Block = { kind: 'buttons', buttons: [sayButton(m.timetable.what, 'timetable')] };
  if (run.state === 'missed')
    return messageOf(words.missed({ ...about, count: run.missed, tasks: wordsOf(run) }), button);
  if (run.state === 'skipped')
    return messageOf(words.skipped({ ...about, by: run.by ? nameIn(run.by) : 'Hikeshi', tasks: wordsOf(run) }), button);
  if (run.state === 'kept')
    return messageOf(words.kept({ ...about, by: run.by ? nameIn(run.by) : 'Hikeshi', tasks: wordsOf(run) }), button);
  const tasks: ToldTask[] = [];
  for (const task of run.tasks) tasks.push(await tellTask(db, telling, task, m));
  const headline = words.headline({ ...about, emoji: EMOJI[overall(tasks)] });
  const notes = [
    words.reason(reason),
    ...lateness(run, m),
    ...tasks.flatMap(({ warnings }) => warnings),
    ...(run.tasks.some(({ action }) => action !== undefined) ? [words.thread()] : []),
  ];
  return {
    text: words.lockScreen({ ...about, status: tasks.map(({ title, status }): Text => [title, ': ', ...status]) }),
    blocks: [
      { kind: 'text', text: headline },
      { kind: 'list', items: tasks.map((task) => words.task({ ...task, emoji: EMOJI[task.is] })) },
      { kind: 'context', lines: notes },
      button,
    ],
  };
}

const wordsOf = ({ tasks }: Pick<RunRow, 'tasks'>): readonly string[] => tasks.map(({ words }) => words);

/** The worst of them: what somebody should look at comes first. */
function overall(tasks: readonly ToldTask[]): TaskStanding {
  const order = ['not-done', 'waits', 'open', 'under-way', 'done'] as const;
  return order.find((one) => tasks.some(({ is }) => is === one)) ?? 'nothing';
}

function lateness({ due_at: due, begun_at: begun, missed }: RunRow, m: Catalog): readonly Text[] {
  const lateMs = begun ? begun.getTime() - due.getTime() : 0;
  return [
    ...(lateMs > LATE_MS ? [m.timetable.post.late({ lateMs })] : []),
    ...(missed > 0 ? [m.timetable.post.earlier({ count: missed })] : []),
  ];
}

async function tellTask(db: Db, telling: Telling, task: KeptTask, m: Catalog): Promise<ToldTask> {
  const action = telling.actions.get(task.verb);
  const title = action?.title(m, task.target, task.args) ?? task.words;
  const about = { title, warnings: [] };
  if (task.end) {
    const is = isNothing(task.end) ? 'nothing' : 'not-done';
    return { ...about, is, status: wordEnd(telling, task, task.end, m) };
  }
  if (task.action === undefined) return { ...about, is: 'open', status: wordOpen(telling, task, m) };
  return tellAction(db, telling, task.action, title, m);
}

function wordOpen(telling: Telling, task: KeptTask, m: Catalog): Text {
  const words = m.timetable.post;
  if (!task.waits) return words.open();
  if (task.waits.kind === 'away') return words.silent({ system: task.waits.cluster });
  return words.again({ why: wordEnd(telling, task, task.waits, m) });
}

function wordEnd({ whoMay }: Telling, { verb }: KeptTask, end: TaskEnd, m: Catalog): Text {
  switch (end.kind) {
    case 'too-late':
      return m.timetable.post.tooLate();
    case 'gone':
      return m.timetable.post.gone();
    case 'away':
      return m.timetable.post.away({ system: end.cluster });
    case 'error':
      return m.action.outcome.error(end);
    default:
      return whyNot({ m, verb, whoMay }, end);
  }
}

async function tellAction(db: Db, telling: Telling, id: string, otherwise: string, m: Catalog): Promise<ToldTask> {
  const known = await readAction(db, id).catch(leftToNewer);
  const words = m.timetable.post;
  if (!known) return { is: 'not-done', title: otherwise, status: m.action.refusal.missing(), warnings: [] };
  const { row, job, approval } = known;
  const action = telling.actions.get(row.verb);
  const title = action?.title(m, row.target, row.args) ?? otherwise;
  const about = { title, warnings: warned(action, row.plan, m) };
  if (!job) {
    const asked = { approval: approval?.number ?? 0 };
    if (approval?.state === 'asked') return { ...about, is: 'waits', status: words.waits(asked) };
    return { ...about, is: 'not-done', status: words.notApproved(asked) };
  }
  if (!row.outcome) return { ...about, is: 'under-way', status: words.underWay({ job: job.number }) };
  const [status = []] = wordOutcome({ row, job, m, title, action, approval, whoMay: telling.whoMay }, row.outcome);
  return { ...about, is: row.outcome.kind === 'healthy' ? 'done' : 'not-done', status };
}

/** What a preview would have warned of. */
function warned(action: Action | undefined, plan: ActionPlan | null, m: Catalog): readonly Text[] {
  if (!plan) return [];
  const own = action?.warnings?.(m, plan) ?? [];
  return plan.warnings.length > 0 ? [...own, m.action.form.warnings(plan.warnings)] : own;
}

/** `20:00`, as the clock of its zone shows it. */
export function clockTime(at: Date, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString()
    .slice(0, 5);
}

/** `11-24 20:00`, likewise. */
export function dayTime(at: Date, zone: string): string {
  const day = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  return `${day.toString().slice(5)} ${clockTime(at, zone)}`;
}
