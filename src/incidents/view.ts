import { sql } from 'kysely';
import { tellingAlerts } from '../core/incident-alerts.ts';
import { incidentSubject } from '../domain/incident.ts';
import type { LastPing, PolicyCopy } from '../domain/records.ts';
import { RUN_V } from '../oncall/runs.ts';
import type { Db } from '../ports/database.ts';
import { alertColumns, incidentColumns } from './columns.ts';
import type { AlertRow, IncidentRow } from './records.ts';
import { type SilenceRow, silencesOf } from './silences.ts';

/** What a post of an incident needs to know, read in statements at the same time. */
export interface IncidentView {
  /** As of when. */
  readonly now: Date;
  readonly row: IncidentRow;
  /** The most telling ones first: firing, most severe, oldest; a few. */
  readonly alerts: readonly AlertRow[];
  readonly run: RunView | undefined;
  /** The latest of what was done about it since it fired, or is being done. */
  readonly repair?: Repair | undefined;
  /** It was shown before it resolved, so that who reads of its end had read of it. */
  readonly wasTold: boolean;
  /** Its Alertmanager can be asked, for silences too. */
  readonly hasApi?: boolean;
  /** In force for some of its alerts, the one that ends last first. */
  readonly silences?: readonly SilenceRow[];
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

export interface Repair {
  readonly verb: string;
  readonly name: string;
  readonly is: 'awaiting' | 'working' | 'done' | 'failed';
  /** Since when it is so. */
  readonly at: Date;
}

const SILENCES_SHOWN = 2;

/** `undefined` when there is no such incident. */
export async function viewIncident(db: Db, id: number, now: Date): Promise<IncidentView | undefined> {
  const incident = sql<
    IncidentRow & RunColumns & RepairColumns & { readonly was_told: boolean; readonly has_api: boolean }
  >`
    select ${incidentColumns('i')}, coalesce(s.look_due is not null, false) as has_api, coalesce(p.moved or to_timestamp(p.ts::float8) < coalesce(i.resolved_at, 'infinity'), false) as was_told,
      r.run_state, r.run_v, r.run_policy, r.run_loop, r.run_step, r.run_due_at, r.run_delay_ms, r.run_last_ping,
      a.repair_verb, a.repair_name, a.repair_state, a.repair_at
    from incidents i left join posts p on p.id = i.main_post_id left join sources s on s.name = i.source
    left join lateral (
      select state as run_state, v as run_v, policy as run_policy, loop as run_loop, step as run_step, due_at as run_due_at,
        next_delay_ms as run_delay_ms, last_ping as run_last_ping
      from runs where subject = ${incidentSubject(id)} order by id desc limit 1) r on true
    left join lateral (
      select verb as repair_verb, target->>'name' as repair_name, state as repair_state,
        coalesce(finished_at, confirmed_at, created_at) as repair_at
      from actions where incident_id = i.id and state in (${sql.join(Object.keys(REPAIRS))})
      order by created_at desc limit 1) a on true
    where i.id = ${id}`;
  const alerts = sql<AlertRow>`
    select ${alertColumns()} ${tellingAlerts(id)}`;
  const [found, shown, silences] = await Promise.all([
    incident.execute(db),
    alerts.execute(db),
    silencesOf(db, id, { most: SILENCES_SHOWN, now }),
  ]);
  const row = found.rows[0];
  if (!row) return undefined;
  const parts = { run: runOf(row, now), repair: repairOf(row), wasTold: row.was_told, hasApi: row.has_api };
  return { now, row, alerts: shown.rows, ...parts, silences };
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

/** The newest action's columns that came to something; all null without one. */
interface RepairColumns {
  readonly repair_verb: string | null;
  readonly repair_name: string;
  readonly repair_state: string;
  readonly repair_at: Date;
}

const REPAIRS: Readonly<Record<string, Repair['is']>> = {
  'awaiting-approval': 'awaiting',
  confirmed: 'working',
  running: 'working',
  watching: 'working',
  done: 'done',
  failed: 'failed',
  unknown: 'failed',
};

/** What was done before it fired again has not helped, and is history. */
function repairOf(row: IncidentRow & RepairColumns): Repair | undefined {
  const is = row.repair_verb === null ? undefined : REPAIRS[row.repair_state];
  if (!is || row.repair_verb === null || row.repair_at < lastFired(row)) return undefined;
  return { verb: row.repair_verb, name: row.repair_name, is, at: row.repair_at };
}

function lastFired({ fired_at, refires }: IncidentRow): Date {
  return new Date(Math.max(fired_at.getTime(), ...refires.map((at) => at.getTime())));
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
