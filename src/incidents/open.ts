import { sql } from 'kysely';
import type { Answered, Asked, LinkTo } from '../core/define.ts';
import { whileOpen } from '../core/limit.ts';
import { type Block, bold, cut, type Inline, person, type Text } from '../domain/content.ts';
import { type IncidentState, incidentSubject } from '../domain/incident.ts';
import type { Severity } from '../domain/severity.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { Sent } from '../ports/chat.ts';
import type { Db } from '../ports/database.ts';
import { EMOJI, TITLE_MAX } from './render.ts';

/** What is open: on the home tab and in answers. */

export const INCIDENTS_SHOWN = 10;

export interface Listed<T> {
  /** Of all there are. */
  readonly count: number;
  readonly shown: readonly T[];
}

export interface OpenIncident {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly since: Date;
  readonly acked_by: string | null;
  readonly count: number;
}

export interface OpenFacts {
  readonly incidents: Listed<OpenIncident>;
  /** Addresses of posts, by subject; some may be missing. */
  readonly links: ReadonlyMap<string, string>;
}

/** All that are not resolved: the most severe first, then the oldest. */
export async function openIncidents(db: Db, most: number): Promise<Listed<OpenIncident>> {
  const { rows } = await sql<OpenIncident>`
    select id, number, title, severity, state, fired_at as since, acked_by, (count(*) over ())::int as count
    from incidents where state <> 'resolved'
    order by array_position(array['critical', 'high', 'medium', 'low'], severity), fired_at, id
    limit ${most}`.execute(db);
  return { count: rows[0]?.count ?? 0, shown: rows };
}

export interface Linking {
  readonly db: Db;
  /** Where it is read: posts in others' direct conversations cannot be gone to. */
  readonly channelId: string;
  readonly linkTo: LinkTo;
  readonly signal: AbortSignal;
}

/** Where each of these is posted, if this person can go there; each link is a convenience that nothing waits for long. */
export async function linksTo(
  { db, channelId, linkTo, signal }: Linking,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<Sent & { readonly subject: string }>`
    select distinct on (subject) subject, channel_id as "channelId", ts from posts
    where subject = any(${subjects}) and ts is not null and (channel_id not like 'D%' or channel_id = ${channelId})
    order by subject, channel_id like 'D%', id`.execute(db);
  const links = await Promise.all(rows.map((at) => whileOpen(linkTo(at, signal), signal)));
  return new Map(rows.flatMap(({ subject }, i) => (links[i] === undefined ? [] : [[subject, links[i]]])));
}

/** Each in a line: number, severity, title, since when, who has it. */
export function openBlocks({ incidents, links }: OpenFacts, m: Catalog): readonly Block[] {
  const line = (one: OpenIncident): Text =>
    m.home.incident({
      emoji: { emoji: EMOJI[one.severity] },
      number: linked(m.incident.number(one.number), links.get(incidentSubject(one.id))),
      title: cut(one.title, TITLE_MAX),
      severity: one.severity,
      since: one.since,
      snoozed: one.state === 'snoozed',
      ...(one.state === 'acknowledged' && one.acked_by !== null && { who: person(one.acked_by) }),
    });
  const { count, shown } = incidents;
  return listed(m.home.incidents({ count }), shown.map(line), more(count - shown.length, '', m));
}

/** In a file all of them. */
const ALL = 2_000;

export async function openAnswer(
  db: Db,
  linkTo: LinkTo,
  { origin: { channel = '' }, whole, signal }: Asked,
  m: Catalog,
): Promise<Answered> {
  const incidents = await openIncidents(db, whole ? ALL : INCIDENTS_SHOWN);
  const subjects = incidents.shown.slice(0, INCIDENTS_SHOWN).map(({ id }) => incidentSubject(id));
  const links = await linksTo({ db, channelId: channel, linkTo, signal }, subjects);
  const text = m.home.incidents({ count: incidents.count });
  return { text, blocks: openBlocks({ incidents, links }, m), more: incidents.count > incidents.shown.length };
}

export function listed(head: Text, items: readonly Text[], under: readonly Text[]): readonly Block[] {
  return [
    { kind: 'text', text: head },
    ...(items.length > 0 ? [{ kind: 'list', items } as const] : []),
    ...(under.length > 0 ? [{ kind: 'context', lines: under } as const] : []),
  ];
}

export function more(count: number, words: string, m: Catalog): readonly Text[] {
  return count > 0 ? [m.home.more({ count, words })] : [];
}

export function linked(label: string, link: string | undefined): Inline {
  return link === undefined ? bold(label) : { link, label };
}
