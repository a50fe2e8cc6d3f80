import { z } from 'zod';
import { stampOf } from '../core/age.ts';
import { lastsTyped } from '../core/ask/lasts.ts';
import { parseNumber } from '../core/ask/numbers.ts';
import { sayButton } from '../core/ask/say.ts';
import { type Answered, type Asked, defineQuery, type Resources, type Role } from '../core/define.ts';
import { nearest } from '../core/nearest.ts';
import { askCancel } from '../core/pipeline/cancel.ts';
import { wordCancel } from '../core/pipeline/clicks.ts';
import { jobByNumber, type ListedJob, listJobs } from '../core/pipeline/list.ts';
import { isNotMade } from '../core/pipeline/past.ts';
import type { ActionRow } from '../core/pipeline/records.ts';
import { changeTerm, type TermWish } from '../core/pipeline/term/change.ts';
import { wordTermChanged } from '../core/pipeline/term/words.ts';
import { actionMessage, readAction } from '../core/pipeline/told.ts';
import type { RightsBook } from '../core/rights/book.ts';
import { whoMay } from '../core/rights/may.ts';
import { shortTarget } from '../core/target-words.ts';
import { type Block, type Inline, messageOf } from '../domain/content.ts';
import { principalName } from '../domain/principal.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import type { Db } from '../ports/database.ts';

type Needed = Pick<Resources, 'db' | 'rights' | 'actions'>;

const Args = z.object({ what: z.string().optional(), number: z.string().optional(), time: z.string().optional() });

/** Jobs as they are, and words that stop one, or keep what one has changed for a while: all in rows, workers do the rest. */
export const query = defineQuery({
  name: 'jobs',
  positionals: [
    { name: 'what', optional: true },
    { name: 'number', optional: true },
    { name: 'time', optional: true },
  ],
  flags: [],
  args: Args,
  summary: (m) => m.job.summary,
  examples: ['jobs', 'jobs JOB-7', 'jobs cancel JOB-7', 'jobs retry JOB-7', 'jobs keep JOB-7', 'jobs extend JOB-7 2h'],
  role: 'viewer',
  // What was done is told where it was done.
  isPrivate: ({ what }) => /^(cancel|retry|keep|extend)$/i.test(what ?? ''),
  needs: ['db', 'rights', 'actions'],

  answer({ what = 'list', number, time }, { db, rights, actions }, asked, m) {
    switch (what.toLowerCase()) {
      case 'list':
        return list(db, asked, m);
      case 'show':
        return number === undefined ? list(db, asked, m) : show({ db, rights, actions }, number, asked, m);
      case 'cancel':
        return cancel(db, number, asked, m);
      case 'retry':
        return retry(db, number, m);
      case 'keep':
        return change({ db, rights, actions }, { number, wish: { say: 'keep' } }, asked, m);
      case 'extend':
        return change({ db, rights, actions }, { number, wish: longer(time) }, asked, m);
      default:
        if (number !== undefined && parseNumber(`${what} ${number}`)?.of !== 'job') throw unknownWord(what);
        return show({ db, rights, actions }, number === undefined ? what : `${what} ${number}`, asked, m);
    }
  },
});

function unknownWord(what: string): Error {
  const near = nearest(what.toLowerCase(), ['cancel', 'retry', 'keep', 'extend', 'show', 'list']);
  return userError('no-such-verb', { verb: `jobs ${what}`, near: near.map((word) => `jobs ${word}`) });
}

async function list(db: Db, { now }: Asked, m: Catalog): Promise<Answered> {
  const jobs = await listJobs(db);
  if (jobs.length === 0) return messageOf(m.job.none());
  const running = jobs.filter(({ job }) => !job.finished_at).length;
  const words = m.job.listed({ running, recent: jobs.length - running });
  const { number, what, target, state, by, since } = m.job.columns;
  const columns = [number, what, target, state, by, since];
  const table: Block = { kind: 'table', columns, rows: jobs.map((job) => rowOf(job, now, m)), more: 0 };
  return messageOf(words, table);
}

function rowOf(listed: ListedJob, now: Date, m: Catalog): readonly string[] {
  const { job, verb, principal, targetKey } = listed;
  const since = stampOf(job.started_at ?? job.created_at, now);
  const state = stateOf(listed, now, m);
  return [m.job.number(job.number), verb, shortTarget(targetKey), state, principalName(principal), since];
}

/** What changes something for a while is not over when it is done. */
function stateOf({ job, action, term }: ListedJob, now: Date, m: Catalog): string {
  if (job.cancel_requested_at && !job.finished_at) return m.job.cancelling;
  const state = m.job.states[endedAs(action) ?? job.state];
  if (!job.finished_at || !term) return state;
  return term.due_at ? `${state}, ${m.job.until({ at: stampOf(term.due_at, now) })}` : `${state}, ${m.job.timeUp}`;
}

