import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { CLASS, showAgain } from '../core/outbox/write.ts';
import { insertion, writeTogether } from '../core/records.ts';
import { incidentSubject } from '../domain/incident.ts';
import { decideSilenced, type SilencedDecision, type SilencesLook, type Watched } from '../domain/silenced.ts';
import { applyEvent, lockIncident } from '../incidents/change.ts';
import { type Changed, saveIncidents } from '../incidents/save.ts';
import {
  markOf,
  openSilences,
  type SilenceRow,
  silenceFailed,
  silenceMade,
  snoozeSilenced,
  withoutMark,
} from '../incidents/silences.ts';
import type { Db, Tx } from '../ports/database.ts';
import type { Silence } from '../ports/silencer.ts';
import type { Looked, ReconcileParts } from './reconcile-looked.ts';

/**
 * What a look at a source tells of silences: whether those that were asked for are there, which are over or end at another time, whom
 * somebody silenced in Alertmanager itself, and what is silent no more. Answers how many incidents it changed.
 */
export async function followSilences(looked: Looked, parts: ReconcileParts): Promise<number> {
  const { silences, silencedBy = new Map() } = looked.answer;
  if (!silences) return 0;
  const known = await openSilences(parts.db, looked.source);
  const settled = await each(
    known.filter(({ state, watch_due: due }) => state === 'wanted' && due !== null && due <= looked.at),
    looked,
    parts,
    (row) => settle(row, silences, looked, parts),
  );
  const inForce = new Map(silences.filter(({ state }) => state === 'active').map((one) => [one.id, one]));
  const moved = await noteEnds(parts.db, known, inForce, looked);
  const look: SilencesLook = { at: looked.at, present: looked.present, silences: inForce, silencedBy };
  const candidates = await candidatesOf(parts.db, looked.source, silencedBy);
  const changed = await each(candidates, looked, parts, (candidate) => follow(candidate, look, inForce, looked, parts));
  return settled + moved + changed;
}

async function each<T extends { readonly incident_id: number }>(
  all: readonly T[],
  looked: Looked,
  parts: ReconcileParts,
  change: (one: T) => Promise<boolean>,
): Promise<number> {
  let changed = 0;
  for (const one of all) {
    if (parts.signal.aborted) break;
    try {
      if (await change(one)) changed += 1;
    } catch (error) {
      parts.onError(error, { source: looked.source, incident: one.incident_id });
    }
  }
  return changed;
}

/** Its maker died, or heard nothing: it is there by its mark, or was not made, and is not made now. */
function settle(
  row: SilenceRow,
  silences: readonly Silence[],
  looked: Looked,
  { db, rules, now }: ReconcileParts,
): Promise<boolean> {
  const by = { principal: row.principal ?? HIKESHI, origin: { kind: 'timer' as const } };
  const ours = silences.find(({ comment }) => comment.includes(markOf(row)));
  return db.transaction().execute(async (tx) => {
    const incident = await lockIncident(tx, row.incident_id);
    if (!incident) return false;
    if (ours) {
      await silenceMade(tx, incident, row, { silenceId: ours.id, ...by }, rules, now());
      return true;
    }
    if (!(await silenceFailed(tx, row, by, 'not-found', now()))) return false;
    incident.lines.push({
      kind: 'silence-failed',
      params: { source: looked.source },
      ...(row.principal && { actor: row.principal }),
      shown: 'line',
    });
    await saveIncidents(tx, [incident], rules, now());
    return true;
  });
}

const HIKESHI = { kind: 'hikeshi', id: 'silences' } as const;

/**
 * Of those that were known before the look. A silence that is not in force any more has ended, by its time or by somebody. Answers how
 * many incidents are to be drawn anew.
 */
async function noteEnds(
  db: Db,
  known: readonly SilenceRow[],
  inForce: ReadonlyMap<string, Silence>,
  { at }: Looked,
): Promise<number> {
  const changed = new Set<number>();
  for (const row of known) {
    const silence = row.silence_id === null ? undefined : inForce.get(row.silence_id);
    if (row.state !== 'active' || row.silence_id === null || row.starts_at > at) continue;
    if (silence?.endsAt.getTime() === row.ends_at.getTime()) continue;
    if (!silence)
      await sql`update silences set state = 'ended', ended_at = ${at} where id = ${row.id} and state = 'active'
        and silence_id = ${row.silence_id}`.execute(db);
    else
      await sql`update silences set ends_at = ${silence.endsAt} where id = ${row.id} and ends_at = ${row.ends_at}`.execute(
        db,
      );
    changed.add(row.incident_id);
  }
  const shows = [...changed].map((id) => ({ subject: incidentSubject(id), class: CLASS.update }));
  await showAgain(db, shows, at);
  return changed.size;
}

