import { z } from 'zod';
import {
  type Answering,
  type ClickHandler,
  type Handling,
  onClick,
  onSubmit,
  type SubmitHandler,
} from '../core/handling.ts';
import { originOf } from '../core/requests.ts';
import type { Form } from '../domain/content.ts';
import { highestSeverity, type Severity } from '../domain/severity.ts';
import type { ClickRequest, SubmitRequest } from '../ports/chat.ts';
import { assignClicks, assignForms } from './assign.ts';
import { held } from './buttons.ts';
import { lockIncident, lockNewest } from './change.ts';
import { diagnoseClicks } from './diagnose.ts';
import { escalate } from './escalate.ts';
import { Carries, type ClickParts, change, drawn, refusal, stateOf, told } from './press.ts';
import type { IncidentRow } from './records.ts';
import type { Changed } from './save.ts';
import { silenceClicks, silenceForms } from './silence-clicks.ts';
import { snoozeClicks } from './snooze.ts';
import { policyOf } from './tests.ts';

/** The buttons of an incident's post. A press is committed before it is answered, then drawn at once. */

const EscalateCarries = Carries.extend({ asOf: z.string() });
/** How many alerts the form spoke of. */
const ResolveCarries = Carries.extend({ firing: z.number().int().nonnegative().optional() });

export function incidentClicks(parts: ClickParts): Readonly<Record<string, ClickHandler>> {
  return {
    ack: onClick({ v: 1, carries: Carries, handle: (click, h) => acknowledge(parts, click, h) }),
    unack: onClick({ v: 1, carries: Carries, handle: (click, h) => giveBack(parts, click, h) }),
    reopen: onClick({ v: 1, carries: Carries, handle: (click, h) => reopen(parts, click, h) }),
    resolve: onClick({ v: 1, carries: Carries, handle: (click, h) => resolve(parts, click, h) }),
    escalate: onClick({ v: 1, carries: EscalateCarries, handle: (click, h) => escalateNow(parts, click, h) }),
    ...snoozeClicks(parts),
    ...assignClicks(parts),
    ...silenceClicks(parts),
    ...diagnoseClicks(parts),
  };
}

export function incidentForms(parts: ClickParts): Readonly<Record<string, SubmitHandler>> {
  return {
    resolve: onSubmit({ v: 1, carries: ResolveCarries, handle: (submit, h) => resolveHeld(parts, submit, h) }),
    ...assignForms(parts),
    ...silenceForms(parts),
  };
}

type Click = ClickRequest & { readonly carries: z.infer<typeof Carries> };
type EscalateClick = ClickRequest & { readonly carries: z.infer<typeof EscalateCarries> };
type Submit = SubmitRequest & { readonly carries: z.infer<typeof ResolveCarries> };