/** What its job's state leaves open: whether anything was changed. */
function endedAs(action: ActionRow | undefined): 'not-done' | 'unwatched' | undefined {
  const outcome = action?.outcome;
  if (!outcome) return undefined;
  if (outcome.kind === 'cancelled' && outcome.executed) return 'unwatched';
  return isNotMade(outcome) ? 'not-done' : undefined;
}

async function show({ db, rights, actions }: Needed, typed: string, { now }: Asked, m: Catalog): Promise<Answered> {
  const number = jobNumber(typed);
  if (number === undefined) return messageOf(m.job.notANumber({ typed }), ...podsInstead(typed, m));
  const found = await jobByNumber(db, number);
  if (!found) return messageOf(m.job.missing({ number }));
  const { action, job } = found;
  if (!action) return messageOf([`${m.job.number(job.number)} ${job.kind}: ${m.job.states[job.state]}`]);
  const known = actions.get(action.verb);
  const title = known?.title(m, action.target, action.args) ?? `${action.verb} ${action.target.name}`;
  const told = await readAction(db, action.id);
  return actionMessage({ ...told, row: action, job, m, now, title, action: known, whoMay: whoMayBy(rights) });
}

/** A name may be that of a Job of Kubernetes, or of what one of ours was about. */
function podsInstead(typed: string, m: Catalog): readonly Block[] {
  if (!/^[a-z0-9]([-a-z0-9./]*[a-z0-9])?$/.test(typed)) return [];
  const pods = sayButton(m.list.next.pods({ name: typed }), `pods ${typed}`);
  return [{ kind: 'buttons', buttons: [pods, sayButton('jobs', 'jobs')] }];
}

async function cancel(db: Db, typed: string | undefined, asked: Asked, m: Catalog): Promise<Answered> {
  if (typed === undefined) return messageOf(m.job.whichOne());
  const number = jobNumber(typed);
  if (number === undefined) return messageOf(m.job.notANumber({ typed }));
  const { principal, role, origin, now } = asked;
  const outcome = await db.transaction().execute((tx) => askCancel(tx, { number }, { principal, role, origin }, now));
  return messageOf(wordCancel(m, outcome, number));
}

/** A retry is a new plan with a new yes, whatever came of the first: what holds by now is looked at. */
async function retry(db: Db, typed: string | undefined, m: Catalog): Promise<Answered> {
  if (typed === undefined) return messageOf(m.job.whichToRetry());
  const number = jobNumber(typed);
  if (number === undefined) return messageOf(m.job.notANumber({ typed }));
  const found = await jobByNumber(db, number);
  if (!found) return messageOf(m.job.missing({ number }));
  if (!found.job.finished_at) return messageOf(m.job.retry.running({ number }));
  const { action, verb } = found;
  if (!action) return messageOf(m.job.retry.impossible({ number }));
  const carries = { v: 1, again: action.id };
  const said = m.job.retry.ready({ number, what: verb, target: action.target_key });
  return messageOf(said, { kind: 'buttons', buttons: [{ id: 'action', label: m.action.post.again, carries }] });
}

function longer(time: string | undefined): TermWish {
  return time === undefined ? { say: 'more' } : { say: 'more', ms: lastsTyped(time) };
}

/** Keeps what a job has changed for a while, for good or for longer. */
async function change(
  { db, rights, actions }: Needed,
  { number: typed, wish }: { readonly number: string | undefined; readonly wish: TermWish },
  { principal, origin, now }: Asked,
  m: Catalog,
): Promise<Answered> {
  if (typed === undefined) return messageOf(m.job.whichOne());
  const number = jobNumber(typed);
  if (number === undefined) return messageOf(m.job.notANumber({ typed }));
  const found = await jobByNumber(db, number);
  if (!found) return messageOf(m.job.missing({ number }));
  if (!found.action) return messageOf(m.term.changed.missing());
  const { id } = found.action;
  const wanted = (verb: string) => rights.commands.get(verb);
  const by = { principal, origin, wanted, rights: await rights.standingOf(principal, now) };
  const changed = await db.transaction().execute((tx) => changeTerm(tx, rights, { actionId: id, wish }, by, now));
  return messageOf(wordTermChanged(m, changed, { actions, whoMay: whoMayBy(rights) }));
}

function whoMayBy(rights: RightsBook): (needed: Role | 'approver') => readonly Inline[] {
  return (needed) => whoMay(rights.roles(), needed);
}

function jobNumber(typed: string): number | undefined {
  const found = parseNumber(typed, 'job');
  return found?.of === 'job' ? found.number : undefined;
}
