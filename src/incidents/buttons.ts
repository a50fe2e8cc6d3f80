import { SAY_BUTTON, sayButton } from '../core/ask/say.ts';
import type { Block, Button, MenuItem } from '../domain/content.ts';
import { SNOOZES, snoozeEnd, weekdayOf } from '../domain/snooze.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { databaseLook } from './database.ts';
import type { IncidentRow } from './records.ts';
import { testOriginOf } from './tests.ts';
import type { IncidentView, RunView } from './view.ts';
import { nextWho, runAsOf } from './view.ts';

const MINUTE_MS = 60_000;

/** So many are seen at once on a phone; the rest stands in the menu. */
const MOST_BUTTONS = 5;

/** What depends on config. */
interface Offered {
  readonly actions: readonly string[];
  readonly look: ReturnType<typeof databaseLook>;
  /** There is somebody whom a press calls. */
  readonly calls: boolean;
  /** Whose morning a snooze may last to. */
  readonly zone: string;
}

/** A block of what may be pressed on an incident's post; none when nothing may. */
export function buttonBlock(view: IncidentView, { actions, look, calls, zone }: Offered, m: Catalog): readonly Block[] {
  const { row } = view;
  const buttons = buttonsOf(view, { calls, looks: view.row.target !== null || look !== undefined }, m);
  const repair =
    row.state === 'resolved'
      ? []
      : [
          ...(look ? [sayButton(m.incident.lookAt({ name: look.name }), look.words)] : []),
          ...(row.target ? actions.map((verb) => actionButton(verb, view, m)) : []),
        ];
  const room = MOST_BUTTONS - buttons.length;
  const shown = [...buttons.slice(0, 1), ...repair.slice(0, room), ...buttons.slice(1)];
  const menu = [...repair.slice(room), ...menuOf(view, zone, m)];
  return shown.length > 0 ? [{ kind: 'buttons', buttons: shown, ...(menu.length > 0 && { menu }) }] : [];
}

/** Buttons carry ids and `v`; the clicker is authorized when pressing. The one that is needed first comes first. */
function buttonsOf(
  { row, run }: IncidentView,
  { calls, looks }: { readonly calls: boolean; readonly looks: boolean },
  m: Catalog,
): readonly Button[] {
  const carries = { v: 1, incident: row.id, version: row.version };
  const s = m.incident;
  if (row.state === 'resolved') return held(row) ? [{ id: 'reopen', label: s.buttons.reopen, carries }] : [];
  const ack: Button =
    row.state === 'acknowledged'
      ? { id: 'unack', label: s.buttons.unacknowledge, carries, confirm: unackConfirm(run, m) }
      : { id: 'ack', label: s.buttons.acknowledge, carries, style: 'primary' };
  const wake: readonly Button[] = row.state === 'snoozed' ? [unsnooze({ row, run }, m)] : [];
  const confirm = { ...s.escalateConfirm, text: s.escalateConfirm.text(callsOn(run)) };
  const escalate: Button = {
    id: 'escalate',
    label: s.buttons.escalate,
    carries: { ...carries, asOf: runAsOf(run) },
    confirm,
  };
  const resolve: Button = { id: 'resolve', label: s.buttons.resolve, carries };
  const why: Button = { id: 'diagnose', label: s.buttons.diagnose, carries: { v: 1, incident: row.id } };
  return [ack, ...wake, ...(looks ? [why] : []), ...(calls ? [escalate] : []), resolve];
}

function unsnooze({ row, run }: Pick<IncidentView, 'row' | 'run'>, m: Catalog): Button {
  const { text, ...words } = m.incident.unsnoozeConfirm;
  return {
    id: 'unsnooze',
    label: m.incident.buttons.unsnooze,
    carries: { v: 1, incident: row.id, version: row.version },
    confirm: { ...words, text: text({ calls: run !== undefined }) },
  };
}

/** What is needed less often. */
function menuOf({ now, row, hasApi, silences = [] }: IncidentView, zone: string, m: Catalog): readonly MenuItem[] {
  if (row.state === 'resolved') return [];
  const carries = { v: 1, incident: row.id };
  const s = m.incident.menu;
  const silenceItem = (any: boolean): MenuItem =>
    any
      ? { id: SAY_BUTTON, label: s.silences, carries: { v: 1, say: `silences INC-${row.number}` } }
      : { id: 'silence', label: s.silence, carries };
  return [
    ...SNOOZES.map((length): MenuItem => {
      const of = { ...carries, for: length };
      return length === 'morning'
        ? morningItem(of, snoozeEnd(length, now, zone), zone, m)
        : { id: 'snooze', label: s.snooze[length], carries: of };
    }),
    ...(hasApi && !testOriginOf(row) ? [silenceItem(silences.length > 0)] : []),
    { id: 'assign', label: s.assign, carries },
  ];
}

/** It ends when the label says, whenever it is pressed: a post may stand as it was drawn for long. */
function morningItem(of: MenuItem['carries'], ends: Date, zone: string, m: Catalog): MenuItem {
  const at = Math.round(ends.getTime() / MINUTE_MS);
  return {
    id: 'snooze',
    label: m.incident.menu.snooze.morning({ day: weekdayOf(ends, zone) }),
    carries: { ...of, at },
  };
}

/** Somebody has resolved it while alerts fired that still do: their repeats change nothing, so that a mistake must have a way back. */
export function held({ state, resolved_by: by, counts, retired }: IncidentRow): boolean {
  return state === 'resolved' && by !== null && counts.held > 0 && !retired;
}

/** A slip of the thumb would call people again. */
function unackConfirm(run: RunView | undefined, m: Catalog): Button['confirm'] {
  const { text, ...words } = m.incident.unackConfirm;
  return { ...words, text: text({ calls: run !== undefined }) };
}

/** Whom a press calls: the next step, or the last one again when everybody has been called. */
function callsOn(run: RunView | undefined): { readonly who: readonly string[]; readonly again: boolean } {
  if (!run) return { who: [], again: false };
  const again = run.step >= run.policy.steps.length;
  return { who: again ? (run.policy.steps.at(-1)?.page ?? []) : nextWho(run), again };
}

function actionButton(verb: string, { row }: IncidentView, m: Catalog): Button {
  return { id: 'action', label: actionLabel(verb, row.target!.name, m), carries: { v: 1, verb, incident: row.id } };
}

/** `Restart checkout`: the verb's own word when it has one. */
export function actionLabel(verb: string, name: string, m: Catalog): string {
  const words = m.action as { readonly buttons?: Readonly<Record<string, (p: { name: string }) => string>> };
  return words.buttons?.[verb]?.({ name }) ?? `${verb} ${name}`;
}