async function acknowledge(parts: ClickParts, click: Click, h: Handling): Promise<Answering> {
  const incident = await lockIncident(h.tx, click.carries.incident);
  if (!incident) return told(click, h.m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  const by = click.principal.id;
  const taken = await change(parts, incident, click, h, { kind: 'acked', by }, { kind: 'acked' });
  if (!taken) return told(click, refusal(incident.row, by, h), h, stateOf(incident));
  const { row } = incident;
  const calls = policyOf(parts.rules(), row) !== undefined;
  return drawn(parts, row, click, h.now, h.m.incident.answers.acked({ number: row.number, calls }));
}

async function giveBack(parts: ClickParts, click: Click, h: Handling): Promise<Answering> {
  const incident = await lockIncident(h.tx, click.carries.incident);
  if (!incident) return told(click, h.m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  const { id: by } = click.principal;
  const had = incident.row.acked_by;
  const line = { kind: 'unacked', params: had === null || had === by ? {} : { had } };
  const taken = await change(parts, incident, click, h, { kind: 'unacked', by }, line);
  if (!taken)
    return told(
      click,
      incident.row.state === 'resolved' ? refusal(incident.row, '', h) : h.m.incident.answers.notAcked(),
      h,
      stateOf(incident),
    );
  return opened(parts, incident.row, click, h);
}

/** Open again, with or without anybody to call. */
function opened(parts: ClickParts, row: IncidentRow, click: Click, h: Handling): Answering {
  const calls = policyOf(parts.rules(), row) !== undefined;
  return drawn(parts, row, click, h.now, h.m.incident.answers.unacked({ number: row.number, calls }));
}

/** Of what fires now, unless its route says how severe it is: what else had joined may have cleared since. */
function severityNow({ row, alerts }: Changed): Severity {
  const firing = [...alerts.values()].filter(({ status }) => status === 'firing');
  return row.route.severity ?? highestSeverity(firing.map(({ severity }) => severity)) ?? row.severity;
}

/** Takes a person's resolve back, as long as what it holds still fires and nothing has taken the incident's place. */
async function reopen(parts: ClickParts, click: Click, h: Handling): Promise<Answering> {
  const { incident, newest } = await lockNewest(h.tx, click.carries.incident);
  const s = h.m.incident.answers;
  if (!incident) return told(click, s.unknown(), h, { rule: 'unknown-incident' });
  if (incident.row.state !== 'resolved') return told(click, s.notResolved(), h, stateOf(incident));
  if (!newest) return told(click, s.followed(), h, { rule: 'followed', row: incident.row });
  if (!held(incident.row)) return told(click, s.nothingHeld(), h, { rule: 'nothing-held', row: incident.row });
  const event = { kind: 'reopened-by', by: click.principal.id, severity: severityNow(incident) } as const;
  await change(parts, incident, click, h, event, { kind: 'reopened-by' }, false);
  return opened(parts, incident.row, click, h);
}

/** While alerts fire, resolving asks first: it holds them until they clear. */
async function resolve(parts: ClickParts, click: Click, h: Handling): Promise<Answering> {
  const incident = await lockIncident(h.tx, click.carries.incident);
  if (!incident) return told(click, h.m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  if (incident.row.state === 'resolved') return told(click, refusal(incident.row, '', h), h, stateOf(incident));
  if (incident.row.counts.firing > 0 && click.reply.openForm) return { open: resolveForm(incident.row, h) };
  await change(
    parts,
    incident,
    click,
    h,
    { kind: 'resolved-by', by: click.principal.id },
    { kind: 'resolved-by' },
    true,
  );
  return drawn(
    parts,
    incident.row,
    click,
    h.now,
    h.m.incident.answers.resolved({ number: incident.row.number, held: incident.row.counts.held }),
  );
}

function resolveForm(row: IncidentRow, h: Handling): Form {
  const s = h.m.incident.resolveForm;
  const count = row.counts.firing;
  return {
    id: 'resolve',
    title: s.title,
    submit: s.submit,
    close: s.close,
    carries: { v: 1, incident: row.id, version: row.version, firing: count },
    blocks: [
      { kind: 'text', text: s.stillFiring({ count, number: row.number }) },
      { kind: 'text', text: s.explain({ count }) },
    ],
  };
}

async function resolveHeld(parts: ClickParts, submit: Submit, h: Handling): Promise<Answering> {
  const incident = await lockIncident(h.tx, submit.carries.incident);
  if (!incident) return told(submit, h.m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  const { firing } = submit.carries;
  if (firing !== undefined && incident.row.state !== 'resolved' && incident.row.counts.firing > firing) {
    return { ack: { kind: 'form', form: resolveForm(incident.row, h) } };
  }
  const event = { kind: 'resolved-by', by: submit.principal.id } as const;
  const taken = await change(parts, incident, submit, h, event, { kind: 'resolved-by' }, true);
  if (!taken) return told(submit, refusal(incident.row, '', h), h, stateOf(incident));
  return { after: async () => parts.wake() };
}

async function escalateNow(parts: ClickParts, click: EscalateClick, h: Handling): Promise<Answering> {
  const incident = await lockIncident(h.tx, click.carries.incident);
  if (!incident) return told(click, h.m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  if (incident.row.state === 'resolved') return told(click, refusal(incident.row, '', h), h, stateOf(incident));
  const from = { principal: click.principal, origin: originOf(click) };
  const out = await escalate(h.tx, incident, { asOf: click.carries.asOf, ...from }, parts.rules(), h.now);
  const s = h.m.incident.answers;
  if (out.kind === 'no-policy') return told(click, s.noPolicy(), h, { rule: 'no-policy', row: incident.row });
  if (out.kind === 'already')
    return told(click, s.alreadyEscalated({ at: out.at }), h, { rule: 'escalated-already', row: incident.row });
  const answer =
    out.mentions.length > 0 ? s.escalated({ mentions: out.mentions, step: out.step }) : s.escalatedNobody();
  return drawn(parts, incident.row, click, h.now, answer);
}
