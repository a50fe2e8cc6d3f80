import { sql } from 'kysely';
import { z } from 'zod';
import { audit } from '../core/audit.ts';
import { type Answering, type ClickHandler, type Handling, namedPrincipal, onClick } from '../core/handling.ts';
import { originOf, verbOf } from '../core/requests.ts';
import { mayI } from '../core/rights/may.ts';
import { messageOf, type Text } from '../domain/content.ts';
import { UserError } from '../domain/errors.ts';
import { userError } from '../messages/user-error.ts';
import type { ClickRequest } from '../ports/chat.ts';
import type { Tx } from '../ports/database.ts';
import { SilenceError, type Silencer } from '../ports/silencer.ts';
import { applyEvent, lockIncident } from './change.ts';
import type { ClickParts } from './press.ts';
import { saveIncidents } from './save.ts';
import { type MadeBy, wordsOfSilence } from './silences.ts';

/** Making a silence longer, and ending it: whoever made it, and wherever. */

/** Who may tell Alertmanager to be silent. */
export const SILENCE_NEEDS = 'operator';

const Carries = z.object({ v: z.number(), source: z.string().min(1), id: z.string().min(1).max(100) });
/** Ms since the epoch: pressed twice it is the same end. */
const ExtendCarries = Carries.extend({ until: z.int().positive() });

type Carrying<C> = ClickRequest & { readonly carries: C };

export function silenceChangeClicks(parts: ClickParts): Readonly<Record<string, ClickHandler>> {
  return {
    'silence-extend': onClick({ v: 1, carries: ExtendCarries, handle: (click, h) => extend(parts, click, h) }),
    'silence-expire': onClick({ v: 1, carries: Carries, handle: (click, h) => expire(parts, click, h) }),
  };
}

export function needsRole(parts: ClickParts, { m, role }: Handling): Text {
  const who = parts.whoMay(SILENCE_NEEDS);
  return m.action.refusal.role({ what: 'silence', has: role, needs: SILENCE_NEEDS, who });
}

/** @throws UserError for people, when Alertmanager does not do it */
export async function asking<T>(source: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof SilenceError)) throw error;
    throw userError(`silence-${error.kind}`, { source, why: error.why });
  }
}

async function extend(
  parts: ClickParts,
  click: Carrying<z.infer<typeof ExtendCarries>>,
  h: Handling,
): Promise<Answering> {
  const { source, id, until: ms } = click.carries;
  const until = new Date(ms);
  return changing(parts, click, h, async (silencer, by, signal) => {
    const what = await wordsOfSilence(parts.db, { source, id });
    const now = await asking(source, () => silencer.extend(id, until, signal));
    await parts.db.transaction().execute((tx) => extended(parts, tx, { source, id, now, until }, by));
    return h.m.silence.extended({ what, until, source });
  });
}

async function expire(parts: ClickParts, click: Carrying<z.infer<typeof Carries>>, h: Handling): Promise<Answering> {
  const { source, id } = click.carries;
  return changing(parts, click, h, async (silencer, by, signal) => {
    const what = await wordsOfSilence(parts.db, { source, id });
    await asking(source, () => silencer.expire(id, signal));
    await parts.db.transaction().execute((tx) => expired(parts, tx, { source, id }, by));
    return h.m.silence.expired({ what, source });
  });
}

type Changing = (silencer: Silencer, by: MadeBy, signal: AbortSignal) => Promise<Text>;

/** Rights and the entry first, committed; then the one call, and what it came to. */
async function changing(
  parts: ClickParts,
  click: Carrying<z.infer<typeof Carries>>,
  h: Handling,
  change: Changing,
): Promise<Answering> {
  const { source, id } = click.carries;
  const by = { principal: namedPrincipal(click, h), origin: originOf(click) };
  const silencer = parts.silencers().get(source);
  const refused = !mayI(h.role, SILENCE_NEEDS) ? 'role' : silencer ? undefined : 'no-api';
  const about = { verb: verbOf(click), target: `${source} ${id}`, ...by };
  if (refused || !silencer) {
    await audit(h.tx, { ...about, stage: 'refused', outcome: 'refused', rule: refused ?? 'no-api' }, h.now);
    const words = refused === 'role' ? needsRole(parts, h) : h.m.silence.noApi({ source });
    return { after: async () => click.reply.private(messageOf(words)) };
  }
  await audit(h.tx, { ...about, stage: 'confirmed', outcome: 'ok' }, h.now);
  return {
    async after(signal) {
      const words = await change(silencer, by, signal).catch(async (error: unknown) => {
        const outcome = error instanceof UserError ? error.code : 'failed';
        const stage = outcome === 'silence-unsure' ? 'unknown' : 'not-executed';
        await audit(parts.db, { ...about, stage, outcome }, parts.now());
        throw error;
      });
      await audit(parts.db, { ...about, stage: 'executed', outcome: 'ok' }, parts.now());
      parts.wake();
      await click.reply.private(messageOf(words));
    },
  };
}

interface Extension {
  readonly source: string;
  readonly id: string;
  /** Its id from now on. */
  readonly now: string;
  readonly until: Date;
}

/** What is snoozed by it alone sleeps as long; by how much more, with other silences, the next look says. */
async function extended(
  parts: ClickParts,
  tx: Tx,
  { source, id, now: silenceId, until }: Extension,
  { principal }: MadeBy,
): Promise<void> {
  for (const incidentId of await held(tx, source, id)) {
    const incident = await lockIncident(tx, incidentId);
    if (!incident) continue;
    await sql`update silences set silence_id = ${silenceId}, ends_at = ${until}
      where incident_id = ${incidentId} and source = ${source} and silence_id = ${id}`.execute(tx);
    const only = (await active(tx, incidentId)) === 1;
    if (incident.row.silenced && only) incident.row = { ...incident.row, snoozed_until: until };
    incident.lines.push({
      kind: 'silence-extended',
      params: { until: until.toISOString() },
      actor: principal,
      shown: 'line',
    });
    incident.effects.push({ do: 'show' });
    await saveIncidents(tx, [incident], parts.rules(), parts.now());
  }
}

/** What slept by it alone wakes; what sleeps by others as well, the next look says. */
async function expired(
  parts: ClickParts,
  tx: Tx,
  { source, id }: { readonly source: string; readonly id: string },
  { principal }: MadeBy,
): Promise<void> {
  const now = parts.now();
  for (const incidentId of await held(tx, source, id)) {
    const incident = await lockIncident(tx, incidentId);
    await sql`update silences set state = 'ended', ended_at = ${now}
      where incident_id = ${incidentId} and source = ${source} and silence_id = ${id}`.execute(tx);
    if (!incident || incident.row.state === 'resolved') continue;
    if (incident.row.silenced && (await active(tx, incidentId)) === 0)
      applyEvent(incident, { kind: 'silence-ended' }, now);
    incident.lines.push({ kind: 'silence-expired', params: {}, actor: principal, shown: 'line' });
    incident.effects.push({ do: 'show' });
    await saveIncidents(tx, [incident], parts.rules(), now);
  }
}

async function held(tx: Tx, source: string, id: string): Promise<readonly number[]> {
  const { rows } = await sql<{ incident_id: number }>`select incident_id from silences
    where source = ${source} and silence_id = ${id} and state = 'active' order by incident_id`.execute(tx);
  return rows.map((row) => row.incident_id);
}

async function active(tx: Tx, incident: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from silences where incident_id = ${incident} and state = 'active'`.execute(tx);
  return rows[0]!.n;
}
