import { sql } from 'kysely';
import type { LastPing, PolicyCopy } from '../domain/records.ts';
import type { Db } from '../ports/database.ts';
import { type AlertRow, type IncidentRow, subjectOf } from './records.ts';

/** What a post of an incident needs to know, read in two statements. */
export interface IncidentView {
  readonly row: IncidentRow;
  /** The most telling ones first: firing, most severe, oldest; at most `SHOWN`. */
  readonly alerts: readonly AlertRow[];
  readonly run: RunView | undefined;
}

export interface RunView {
  readonly state: 'running' | 'stopped' | 'done';
  readonly policy: PolicyCopy;
  readonly loop: number;
  readonly step: number;
  readonly dueAt: Date | undefined;
  readonly lastPing: LastPing | undefined;
}

export const SHOWN = 8;

/** `undefined` when there is no such incident. */
export async function viewIncident(db: Db, id: number, now: Date): Promise<IncidentView | undefined> {
  const incident = await sql<IncidentRow>`select * from incidents where id = ${id}`.execute(db);
  const row = incident.rows[0];
  if (!row) return undefined;
  const { rows: alerts } = await sql<AlertRow>`
    select * from alerts where incident_id = ${id}
    order by status, held, array_position(array['critical', 'high', 'medium', 'low'], severity), starts_at, fingerprint
    limit ${SHOWN}`.execute(db);
  return { row, alerts, run: await viewRun(db, subjectOf(id), now) };
}

interface RunColumns {
  readonly state: RunView['state'];
  readonly policy: PolicyCopy;
  readonly loop: number;
  readonly step: number;
  readonly due_at: Date | null;
  readonly next_delay_ms: number | null;
  readonly last_ping: LastPing | null;
}

/** While a step is on its way out, the next one is due its delay from now. */
async function viewRun(db: Db, subject: string, now: Date): Promise<RunView | undefined> {
  const { rows } = await sql<RunColumns>`
    select state, policy, loop, step, due_at, next_delay_ms, last_ping from runs where subject = ${subject} order by id desc limit 1`.execute(
    db,
  );
  const run = rows[0];
  if (!run) return undefined;
  const { state, policy, loop, step } = run;
  return { state, policy, loop, step, dueAt: dueOf(run, now), lastPing: run.last_ping ?? undefined };
}

/** As drawn on a button: `1.0` is the second step of the first loop. A moved run makes an old press explain itself. */
export function runAsOf(run: RunView | undefined): string {
  return run ? `${run.state === 'running' ? 'r' : 's'}${run.loop}.${run.step}` : 'none';
}

/** Whom the next step calls, as config names them. */
export function nextWho(run: RunView): readonly string[] {
  return run.policy.steps[run.step]?.page ?? [];
}

function dueOf({ due_at: due, next_delay_ms: delay }: RunColumns, now: Date): Date | undefined {
  return due ?? (delay === null ? undefined : new Date(now.getTime() + delay));
}
