import { z } from 'zod';
import { audit } from '../core/audit.ts';
import type { Databases } from '../core/databases.ts';
import type { Role } from '../core/define.ts';
import type { Environments } from '../core/environments.ts';
import type { Answering, Handling } from '../core/handling.ts';
import { originOf, verbOf } from '../core/requests.ts';
import { type Inline, messageOf, person, type Text } from '../domain/content.ts';
import type { IncidentEvent } from '../domain/incident.ts';
import type { Mask } from '../domain/secrets.ts';
import { sentences } from '../messages/catalog.ts';
import type { ClickRequest, SubmitRequest } from '../ports/chat.ts';
import type { Db } from '../ports/database.ts';
import type { Images } from '../ports/images.ts';
import type { Silencer } from '../ports/silencer.ts';
import { changeIncident } from './change.ts';
import { languageOf } from './language.ts';
import type { IncidentRow } from './records.ts';
import { renderIncident } from './render.ts';
import type { IncidentRules } from './rules.ts';
import type { Changed } from './save.ts';
import { viewIncident } from './view.ts';

/** What the buttons and forms of an incident share: taking a change, saying why not, drawing the post at once. */

/** What each of them carries at least. */
export const Carries = z.object({ v: z.number(), incident: z.int().positive(), version: z.int32() });

export interface ClickParts {
  /** For drawing after the commit. */
  readonly db: Db;
  readonly rules: () => IncidentRules;
  /** Called after a commit that wrote to the outbox. */
  readonly wake: () => void;
  /** By source: Alertmanagers that can be asked for silences. */
  readonly silencers: () => ReadonlyMap<string, Silencer>;
  /** Who has this role, by config. */
  readonly whoMay: (role: Role) => readonly Inline[];
  readonly now: () => Date;
  readonly environments: Environments;
  readonly databases: Databases;
  readonly images: Images;
  /** For what is kept of what clusters say. */
  readonly mask: Mask;
}

export async function change(
  parts: ClickParts,
  incident: Changed,
  request: ClickRequest | SubmitRequest,
  h: Handling,
  event: IncidentEvent,
  line: { readonly kind: string; readonly params?: Readonly<Record<string, unknown>> },
  hold?: boolean,
): Promise<boolean> {
  const asked = {
    event,
    line: { params: {}, ...line, shown: 'line' as const },
    principal: request.principal,
    origin: originOf(request),
    ...(hold !== undefined && { hold }),
  };
  return (await changeIncident(h.tx, incident, asked, parts.rules(), h.now)).moved;
}

/** The state that did not take it, as the rule of the refusal. */
export function stateOf({ row }: Changed): { readonly rule: string; readonly row: IncidentRow } {
  return { rule: `state-${row.state}`, row };
}

/** Why a press changed nothing: acknowledging never beats a resolve, and a second one never takes over. */
export function refusal(row: IncidentRow, by: string, h: Handling): Text {
  const s = h.m.incident.answers;
  if (row.state === 'resolved') {
    return s.alreadyResolved({
      at: row.resolved_at ?? row.since,
      ...(row.resolved_by && { by: person(row.resolved_by) }),
    });
  }
  if (row.acked_by === by) return s.youHaveIt();
  return s.alreadyAcked({ by: row.acked_by ? person(row.acked_by) : '?', at: row.acked_at ?? row.since });
}

/** A press that changes nothing leaves an entry all the same, and what was pressed is drawn as it is by now. */
export async function told(
  request: ClickRequest | SubmitRequest,
  line: Text,
  { tx, now }: Handling,
  why: { readonly rule: string; readonly row?: IncidentRow },
): Promise<Answering> {
  const { row, rule } = why;
  const about = row && { target: `INC-${row.number}`, incidentId: row.id };
  const entry = { stage: 'refused', outcome: 'refused', verb: verbOf(request), ...about, rule } as const;
  await audit(tx, { ...entry, principal: request.principal, origin: originOf(request) }, now);
  return { stale: true, after: async () => request.reply.private(messageOf(line)) };
}

/**
 * Tells the presser what it means, draws the pressed message anew, and lets the outbox do the rest. Both at once: the answer
 * to a second press must not overtake the first one's.
 */
export function drawn(parts: ClickParts, row: IncidentRow, click: ClickRequest, now: Date, line: Text): Answering {
  return {
    after: async () => {
      parts.wake();
      await Promise.all([click.reply.private(messageOf(line)), redraw(parts, row, click, now)]);
    },
  };
}

async function redraw(
  parts: ClickParts,
  row: IncidentRow,
  { reply, channelId }: ClickRequest,
  now: Date,
): Promise<void> {
  const view = reply.redraw && (await viewIncident(parts.db, row.id, now));
  if (!view || !reply.redraw) return;
  const rules = parts.rules();
  const language = await languageOf(parts.db, channelId ?? row.channel, rules.language);
  await reply.redraw(renderIncident(view, rules, sentences(language)));
}
