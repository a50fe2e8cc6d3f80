import { sql } from 'kysely';
import type { LastPing, PolicyCopy } from '../domain/records.ts';
import { RUN_V } from '../oncall/runs.ts';
import type { Db } from '../ports/database.ts';
import { type AlertRow, type IncidentRow, subjectOf } from './records.ts';

/** What a post of an incident needs to know, read in two statements at the same time. */
export interface IncidentView {
  readonly row: IncidentRow;
  /** The most telling ones first: firing, most severe, oldest; at most `SHOWN`. */
  readonly alerts: readonly AlertRow[];
  readonly run: RunView | undefined;
  /** It was shown before it resolved, so that who reads of its end had read of it. */
  readonly wasTold: boolean;
}

export interface RunView {
  /** Written by a newer program: only `state` and `dueAt` are read here, the policy is empty. */
  readonly newer: boolean;
  readonly state: 'running' | 'stopped' | 'done';
  readonly policy: PolicyCopy;
  readonly loop: number;
  readonly step: number;
  readonly dueAt: Date | undefined;
  readonly lastPing: LastPing | undefined;
}

const SHOWN = 8;

/** `undefined` when there is no such incident. */
export async function viewIncident(db: Db, id: number, now: Date): Promise<IncidentView | undefined> {
  const incident = sql<IncidentRow & RunColumns & { readonly was_told: boolean }>`
    select i.*, coalesce(p.moved or to_timestamp(p.ts::float8) < coalesce(i.resolved_at, 'infinity'), false) as was_told,
      r.run_state, r.run_v, r.run_policy, r.run_loop, r.run_step, r.run_due_at, r.run_delay_ms, r.run_last_ping
    from incidents i left join posts p on p.id = i.main_post_id
    left join lateral (
      select state as run_state, v as run_v, policy as run_policy, loop as run_loop, step as run_step, due_at as run_due_at,
        next_delay_ms as run_delay_ms, last_ping as run_last_ping
      from runs where subject = ${subjectOf(id)} order by id desc limit 1) r on true
    where i.id = ${id}`;
  const alerts = sql<AlertRow>`
    select * from alerts where incident_id = ${id}
    order by status, held, array_position(array['critical', 'high', 'medium', 'low'], severity), starts_at, fingerprint
    limit ${SHOWN}`;
  const [found, shown] = await Promise.all([incident.execute(db), alerts.execute(db)]);
  const row = found.rows[0];
  return row && { row, alerts: shown.rows, run: runOf(row, now), wasTold: row.was_told };
}

/** The newest run's columns beside the incident's; all null without one. */
interface RunColumns {
  readonly run_state: RunView['state'] | null;
  readonly run_v: number;
  readonly run_policy: PolicyCopy;
  readonly run_loop: number;
  readonly run_step: number;
  readonly run_due_at: Date | null;
  readonly run_delay_ms: number | null;
  readonly run_last_ping: LastPing | null;
}

const UNREAD: PolicyCopy = { name: '', steps: [], repeat: 0, direct: false };

function runOf(row: RunColumns, now: Date): RunView | undefined {
  if (row.run_state === null) return undefined;
  const newer = row.run_v > RUN_V;
  return {
    newer,
    state: row.run_state,
    policy: newer ? UNREAD : row.run_policy,
    loop: row.run_loop,
    step: row.run_step,
    dueAt: dueOf(row, now),
    lastPing: newer ? undefined : (row.run_last_ping ?? undefined),
  };
}

/** As drawn on a button: `1.0` is the second step of the first loop. A moved run makes an old press explain itself. */
export function runAsOf(run: Pick<RunView, 'state' | 'loop' | 'step'> | undefined): string {
  return run ? `${run.state === 'running' ? 'r' : 's'}${run.loop}.${run.step}` : 'none';
}

/** Whom the next step calls, as config names them. */
export function nextWho(run: RunView): readonly string[] {
  return run.policy.steps[run.step]?.page ?? [];
}

/** While a step is on its way out, the next one is due its delay from now. */
function dueOf({ run_due_at: due, run_delay_ms: delay }: RunColumns, now: Date): Date | undefined {
  return due ?? (delay === null ? undefined : new Date(now.getTime() + delay));
}
