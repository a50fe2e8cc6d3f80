import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  type Answering,
  type ClickHandler,
  type Handling,
  namedPrincipal,
  onClick,
  onSubmit,
  type SubmitHandler,
} from '../core/handling.ts';
import { originOf } from '../core/requests.ts';
import { mayI } from '../core/rights/may.ts';
import { plainText } from '../core/wording.ts';
import { cut, type Form, type Text } from '../domain/content.ts';
import { parseDuration } from '../domain/duration.ts';
import { shortName } from '../domain/episode-alerts.ts';
import { MatcherError } from '../domain/matchers.ts';
import { principalName } from '../domain/principal.ts';
import {
  formatSilenceMatchers,
  MATCHERS_MAX,
  matchersFor,
  readMatchers,
  type SilenceMatcher,
  tooWide,
  toSilenceMatcher,
} from '../domain/silence.ts';
import type { Catalog } from '../messages/catalog.ts';
import { wordMatcherFault } from '../messages/matcher-fault.ts';
import type { ClickRequest, SubmitRequest } from '../ports/chat.ts';
import { type MatchedAlert, SilenceError, type Silencer } from '../ports/silencer.ts';
import { lockIncident } from './change.ts';
import { type ClickParts, refusal, stateOf, told } from './press.ts';
import type { Changed } from './save.ts';
import { asking, needsRole, SILENCE_NEEDS, silenceChangeClicks } from './silence-change.ts';
import {
  auditSilence,
  draftSilence,
  type MadeBy,
  markOf,
  matcherWords,
  type SilenceRow,
  silenceById,
  silenceFailed,
  silenceMade,
  wantSilence,
} from './silences.ts';

/** From the button to the silence: a form with matchers, what it would mute, a yes, one call, and what came of it. */

const Carries = z.object({ v: z.number(), incident: z.int().positive() });
const ConfirmCarries = z.object({ v: z.number(), silence: z.uuid() });

type Carrying<Request, C> = Request & { readonly carries: C };

/** As the form offers them. */
const LASTING = ['1h', '2h', '4h', '8h', '1d', '3d', '7d'] as const;

const FORM = 'silence';
const CONFIRM = 'silence-confirm';
const INPUT = { matchers: 'matchers', lasts: 'lasts', comment: 'comment' } as const;
const COMMENT_MAX = 300;

export function silenceClicks(parts: ClickParts): Readonly<Record<string, ClickHandler>> {
  return {
    silence: onClick({ v: 1, carries: Carries, handle: (click, h) => openForm(parts, click, h) }),
    ...silenceChangeClicks(parts),
  };
}

export function silenceForms(parts: ClickParts): Readonly<Record<string, SubmitHandler>> {
  return {
    [FORM]: onSubmit({ v: 1, carries: Carries, handle: (submit, h) => draft(parts, submit, h) }),
    [CONFIRM]: onSubmit({ v: 1, carries: ConfirmCarries, handle: (submit, h) => confirm(parts, submit, h) }),
  };
}

