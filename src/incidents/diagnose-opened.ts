import { sql } from 'kysely';
import { QUERY_LIMIT_MS } from '../core/define.ts';
import { CLASS } from '../core/outbox/write.ts';
import { namesCause } from '../core/pg/diagnose.ts';
import { insertion, type Write } from '../core/records.ts';
import { type DatabaseNames, databaseOf } from '../domain/database-labels.ts';
import { UserError } from '../domain/errors.ts';
import { incidentSubject } from '../domain/incident.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { ActionTarget } from '../domain/workload.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { Db } from '../ports/database.ts';
import { PostgresError } from '../ports/postgres.ts';
import { DIAGNOSED, diagnosable, type Found, found, tell } from './diagnose.ts';
import type { ClickParts } from './press.ts';
import { type IncidentRow, loadRow } from './records.ts';
import type { Changed } from './save.ts';

/**
 * What Diagnose finds, by itself when an incident opens: once, in its thread, calling nobody, and only what names a cause. It comes after the
 * post and never instead of it: a row that is written when the incident is, and looked at afterwards by whichever worker has time.
 */

/** What is over at once is not looked at, and what has just broken has had time to say why. */
const AFTER_MS = 10_000;
/** Later, somebody is at it, and a button is there. */
const LATE_MS = 300_000;
/** Each second: a storm of alerts does not become one of questions. */
const AT_ONCE = 4;
const ATTEMPTS = 3;
/** When what was only starting, or a cluster that was away, is looked at again. */
const AGAIN_MS = 60_000;
/** Until another worker takes over what this one began. */
const LEASE_MS = 3 * QUERY_LIMIT_MS;

/** In the transaction that opens them. */
export function lookLater(opened: readonly Opened[], databases: DatabaseNames, now: Date): Write {
  const due_at = new Date(now.getTime() + AFTER_MS);
  const wanted = opened.filter(({ row, alerts }) => {
    const labels = [...alerts.values()].map((alert) => alert.labels);
    return row.state !== 'resolved' && (row.target ?? databaseOf(row.environment, labels, databases));
  });
  return insertion(
    'enrichments',
    wanted.map(({ row }) => ({ incident_id: row.id, due_at, attempts: 0 })),
  );
}

type Opened = Pick<Changed, 'row' | 'alerts'>;

export interface OpenedParts extends Pick<ClickParts, 'db' | 'environments' | 'databases' | 'images' | 'now' | 'mask'> {
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, incident: number) => void;
}

interface Claimed {
  readonly incident_id: number;
  readonly attempts: number;
}

/** What is said by itself; of another subject the event goes on. */
const OPENED = `${DIAGNOSED}opened`;

/** Looks at a few incidents that are due, the most severe first, side by side. Answers how many were told something. */
export async function diagnoseOpened(parts: OpenedParts): Promise<number> {
  const claimed = await claim(parts.db, parts.now());
  const told = await Promise.all(
    claimed.map((one) =>
      lookAt(parts, one).catch((error: unknown) => {
        // What is stopped is taken over by another worker when its lease is over.
        if (!parts.signal.aborted) parts.onError(error, one.incident_id);
        return false;
      }),
    ),
  );
  return told.filter(Boolean).length;
}

async function claim(db: Db, now: Date): Promise<readonly Claimed[]> {
  const { rows } = await sql<Claimed>`
    update enrichments e set due_at = ${new Date(now.getTime() + LEASE_MS)}, attempts = e.attempts + 1
    from (
      select r.incident_id from enrichments r join incidents i on i.id = r.incident_id where r.due_at <= ${now}
      order by array_position(${SEVERITIES}::text[], i.severity), r.due_at limit ${AT_ONCE} for update of r skip locked) due
    where e.incident_id = due.incident_id returning e.incident_id, e.attempts`.execute(db);
  return rows;
}

/** Whether there was something to tell. */
async function lookAt(parts: OpenedParts, { incident_id: incident, attempts }: Claimed): Promise<boolean> {
  const { db } = parts;
  const row = await loadRow(db, incident);
  const subjects = row ? await diagnosable(db, row, parts.databases) : [];
  if (!row || subjects.length === 0 || attempts > ATTEMPTS || (await isIdle(db, row, parts.now()))) {
    await done(db, incident);
    return false;
  }
  const seen = await Promise.all(subjects.map((subject) => finding(parts, subject)));
  const telling = seen.filter((one) => typeof one === 'object');
  const end = (tx: Db): Promise<void> =>
    seen.includes('later') && attempts < ATTEMPTS ? again(tx, incident, parts.now()) : done(tx, incident);
  if (telling.length === 0) {
    await end(db);
    return false;
  }
  await db.transaction().execute(async (tx) => {
    const about = { incident, event: OPENED, class: CLASS.timeline, mask: parts.mask };
    for (const payload of telling) await tell(tx, { ...about, payload }, parts.now());
    await end(tx);
  });
  return true;
}

/** Nobody waits for it: it is over, it has been open for long, or somebody has pressed the button. */
async function isIdle(db: Db, { id, state, opened_at }: IncidentRow, now: Date): Promise<boolean> {
  if (state === 'resolved' || now.getTime() - opened_at.getTime() > LATE_MS) return true;
  const { rows } = await sql`select 1 from outbox
    where kind = 'say' and subject = ${incidentSubject(id)} and event like ${`${DIAGNOSED}%`}
      and event not like ${`${OPENED}%`} limit 1`.execute(db);
  return rows.length > 0;
}

/** `later`: it is away or only starting. `undefined`: it names no cause, is not there, or we may not look at it, and nobody has asked. */
async function finding(parts: OpenedParts, subject: ActionTarget): Promise<Found | 'later' | undefined> {
  try {
    return worthTelling(await found(parts, subject, parts.now(), parts.signal));
  } catch (error) {
    parts.signal.throwIfAborted();
    if (isPassing(error)) return 'later';
    if (error instanceof UserError || error instanceof ClusterError || error instanceof PostgresError) return undefined;
    throw error;
  }
}

function worthTelling(one: Found): Found | 'later' | undefined {
  if (!('verdict' in one.finding)) return namesCause(one.finding) ? one : undefined;
  const { state } = one.finding.verdict;
  if (state === 'starting') return 'later';
  return state === 'found' ? one : undefined;
}

function isPassing(error: unknown): boolean {
  if (error instanceof ClusterError) return error.kind === 'away';
  if (error instanceof PostgresError) return error.kind === 'away' || error.kind === 'slow';
  return error instanceof Error && error.name === 'TimeoutError';
}

async function again(db: Db, incident: number, now: Date): Promise<void> {
  await sql`update enrichments set due_at = ${new Date(now.getTime() + AGAIN_MS)} where incident_id = ${incident}`.execute(
    db,
  );
}

async function done(db: Db, incident: number): Promise<void> {
  await sql`delete from enrichments where incident_id = ${incident}`.execute(db);
}
