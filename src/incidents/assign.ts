import { sql } from 'kysely';
import { z } from 'zod';
import {
  type Answering,
  type ClickHandler,
  type Handling,
  onClick,
  onSubmit,
  type SubmitHandler,
} from '../core/handling.ts';
import { CLASS, createPosts, say } from '../core/outbox/write.ts';
import { draw } from '../core/records.ts';
import { plainText } from '../core/wording.ts';
import type { Form, Text } from '../domain/content.ts';
import { incidentSubject } from '../domain/incident.ts';
import type { Principal } from '../domain/principal.ts';
import type { ClickRequest, SubmitRequest } from '../ports/chat.ts';
import type { Tx } from '../ports/database.ts';
import { lockIncident } from './change.ts';
import { type ClickParts, change, refusal, stateOf, told } from './press.ts';
import type { IncidentRow } from './records.ts';
import { policyOf } from './tests.ts';

/** Somebody is asked to see to an incident, or is handed it by whoever has it. */

/** `to`: whom the words named that asked for the button. */
const AssignCarries = z.object({ v: z.number(), incident: z.int().positive(), to: z.string().optional() });

type Carrying<Request> = Request & { readonly carries: z.infer<typeof AssignCarries> };

const FORM = 'assign';
const PERSON = 'person';

export function assignClicks(parts: ClickParts): Readonly<Record<string, ClickHandler>> {
  return { assign: onClick({ v: 1, carries: AssignCarries, handle: (click, h) => choose(parts, click, h) }) };
}

export function assignForms(parts: ClickParts): Readonly<Record<string, SubmitHandler>> {
  return { [FORM]: onSubmit({ v: 1, carries: AssignCarries, handle: (submit, h) => assign(parts, submit, h) }) };
}

async function choose(parts: ClickParts, click: Carrying<ClickRequest>, h: Handling): Promise<Answering> {
  const incident = await lockIncident(h.tx, click.carries.incident);
  if (!incident) return told(click, h.m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  if (incident.row.state === 'resolved') return told(click, refusal(incident.row, '', h), h, stateOf(incident));
  const calls = policyOf(parts.rules(), incident.row) !== undefined;
  return { open: formOf(incident.row, { calls, to: click.carries.to }, h) };
}

function formOf(
  { id, number, title, state }: IncidentRow,
  { calls, to }: { readonly calls: boolean; readonly to: string | undefined },
  { m }: Handling,
): Form {
  const s = m.incident.assignForm;
  return {
    id: FORM,
    title: s.title,
    submit: s.submit,
    close: s.close,
    carries: { v: 1, incident: id },
    blocks: [
      { kind: 'text', text: s.about({ number, title }) },
      { kind: 'person-input', id: PERSON, label: s.who, ...(to !== undefined && { initial: to }) },
      { kind: 'context', lines: [s.explain({ acknowledged: state === 'acknowledged', calls })] },
    ],
  };
}

async function assign(parts: ClickParts, submit: Carrying<SubmitRequest>, h: Handling): Promise<Answering> {
  const incident = await lockIncident(h.tx, submit.carries.incident);
  if (!incident) return told(submit, h.m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  const { row } = incident;
  if (row.state === 'resolved') return told(submit, refusal(row, '', h), h, stateOf(incident));
  const to = submit.values[PERSON] ?? '';
  const { id: by } = submit.principal;
  const problem = await problemOf(h, row, to);
  if (problem) return { ack: { kind: 'errors', errors: { [PERSON]: plainText(problem) } } };
  if (to === by && row.state !== 'acknowledged') {
    await change(parts, incident, submit, h, { kind: 'acked', by }, { kind: 'acked' });
    return { after: async () => parts.wake() };
  }
  const handed = row.state === 'acknowledged';
  const params = { to, ...(handed && { had: row.acked_by }) };
  await change(parts, incident, submit, h, { kind: 'assigned', by, to }, { kind: 'assigned', params });
  if (to !== by) await tell(h.tx, incident.row, { to, handed, by: submit.principal }, h.now);
  return { after: async () => parts.wake() };
}

/** Why this person cannot be asked. */
async function problemOf({ tx, m }: Handling, row: IncidentRow, to: string): Promise<Text | undefined> {
  const s = m.incident.assignForm;
  if (row.acked_by === to) return s.hasIt();
  const { rows } = await sql<{ able: boolean }>`
    select not (p.is_bot or p.is_guest or p.deactivated or exists (select from workspace w where w.team <> p.team)) as able
    from people p where p.id = ${to}`.execute(tx);
  if (!rows[0]) return s.unknown();
  return rows[0].able ? undefined : s.cannot();
}

/** By a DM that shows the incident; in the thread of that DM when there is one already. The run's lock keeps its first DM away. */
async function tell(
  tx: Tx,
  row: IncidentRow,
  { to, handed, by }: { readonly to: string; readonly handed: boolean; readonly by: Principal },
  now: Date,
): Promise<void> {
  const subject = incidentSubject(row.id);
  await sql`select 1 from runs where subject = ${subject} order by id for update`.execute(tx);
  const known = await sql<{ id: number }>`
    select id from posts where subject = ${subject} and purpose = 'dm' and channel = ${to}`.execute(tx);
  const threadPostId = known.rows[0]?.id;
  if (threadPostId === undefined) {
    const [id] = await draw(tx, 'posts_id_seq', 1);
    await createPosts(tx, [{ id: id!, subject, purpose: 'dm', channel: to, class: CLASS.ping }], now);
    return;
  }
  const event = `assigned:${row.version}`;
  const payload = { say: 'assigned', handed, by };
  await say(tx, [{ subject, event, channel: to, class: CLASS.ping, threadPostId, payload }], now);
}
