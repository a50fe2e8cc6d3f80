import { sql } from 'kysely';
import type { Db } from '../ports/database.ts';
import type { SendHeartbeat } from '../ports/heartbeat.ts';
import { CLASS } from './outbox/write.ts';
import { timeLimit } from './wake.ts';

/**
 * Hikeshi's own sign of life, outwards: whoever misses it knows that Hikeshi is dead. It is sent only while Hikeshi can do its work,
 * by whichever process moves the due time of its row, which also shows that the database takes writes.
 */

export interface HeartbeatParts {
  readonly db: Db;
  readonly now: Date;
  readonly everyMs: number;
  readonly send: SendHeartbeat;
  /** Ends the call with the process. */
  readonly signal: AbortSignal;
}

/**
 * What keeps Hikeshi from its work: no process takes alerts and presses; what people should be told has been due for long, and
 * nothing has got through since; steps of escalation are not taken.
 */
export const AILMENTS = ['no-web', 'outbox', 'escalation'] as const;
export type Ailment = (typeof AILMENTS)[number];

export type Heartbeat =
  | { readonly kind: 'not-due' }
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'withheld'; readonly ailment: Ailment };

/** Its row in `schedule_runs`. */
const RUN = 'heartbeat';
const CALL_WITHIN_MS = 10_000;
/** Web processes beat each 10 s. */
const WEB_WITHIN_MS = 45_000;
const LATE_MS = 5 * 60_000;

/** @throws what the store throws: then nothing is sent, and that is right */
export async function heartbeat(parts: HeartbeatParts): Promise<Heartbeat> {
  const { db, now } = parts;
  if (!(await claim(parts))) return { kind: 'not-due' };
  const ailment = await ailing(db, now);
  if (ailment) return note(db, now, { kind: 'withheld', ailment });
  const answer = await parts.send(timeLimit(CALL_WITHIN_MS, parts.signal));
  if (answer === 'ok') return note(db, now, { kind: 'sent' });
  if (parts.signal.aborted) return leave(db, now);
  return note(db, now, { kind: 'failed', code: answer.failed });
}

/** Why no heartbeat gets out, in a word; `undefined` while all is well. */
export async function heartbeatTrouble(db: Db): Promise<string | undefined> {
  const { rows } = await sql<{ outcome: string }>`
    select last_outcome as outcome from schedule_runs where name = ${RUN} and last_outcome <> 'ok'`.execute(db);
  return rows[0]?.outcome;
}

/** Config has none any more: its age is nobody's business. */
export async function forgetHeartbeat(db: Db): Promise<void> {
  await sql`delete from schedule_runs where name = ${RUN}`.execute(db);
}

/** A due time further ahead than it may be was written under another interval, or before the clock was moved back. */
async function claim({ db, now, everyMs }: HeartbeatParts): Promise<boolean> {
  const next = new Date(now.getTime() + everyMs);
  const { rows } = await sql`
    insert into schedule_runs as r (name, due_at)
    select ${RUN}, ${next}::timestamptz where not exists (
      select from schedule_runs where name = ${RUN} and due_at > ${now} and due_at <= ${next})
    on conflict (name) do update set due_at = excluded.due_at where r.due_at <= ${now} or r.due_at > ${next}
    returning r.name`.execute(db);
  return rows.length > 0;
}

/** Our own end cut it off: another process sends it at once. */
async function leave(db: Db, now: Date): Promise<Heartbeat> {
  await sql`update schedule_runs set due_at = ${now} where name = ${RUN}`.execute(db);
  return { kind: 'not-due' };
}

interface Signs {
  /** A web process has beaten lately. */
  readonly web: boolean;
  /** A step of escalation is late. */
  readonly late: boolean;
  /** When the newest of what people should long have been told was due. */
  readonly untold: Date | null;
}

async function ailing(db: Db, now: Date): Promise<Ailment | undefined> {
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  const untold = sql`class <= ${CLASS.new} and wanted_at < ${before(LATE_MS)}`;
  const { rows } = await sql<Signs>`
    select
      exists (select from beats where 'web' = any(roles) and beat_at >= ${before(WEB_WITHIN_MS)}) as web,
      exists (select from runs where state = 'running' and due_at < ${before(LATE_MS)}) as late,
      greatest(
        (select max(wanted_at) from outbox where state in ('pending', 'sending') and ${untold}),
        (select max(wanted_at) from outbox where state = 'failed' and ${untold})) as untold`.execute(db);
  const signs = rows[0]!;
  if (!signs.web) return 'no-web';
  if (signs.late) return 'escalation';
  return signs.untold && !(await deliveredSince(db, signs.untold)) ? 'outbox' : undefined;
}

/** Asked only when something has been due for long: one message that cannot be delivered is no sign of death, silence is. */
async function deliveredSince(db: Db, since: Date): Promise<boolean> {
  const { rows } = await sql`select 1 from outbox where sent_at > ${since} limit 1`.execute(db);
  return rows.length > 0;
}

async function note(db: Db, now: Date, outcome: Exclude<Heartbeat, { kind: 'not-due' }>): Promise<Heartbeat> {
  await sql`update schedule_runs set last_outcome = ${inWords(outcome)},
      last_run_at = case when ${outcome.kind === 'sent'}::boolean then ${now}::timestamptz else last_run_at end
    where name = ${RUN}`.execute(db);
  return outcome;
}

function inWords(outcome: Exclude<Heartbeat, { kind: 'not-due' }>): string {
  if (outcome.kind === 'sent') return 'ok';
  return outcome.kind === 'failed' ? `not taken: ${outcome.code}` : `withheld: ${outcome.ailment}`;
}
