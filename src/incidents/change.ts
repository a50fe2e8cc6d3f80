import { sql } from 'kysely';
import { audit } from '../core/audit.ts';
import { CLASS } from '../core/outbox/write.ts';
import { type IncidentEvent, transition } from '../domain/incident.ts';
import type { Origin, Principal } from '../domain/principal.ts';
import type { Tx } from '../ports/database.ts';
import { alertColumns, incidentColumns } from './columns.ts';
import { type AlertRow, type IncidentRow, toAlertRecord, toEpisode, withEpisode } from './records.ts';
import type { IncidentRules } from './rules.ts';
import { type Changed, changedFrom, type StoryLine, saveIncidents } from './save.ts';

/** What a person does to an incident, in one transaction with its story, its posts, its run and the audit. */

/** The incident with its alerts, locked. `undefined` when there is none. */
export async function lockIncident(tx: Tx, id: number): Promise<Changed | undefined> {
  const incidents =
    await sql<IncidentRow>`select ${incidentColumns()} from incidents where id = ${id} for update`.execute(tx);
  const row = incidents.rows[0];
  if (!row) return undefined;
  const alerts = await sql<AlertRow>`select ${alertColumns()} from alerts where incident_id = ${id}`.execute(tx);
  return changedFrom(row, alerts.rows.map(toAlertRecord));
}

/**
 * The same, with its group locked before it as a body of it would, so that no other episode begins meanwhile. `newest`: none
 * has taken its place.
 */
export async function lockNewest(
  tx: Tx,
  id: number,
): Promise<{ readonly incident: Changed | undefined; readonly newest: boolean }> {
  const groups = await sql`select 1 from alert_groups where incident_id = ${id} for update`.execute(tx);
  return { incident: await lockIncident(tx, id), newest: groups.rows.length > 0 };
}

export interface PersonsChange {
  readonly event: IncidentEvent;
  readonly line: Omit<StoryLine, 'actor'>;
  readonly principal: Principal;
  readonly origin: Origin;
  /** What fires now is held until it clears, or is held no more. */
  readonly hold?: boolean;
}

/** Puts the event into the incident, which is then to be saved; answers whether its state accepted it. */
export function applyEvent(incident: Changed, event: IncidentEvent, now: Date): boolean {
  const before = incident.row;
  const outcome = transition(toEpisode(before), event);
  if (outcome.kind === 'ignored') return false;
  const by = event.kind === 'resolved-by' ? { resolvedBy: event.by } : {};
  const { refires, truncated } = toEpisode(before);
  const resolved = outcome.to.state === 'resolved' ? { resolvedAt: now, ...by } : {};
  incident.row = { ...withEpisode(before, { ...outcome.to, refires, truncated, ...resolved }, now), ...asked(event) };
  incident.effects.push(...outcome.effects);
  return true;
}

/** Applies and saves; answers whether the state accepted it. A refused one changes nothing. */
export async function changeIncident(
  tx: Tx,
  incident: Changed,
  change: PersonsChange,
  rules: IncidentRules,
  now: Date,
): Promise<{ readonly moved: boolean; readonly held: number }> {
  const before = incident.row;
  if (!applyEvent(incident, change.event, now)) return { moved: false, held: 0 };
  const held = change.hold === undefined ? 0 : holdFiring(incident, change.hold);
  incident.class = CLASS.click;
  incident.lines.push({ ...change.line, params: { ...change.line.params, held }, actor: change.principal });
  await saveIncidents(tx, [incident], rules, now);
  await auditChange(tx, before, incident.row, change, now);
  return { moved: true, held };
}

/** What the state machine does not keep: until when, by whom, to whom. */
function asked(event: IncidentEvent): Partial<IncidentRow> {
  if (event.kind === 'snoozed')
    return { snoozed_until: event.until, snoozed_by: event.by ?? null, silenced: event.silenced === true };
  return event.kind === 'assigned' ? { assignee: event.to } : {};
}

function holdFiring(incident: Changed, held: boolean): number {
  const firing = [...incident.alerts.values()].filter((a) => a.status === 'firing' && a.held !== held);
  for (const alert of firing) {
    incident.alerts.set(alert.fingerprint, { ...alert, held });
    incident.touched.add(alert.fingerprint);
  }
  return firing.length;
}

async function auditChange(
  tx: Tx,
  before: IncidentRow,
  after: IncidentRow,
  change: PersonsChange,
  now: Date,
): Promise<void> {
  const entry = {
    stage: 'executed' as const,
    verb: change.event.kind,
    principal: change.principal,
    origin: change.origin,
    target: `INC-${after.number}`,
    incidentId: after.id,
    before: { state: before.state, version: before.version },
    after: { state: after.state, version: after.version },
    outcome: 'ok',
  };
  await audit(tx, entry, now);
}