/** Why it cannot be asked for, told; else the incident and its Alertmanager. */
async function allowed(
  parts: ClickParts,
  request: ClickRequest | SubmitRequest,
  id: number,
  h: Handling,
): Promise<{ readonly incident: Changed; readonly silencer: Silencer } | Answering> {
  const incident = await lockIncident(h.tx, id);
  if (!incident) return told(request, h.m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  const { row } = incident;
  if (!mayI(h.role, SILENCE_NEEDS)) return told(request, needsRole(parts, h), h, { rule: 'role', row });
  if (row.state === 'resolved') return told(request, refusal(row, '', h), h, stateOf(incident));
  const silencer = parts.silencers().get(row.source);
  if (!silencer) return told(request, h.m.silence.noApi({ source: row.source }), h, { rule: 'no-api', row });
  return { incident, silencer };
}

async function openForm(
  parts: ClickParts,
  click: Carrying<ClickRequest, z.infer<typeof Carries>>,
  h: Handling,
): Promise<Answering> {
  const found = await allowed(parts, click, click.carries.incident, h);
  return 'incident' in found ? { open: askForm(found.incident, h.m) } : found;
}

function firingOf({ alerts }: Changed) {
  return [...alerts.values()].filter(({ status, held }) => status === 'firing' && !held);
}

function askForm(incident: Changed, m: Catalog): Form {
  const s = m.silence.form;
  const { id, number, title, source } = incident.row;
  const options = LASTING.map((value) => ({ value, label: s.lasting[value] }));
  return {
    id: FORM,
    title: s.title,
    submit: s.preview,
    close: s.close,
    carries: { v: 1, incident: id },
    blocks: [
      { kind: 'text', text: s.about({ number, title, source }) },
      {
        kind: 'text-input',
        id: INPUT.matchers,
        label: s.matchers,
        hint: s.matchersHint,
        initial: formatSilenceMatchers(matchersFor(firingOf(incident))),
        multiline: true,
        maxLength: MATCHERS_MAX,
      },
      { kind: 'choice', id: INPUT.lasts, label: s.lasts, options, initial: '2h' },
      { kind: 'text-input', id: INPUT.comment, label: s.comment, hint: s.commentHint, maxLength: COMMENT_MAX },
    ],
  };
}

/** Kept as a draft, so that what is confirmed is what was shown. */
async function draft(
  parts: ClickParts,
  submit: Carrying<SubmitRequest, z.infer<typeof Carries>>,
  h: Handling,
): Promise<Answering> {
  const found = await allowed(parts, submit, submit.carries.incident, h);
  if (!('incident' in found)) return found;
  const { incident, silencer } = found;
  const read = readTyped(submit.values[INPUT.matchers] ?? '', h.m);
  if ('problem' in read) return { ack: { kind: 'errors', errors: { [INPUT.matchers]: plainText(read.problem) } } };
  const lasts = LASTING.find((one) => one === submit.values[INPUT.lasts]) ?? '2h';
  const principal = { ...submit.principal, ...namedPrincipal(submit, h) };
  const row = {
    id: randomUUID(),
    source: incident.row.source,
    incident_id: incident.row.id,
    matchers: read.matchers,
    comment: submit.values[INPUT.comment] ?? '',
    created_by: principalName(principal),
    principal,
    starts_at: h.now,
    ends_at: new Date(h.now.getTime() + (parseDuration(lasts) ?? 0)),
  };
  await draftSilence(h.tx, row);
  const fingerprints = firingOf(incident).map(({ fingerprint }) => fingerprint);
  return {
    open: waitForm(h.m, h.m.silence.form.looking({ source: row.source })),
    async after(signal, form) {
      const muted = await asking(row.source, () => silencer.matching(row.matchers, signal));
      await form?.update(confirmForm(row, muted, { number: incident.row.number, fingerprints }, h.m));
    },
  };
}

/** What was typed, or what is wrong with it. */
function readTyped(
  typed: string,
  m: Catalog,
): { readonly matchers: readonly SilenceMatcher[] } | { readonly problem: Text } {
  try {
    const read = readMatchers(typed);
    const wide = tooWide(read);
    return wide ? { problem: m.silence.tooWide[wide]() } : { matchers: read.map(toSilenceMatcher) };
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error;
    return {
      problem: m.silence.badMatcher({
        shown: JSON.stringify(error.shown),
        position: error.position,
        ...wordMatcherFault(m, error.fault),
      }),
    };
  }
}

function waitForm(m: Catalog, words: Text): Form {
  const { title, close } = m.silence.form;
  return { id: 'silence-wait', title, close, carries: { v: 1 }, blocks: [{ kind: 'text', text: words }] };
}

type Shown = Pick<SilenceRow, 'id' | 'source' | 'matchers' | 'comment' | 'ends_at'>;

function confirmForm(
  row: Shown,
  muted: readonly MatchedAlert[],
  of: { readonly number: number; readonly fingerprints: readonly string[] },
  m: Catalog,
): Form {
  const s = m.silence.form;
  return {
    id: CONFIRM,
    title: s.title,
    submit: s.submit,
    close: s.close,
    carries: { v: 1, silence: row.id },
    blocks: [
      { kind: 'text', text: mutesText(muted, of, m) },
      { kind: 'code', code: formatSilenceMatchers(row.matchers) },
      { kind: 'context', lines: [s.until({ until: row.ends_at, source: row.source }), [row.comment]] },
    ],
  };
}

const OTHERS_NAMED = 3;

/** How many alerts it mutes now, and which of them nobody was looking at. */
function mutesText(
  muted: readonly MatchedAlert[],
  { number, fingerprints }: { readonly number: number; readonly fingerprints: readonly string[] },
  m: Catalog,
): Text {
  const own = muted.filter(({ fingerprint }) => fingerprints.includes(fingerprint)).length;
  const others = muted.filter(({ fingerprint }) => !fingerprints.includes(fingerprint));
  const names = others.slice(0, OTHERS_NAMED).map((alert) => cut(nameOf(alert), NAME_MAX));
  return m.silence.form.mutes({ number, own, firing: fingerprints.length, others: others.length, names });
}

const NAME_MAX = 80;

function nameOf(alert: MatchedAlert): string {
  const { alertname = '' } = alert.labels;
  const short = shortName(alert);
  return alertname === '' || short === alertname ? short : `${alertname} ${short}`;
}

/** At most once: of those who press, one gets the draft; what is there with its mark is not made again. */
async function confirm(
  parts: ClickParts,
  submit: Carrying<SubmitRequest, z.infer<typeof ConfirmCarries>>,
  h: Handling,
): Promise<Answering> {
  const drafted = await silenceById(h.tx, submit.carries.silence);
  if (!drafted) return told(submit, h.m.silence.gone(), h, { rule: 'no-silence' });
  const found = await allowed(parts, submit, drafted.incident_id, h);
  if (!('incident' in found)) return found;
  const row = await wantSilence(h.tx, drafted.id, h.now);
  if (!row) return told(submit, h.m.silence.already(), h, { rule: 'silence-confirmed', row: found.incident.row });
  const by = { principal: namedPrincipal(submit, h), origin: originOf(submit) };
  await auditSilence(h.tx, row, { ...by, stage: 'confirmed', outcome: 'ok' }, h.now);
  return {
    open: waitForm(h.m, h.m.silence.form.making({ source: row.source })),
    async after(signal, form) {
      const words = await make(parts, found.silencer, row, by, h, signal);
      parts.wake();
      await form?.update(waitForm(h.m, words));
    },
  };
}

/** Makes it and says what came of it. What may have been made is looked for later, and never made then. */
async function make(
  parts: ClickParts,
  silencer: Silencer,
  row: SilenceRow,
  by: MadeBy,
  { m }: Handling,
  signal: AbortSignal,
): Promise<Text> {
  const { source, matchers, created_by: createdBy, comment, starts_at: startsAt, ends_at: endsAt } = row;
  try {
    const wanted = { matchers, createdBy, comment, startsAt, endsAt, mark: markOf(row) };
    const silenceId = await silencer.create(wanted, signal);
    await parts.db.transaction().execute(async (tx) => {
      const incident = await lockIncident(tx, row.incident_id);
      if (incident) await silenceMade(tx, incident, row, { silenceId, ...by }, parts.rules(), parts.now());
    });
    return m.silence.made({ what: matcherWords(matchers), until: endsAt, source });
  } catch (error) {
    if (!(error instanceof SilenceError)) throw error;
    const { kind, why } = error;
    if (kind !== 'unsure') await parts.db.transaction().execute((tx) => silenceFailed(tx, row, by, kind, parts.now()));
    return m.silence.failed[kind]({ source, why });
  }
}