interface Candidate {
  readonly incident_id: number;
}

/** Incidents that sleep by silences, and those that one holds for which is not known to: most others stay as they are, unlocked. */
async function candidatesOf(
  db: Db,
  source: string,
  silencedBy: NonNullable<Looked['answer']['silencedBy']>,
): Promise<readonly Candidate[]> {
  const pairs = [...silencedBy].flatMap(([fingerprint, ids]) => ids.map((id) => ({ fingerprint, id })));
  const { rows } = await sql<Candidate>`
    select id as incident_id from incidents where source = ${source} and state = 'snoozed' and silenced
    union
    select a.incident_id from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) by (fingerprint text, id text)
      join alerts a on a.fingerprint = by.fingerprint and a.status = 'firing' and not a.held
      join incidents i on i.id = a.incident_id and i.source = ${source} and i.state <> 'resolved'
      where not exists (select from silences s where s.incident_id = i.id and s.source = ${source} and s.silence_id = by.id)
    order by incident_id`.execute(db);
  return rows;
}

async function follow(
  { incident_id: id }: Candidate,
  look: SilencesLook,
  inForce: ReadonlyMap<string, Silence>,
  looked: Looked,
  { db, rules, now }: ReconcileParts,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const incident = await lockIncident(tx, id);
    const decision = incident && decideSilenced(await watchedOf(tx, incident, looked.source, inForce), look);
    if (!decision || !(await take(tx, incident, decision, inForce, looked.source, now()))) return false;
    await saveIncidents(tx, [incident], rules, now());
    return true;
  });
}

/** What is being made here is known as well, before we know what Alertmanager calls it. */
async function watchedOf(
  tx: Tx,
  { row, alerts }: Changed,
  source: string,
  inForce: ReadonlyMap<string, Silence>,
): Promise<Watched> {
  const { rows } = await sql<{ id: string; silence_id: string | null }>`
    select id, silence_id from silences where incident_id = ${row.id} and source = ${source}`.execute(tx);
  const marks = rows.flatMap((one) => (one.silence_id === null ? [markOf(one)] : []));
  const ours = [...inForce.values()].filter(({ comment }) => marks.some((mark) => comment.includes(mark)));
  const firing = [...alerts.values()].filter(({ status, held }) => status === 'firing' && !held);
  return {
    state: row.state,
    since: row.since,
    silenced: row.silenced,
    snoozedUntil: row.snoozed_until,
    firing,
    known: new Set([...rows.flatMap((one) => one.silence_id ?? []), ...ours.map(({ id }) => id)]),
  };
}

/** Puts the decision into the incident; answers whether there was anything. */
async function take(
  tx: Tx,
  incident: Changed,
  { seen, snoozeUntil, moveTo, wake }: SilencedDecision,
  inForce: ReadonlyMap<string, Silence>,
  source: string,
  now: Date,
): Promise<boolean> {
  if (seen.length === 0 && !moveTo && !wake) return false;
  const found = seen.flatMap((id) => inForce.get(id) ?? []);
  await writeTogether(tx, [
    insertion(
      'silences',
      found.map((one) => rowOf(one, incident.row.id, source)),
    ),
  ]);
  for (const { createdBy, endsAt } of found)
    incident.lines.push({
      kind: 'silence-seen',
      params: { author: createdBy, until: endsAt.toISOString() },
      shown: 'line',
    });
  if (snoozeUntil) snoozeSilenced(incident, snoozeUntil, null, now);
  if (moveTo) incident.row = { ...incident.row, snoozed_until: moveTo };
  if (wake && applyEvent(incident, { kind: 'silence-ended' }, now))
    incident.lines.push({ kind: 'silence-ended', params: {}, shown: 'line' });
  incident.effects.push({ do: 'show' });
  return true;
}

function rowOf(silence: Silence, incidentId: number, source: string): Record<string, unknown> {
  return {
    id: randomUUID(),
    source,
    silence_id: silence.id,
    incident_id: incidentId,
    state: 'active',
    matchers: silence.matchers,
    comment: withoutMark(silence.comment),
    created_by: silence.createdBy,
    starts_at: silence.startsAt,
    ends_at: silence.endsAt,
  };
}
