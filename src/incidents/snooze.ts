import { sql } from 'kysely';
import { z } from 'zod';
import { type Answering, type ClickHandler, type Handling, onClick } from '../core/handling.ts';
import { SNOOZES, snoozeEnd } from '../domain/snooze.ts';
import type { ClickRequest } from '../ports/chat.ts';
import type { Db, Tx } from '../ports/database.ts';
import { applyEvent, lockIncident } from './change.ts';
import { Carries, type ClickParts, change, drawn, refusal, stateOf, told } from './press.ts';
import type { IncidentRules } from './rules.ts';
import { saveIncidents } from './save.ts';
import { policyOf } from './tests.ts';

/** Nobody is called until a time; then, if it still fires, people are called anew. */

const MINUTE_MS = 60_000;

/** In a menu there is no room for the version, and a snooze means the same whatever came meanwhile. */
const SnoozeCarries = z.object({
  v: z.number(),
  incident: z.int().positive(),
  for: z.enum(SNOOZES),
  /** What its label says, in minutes since 1970. */
  at: z.int().optional(),
});

export function snoozeClicks(parts: ClickParts): Readonly<Record<string, ClickHandler>> {
  return {
    snooze: onClick({ v: 1, carries: SnoozeCarries, handle: (click, h) => snooze(parts, click, h) }),
    unsnooze: onClick({ v: 1, carries: Carries, handle: (click, h) => unsnooze(parts, click, h) }),
  };
}

type Press<C> = ClickRequest & { readonly carries: C };

async function snooze(parts: ClickParts, click: Press<z.infer<typeof SnoozeCarries>>, h: Handling): Promise<Answering> {
  const incident = await lockIncident(h.tx, click.carries.incident);
  const s = h.m.incident.answers;
  if (!incident) return told(click, s.unknown(), h, { rule: 'unknown-incident' });
  const { id: by } = click.principal;
  const { for: length, at } = click.carries;
  const until = at === undefined ? snoozeEnd(length, h.now, parts.rules().zone) : new Date(at * MINUTE_MS);
  if (until <= h.now) return told(click, s.morningPast(), h, { rule: 'morning-past', row: incident.row });
  const had = incident.row.acked_by;
  const params = { until: until.toISOString(), ...(had !== null && had !== by && { had }) };
  const taken = await change(parts, incident, click, h, { kind: 'snoozed', by, until }, { kind: 'snoozed', params });
  if (!taken) return told(click, refusal(incident.row, by, h), h, stateOf(incident));
  return drawn(parts, incident.row, click, h.now, s.snoozed({ number: incident.row.number, until }));
}

async function unsnooze(parts: ClickParts, click: Press<z.infer<typeof Carries>>, h: Handling): Promise<Answering> {
  const incident = await lockIncident(h.tx, click.carries.incident);
  const s = h.m.incident.answers;
  if (!incident) return told(click, s.unknown(), h, { rule: 'unknown-incident' });
  const event = { kind: 'unsnoozed', by: click.principal.id } as const;
  if (!(await change(parts, incident, click, h, event, { kind: 'unsnoozed' }))) {
    const why = incident.row.state === 'resolved' ? refusal(incident.row, '', h) : s.notSnoozed();
    return told(click, why, h, stateOf(incident));
  }
  const { row } = incident;
  const calls = policyOf(parts.rules(), row) !== undefined;
  return drawn(parts, row, click, h.now, s.unacked({ number: row.number, calls }));
}

/** At once at most; the next look takes the others. */
const BATCH = 100;

/**
 * Ends the snoozes whose time is over, each in a transaction of its own. Any number of workers share them: the state is
 * compared again under the incident's lock. Answers how many.
 */
export async function endSnoozes(
  db: Db,
  rules: IncidentRules,
  now: Date,
  onError: (error: unknown, incident: number) => void,
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select id from incidents where state = 'snoozed' and snoozed_until <= ${now} order by snoozed_until limit ${BATCH}`.execute(
    db,
  );
  let ended = 0;
  for (const { id } of rows) {
    try {
      if (await db.transaction().execute((tx) => endSnooze(tx, id, rules, now))) ended += 1;
    } catch (error) {
      onError(error, id);
    }
  }
  return ended;
}

async function endSnooze(tx: Tx, id: number, rules: IncidentRules, now: Date): Promise<boolean> {
  const incident = await lockIncident(tx, id);
  const until = incident?.row.snoozed_until;
  if (!incident || !until || until > now) return false;
  const kind = incident.row.silenced ? 'silence-ended' : 'snooze-ended';
  if (!applyEvent(incident, { kind }, now)) return false;
  incident.lines.push({ kind, params: {}, shown: 'line' });
  await saveIncidents(tx, [incident], rules, now);
  return true;
}
