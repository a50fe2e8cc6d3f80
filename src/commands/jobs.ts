import { z } from 'zod';
import { stampOf } from '../core/age.ts';
import { parseNumber } from '../core/ask/numbers.ts';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import { askCancel } from '../core/pipeline/cancel.ts';
import { wordCancel } from '../core/pipeline/clicks.ts';
import { jobByNumber, type ListedJob, listJobs } from '../core/pipeline/list.ts';
import { actionMessage } from '../core/pipeline/told.ts';
import { shortTarget } from '../core/target-words.ts';
import { type Block, messageOf } from '../domain/content.ts';
import { principalName } from '../domain/principal.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';

const Args = z.object({ what: z.string().optional(), number: z.string().optional() });

/** Jobs as they are, and the word that stops one: that changes only the job's own row, and its worker does the rest. */
export const query = defineQuery({
  name: 'jobs',
  positionals: [
    { name: 'what', optional: true },
    { name: 'number', optional: true },
  ],
  flags: [],
  args: Args,
  summary: (m) => m.job.summary,
  examples: ['jobs', 'jobs JOB-7', 'jobs cancel JOB-7'],
  role: 'viewer',
  needs: ['db'],

  answer({ what = 'list', number }, { db }, asked, m) {
    switch (what.toLowerCase()) {
      case 'list':
        return list(db, asked, m);
      case 'show':
        return number === undefined ? list(db, asked, m) : show(db, number, m);
      case 'cancel':
        return cancel(db, number, asked, m);
      default:
        return show(db, number === undefined ? what : `${what} ${number}`, m);
    }
  },
});

async function list(db: Db, { now }: Asked, m: Catalog): Promise<Answered> {
  const jobs = await listJobs(db);
  if (jobs.length === 0) return messageOf(m.job.none());
  const running = jobs.filter(({ job }) => !job.finished_at).length;
  const words = m.job.listed({ running, recent: jobs.length - running });
  const { number, what, target, state, by, since } = m.job.columns;
  const columns = [number, what, target, state, by, since];
  const table: Block = { kind: 'table', columns, rows: jobs.map((job) => rowOf(job, now, m)), more: 0 };
  return { text: words, blocks: [{ kind: 'text', text: words }, table] };
}

function rowOf({ job, verb, principal, targetKey }: ListedJob, now: Date, m: Catalog): readonly string[] {
  const state = job.cancel_requested_at && !job.finished_at ? m.job.cancelling : m.job.states[job.state];
  const since = stampOf(job.started_at ?? job.created_at, now);
  return [m.job.number(job.number), verb, shortTarget(targetKey), state, principalName(principal), since];
}

async function show(db: Db, typed: string, m: Catalog): Promise<Answered> {
  const number = jobNumber(typed);
  if (number === undefined) return messageOf(m.job.notANumber({ typed }));
  const found = await jobByNumber(db, number);
  if (!found) return messageOf(m.job.missing({ number }));
  const { action, job } = found;
  if (!action) return messageOf([`${m.job.number(job.number)} ${job.kind}: ${m.job.states[job.state]}`]);
  const title = `${action.verb} ${action.target.name}`;
  return actionMessage({ row: action, job, m, title, action: undefined, whoMay: () => [] });
}

async function cancel(db: Db, typed: string | undefined, asked: Asked, m: Catalog): Promise<Answered> {
  if (typed === undefined) return messageOf(m.job.whichOne());
  const number = jobNumber(typed);
  if (number === undefined) return messageOf(m.job.notANumber({ typed }));
  const { principal, role, origin, now } = asked;
  const outcome = await db.transaction().execute((tx) => askCancel(tx, { number }, { principal, role, origin }, now));
  return messageOf(wordCancel(m, outcome, number));
}

function jobNumber(typed: string): number | undefined {
  const found = parseNumber(typed, 'job');
  return found?.of === 'job' ? found.number : undefined;
}
